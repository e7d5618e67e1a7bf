// The encoder's convolutions, a drawing at a time, channels side by side: 3 x 3 with a border of zeros, bias, relu,
// and after every layer but the last the largest of each square of 2 x 2. Channels are padded to 8.
//
// Forward, four places (a square) times eight channels stay in registers, and the square is pooled before it is
// stored. With the number goes a code: where in its square it comes from, or that it is 0. So backward a channel's
// gradient is a short list of places, at most one in four of a square, and both of its products go over the list.
// Kernels lie in panels [channels / 8][3][3 · into][8], then the bias; backward [channels][3][3 · into].
//
// Each sample has gradients of its own, added up in their order at the end, whatever thread worked on it.
import {
  borderedAt, borderedSize, codesAt, convGradientsAt, convScratchAt, dFeaturesAt, featuresAt, inputAt,
} from './batch';
import { B, G, T, depth, floats, height, roundUp, width, widthOf } from './shape';
import {
  at, channelsInto, columnsInto, columnsOut, convSize, encoderBias, encoderKernel, gradients, isPooled, packedLayer,
  packedLayerBack, rowsInto, rowsOut, weights,
} from './tensors';
import { add, load, madd, store } from './vector';

/** The code of a number that relu made 0. */
const OFF: i32 = 255;

/** Padded channels into a layer and out of it. */
function into(layer: i32): i32 {
  return layer == 0 ? 1 : roundUp(channelsInto(layer), 8);
}
function outOf(layer: i32): i32 {
  return roundUp(widthOf(layer), 8);
}
/** Bytes of a row with its border. */
function rowBytes(layer: i32): usize {
  return floats((columnsInto(layer) + 2) * into(layer));
}

// a thread's scratch (batch.ts)
let drawing: usize = 0;
let before: usize = 0; // gradients, in turn
let after: usize = 0;
let list: usize = 0; // of a channel: bytes to a patch, and the gradient there
let square: usize = 0; // [4][8] sums
function useConvScratch(rank: i32): void {
  let most = 0;
  for (let layer = 0; layer < depth; layer++) if (borderedSize(layer) > most) most = borderedSize(layer);
  const last = rowsOut(depth - 1) * columnsOut(depth - 1) * outOf(depth - 1);
  if (last > most) most = last;
  square = convScratchAt(rank);
  drawing = square + floats(32);
  before = drawing + floats(roundUp(borderedSize(0), 16));
  after = before + floats(roundUp(most, 16));
  list = after + floats(roundUp(most, 16));
}

/** The drawing of a step within its border, which stays 0. */
function takeDrawing(t: i32, b: i32): void {
  let from = inputAt(t, b);
  let to = drawing + floats(width + 3);
  for (let y = 0; y < height; y++) {
    memory.copy(to, from, floats(width));
    from += floats(width);
    to += floats(width + 2);
  }
}

// --- weights ---------------------------------------------------------------------------------------------

/** The kernels in panels, and turned round for the way back; threads share the output channels. */
export function packConv(rank: i32, size: i32): void {
  for (let layer = 0; layer < depth; layer++) {
    const channels = widthOf(layer);
    const own = channelsInto(layer);
    const run = 9 * into(layer);
    const kernel = at(weights, encoderKernel(layer));
    const packed = packedLayer(layer);
    const back = packedLayerBack(layer);
    const biases = packed + floats(run * outOf(layer));
    for (let o = rank; o < outOf(layer); o += size) {
      const panel = packed + floats((o >> 3) * run * 8 + (o & 7));
      for (let k = 0; k < run; k++) {
        const tap = k / into(layer);
        const i = k % into(layer);
        const real = o < channels && i < own;
        const value: f32 = real ? f32.load(kernel + floats((tap * own + i) * channels + o)) : 0;
        f32.store(panel + floats(k * 8), value);
        if (layer > 0) f32.store(back + floats(o * run + k), value);
      }
      f32.store(biases + floats(o), o < channels ? f32.load(at(weights, encoderBias(layer)) + floats(o)) : 0);
    }
  }
}

/** The gradients of kernels and biases from those of the samples; threads share the output channels. */
export function convGradientSums(rank: i32, size: i32): void {
  let begin = 0;
  for (let layer = 0; layer < depth; layer++) {
    const channels = widthOf(layer);
    const own = channelsInto(layer);
    const run = 9 * into(layer);
    const kernel = at(gradients, encoderKernel(layer));
    for (let o = rank; o < channels; o += size) {
      for (let tap = 0; tap < 9; tap++) {
        for (let i = 0; i < own; i++) {
          const sum = overSamples(begin + o * run + tap * into(layer) + i);
          f32.store(kernel + floats((tap * own + i) * channels + o), sum);
        }
      }
      const bias = at(gradients, encoderBias(layer)) + floats(o);
      f32.store(bias, overSamples(begin + run * outOf(layer) + o));
    }
    begin += convSize(layer);
  }
}
function overSamples(offset: i32): f32 {
  const stride: usize = B > 1 ? convGradientsAt(1) - convGradientsAt(0) : 0;
  let from = convGradientsAt(0) + floats(offset);
  let sum: f32 = 0;
  for (let b = 0; b < B; b++) {
    sum += f32.load(from);
    from += stride;
  }
  return sum;
}

// --- forward ---------------------------------------------------------------------------------------------

/** The features of step t of the groups from s0 to before s1. */
export function convForward(t: i32, rank: i32, s0: i32, s1: i32): void {
  useConvScratch(rank);
  for (let s = s0; s < s1; s++) {
    for (let lane = 0; lane < G && s * G + lane < B; lane++) {
      const b = s * G + lane;
      takeDrawing(t, b);
      let from = drawing;
      for (let layer = 0; layer < depth; layer++) {
        if (isPooled(layer)) {
          const to = borderedAt(layer + 1, t, b);
          convolvePooled(layer, from, to, codesAt(layer, t, b));
          from = to;
        } else convolve(layer, from, after, codesAt(layer, t, b));
      }
      toFeatures(after, featuresAt(t, s) + floats(lane));
    }
  }
}

/** A layer with pooling, into the inside of the next layer's border. */
function convolvePooled(layer: i32, from: usize, to: usize, codes: usize): void {
  const step = floats(into(layer));
  const row = rowBytes(layer);
  const channels = outOf(layer);
  const panel = floats(9 * into(layer) * 8);
  const kernel = packedLayer(layer);
  const biases = kernel + floats(9 * into(layer) * channels);
  const rows = rowsOut(layer), columns = columnsOut(layer);
  for (let y = 0; y < rows; y++) {
    let a = from + (<usize>(2 * y)) * row;
    let out = to + floats(((y + 1) * (columns + 2) + 1) * channels);
    for (let x = 0; x < columns; x++) {
      const blank = layer == 0 && isBlank(a, row);
      let w = kernel;
      for (let c = 0; c < channels; c += 8) {
        const bias = biases + floats(c);
        if (blank) fillSquare(bias);
        else tile(a, a + step, a + row, a + row + step, w, 3 * into(layer), row, bias);
        pool(0, out, codes);
        pool(16, out + 16, codes + 4);
        out += 32;
        codes += 8;
        w += panel;
      }
      a += 2 * step;
    }
  }
}

/** The last layer, to [places][channels]: four places at a time, whatever their rows. */
function convolve(layer: i32, from: usize, to: usize, codes: usize): void {
  const channels = outOf(layer);
  const panel = floats(9 * into(layer) * 8);
  const kernel = packedLayer(layer);
  const biases = kernel + floats(9 * into(layer) * channels);
  const places = rowsOut(layer) * columnsOut(layer);
  for (let n = 0; n < places; n += 4) {
    const a = patchOf(layer, from, n), b = patchOf(layer, from, n + 1);
    const c = patchOf(layer, from, n + 2), d = patchOf(layer, from, n + 3);
    let w = kernel;
    for (let o = 0; o < channels; o += 8) {
      tile(a, b, c, d, w, 3 * into(layer), rowBytes(layer), biases + floats(o));
      for (let i = 0; i < 4 && n + i < places; i++) {
        const place = (n + i) * channels + o;
        rectify(square + floats(8 * i), to + floats(place), codes + place);
        rectify(square + floats(8 * i + 4), to + floats(place + 4), codes + place + 4);
      }
      w += panel;
    }
  }
}
/** Where the patch of a place begins; of a place beyond the last, that of the last. */
function patchOf(layer: i32, from: usize, place: i32): usize {
  const columns = columnsInto(layer);
  const last = rowsInto(layer) * columns - 1;
  if (place > last) place = last;
  return from + (<usize>(place / columns)) * rowBytes(layer) + floats((place % columns) * into(layer));
}

/** Whether the 4 x 4 numbers that a square is made from are all 0. */
function isBlank(a: usize, row: usize): bool {
  const any = v128.or(v128.or(load(a), load(a + row)), v128.or(load(a + 2 * row), load(a + 3 * row)));
  return !v128.any_true(any);
}
function fillSquare(bias: usize): void {
  const low = load(bias), high = load(bias + 16);
  for (let i: usize = 0; i < 128; i += 32) {
    store(square + i, low);
    store(square + i + 16, high);
  }
}

/** Four places, whose patches begin at a, b, c and d, times eight channels: patches of 3 rows of `run` numbers. */
function tile(a: usize, b: usize, c: usize, d: usize, w: usize, run: i32, row: usize, bias: usize): void {
  let a0 = load(bias), a1 = load(bias + 16);
  let b0 = a0, b1 = a1, c0 = a0, c1 = a1, d0 = a0, d1 = a1;
  const skip = row - floats(run);
  for (let ky = 0; ky < 3; ky++) {
    const end = a + floats(run);
    while (a < end) {
      const w0 = v128.load(w), w1 = v128.load(w, 16);
      let s = v128.load32_splat(a);
      a0 = madd(s, w0, a0); a1 = madd(s, w1, a1);
      s = v128.load32_splat(b);
      b0 = madd(s, w0, b0); b1 = madd(s, w1, b1);
      s = v128.load32_splat(c);
      c0 = madd(s, w0, c0); c1 = madd(s, w1, c1);
      s = v128.load32_splat(d);
      d0 = madd(s, w0, d0); d1 = madd(s, w1, d1);
      a += 4; b += 4; c += 4; d += 4;
      w += 32;
    }
    a += skip; b += skip; c += skip; d += skip;
  }
  store(square, a0); store(square + 16, a1);
  store(square + 32, b0); store(square + 48, b1);
  store(square + 64, c0); store(square + 80, c1);
  store(square + 96, d0); store(square + 112, d1);
}

/** Four channels of the square, from byte `at` of each place: the largest, the first of equals, through relu. */
function pool(at: usize, out: usize, codes: usize): void {
  let most = load(square + at);
  let code = i32x4.splat(0);
  for (let i = 1; i < 4; i++) {
    const other = load(square + at + (<usize>i) * 32);
    const more = f32x4.gt(other, most);
    most = v128.bitselect(other, most, more);
    code = v128.bitselect(i32x4.splat(i), code, more);
  }
  keep(most, code, out, codes);
}
/** Four channels of a place through relu. */
function rectify(from: usize, out: usize, codes: usize): void {
  keep(load(from), i32x4.splat(0), out, codes);
}
// @ts-ignore: decorator
@inline function keep(sums: v128, code: v128, out: usize, codes: usize): void {
  const zero = f32x4.splat(0);
  store(out, f32x4.max(sums, zero));
  code = v128.or(code, v128.not(f32x4.gt(sums, zero)));
  const bytes = v128.shuffle<i8>(code, code, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12);
  v128.store32_lane(codes, bytes, 0);
}

/** [places][channels] to a lane, [places · channels]; without the padding. */
function toFeatures(from: usize, lane: usize): void {
  const channels = widthOf(depth - 1);
  const places = rowsOut(depth - 1) * columnsOut(depth - 1);
  for (let n = 0; n < places; n++) {
    for (let c = 0; c < channels; c++) {
      f32.store(lane, f32.load(from + floats(c)));
      lane += floats(G);
    }
    from += floats(outOf(depth - 1));
  }
}
function fromFeatures(lane: usize, to: usize): void {
  const channels = widthOf(depth - 1);
  const places = rowsOut(depth - 1) * columnsOut(depth - 1);
  for (let n = 0; n < places; n++) {
    for (let c = 0; c < channels; c++) {
      f32.store(to + floats(c), f32.load(lane));
      lane += floats(G);
    }
    to += floats(outOf(depth - 1));
  }
}

// --- backward --------------------------------------------------------------------------------------------

/** From the gradients of the features to each sample's gradients of kernels and biases. */
export function convBackward(rank: i32, s0: i32, s1: i32): void {
  useConvScratch(rank);
  let all = 0;
  for (let layer = 0; layer < depth; layer++) all += convSize(layer);
  for (let s = s0; s < s1; s++) {
    for (let lane = 0; lane < G && s * G + lane < B; lane++) {
      const b = s * G + lane;
      memory.fill(convGradientsAt(b), 0, floats(all));
      for (let t = 0; t < T; t++) {
        takeDrawing(t, b);
        fromFeatures(dFeaturesAt(t, s) + floats(lane), after);
        drawingBackward(t, b, all);
      }
    }
  }
}

function drawingBackward(t: i32, b: i32, all: i32): void {
  let gradient = convGradientsAt(b) + floats(all);
  for (let layer = depth - 1; layer >= 0; layer--) {
    gradient -= floats(convSize(layer));
    const from = layer == 0 ? drawing : borderedAt(layer, t, b);
    const run = 3 * into(layer);
    const row = rowBytes(layer);
    const biases = gradient + floats(3 * run * outOf(layer));
    if (layer > 0) memory.fill(before, 0, floats(borderedSize(layer)));
    for (let o = 0; o < widthOf(layer); o++) {
      const end = listPlaces(layer, codesAt(layer, t, b) + o, after + floats(o));
      if (end == list) continue;
      const kernel = gradient + floats(o * 3 * run);
      f32.store(biases + floats(o), f32.load(biases + floats(o)) + listSum(end));
      if (layer == 0) {
        firstKernelGradient(from, row, kernel, end);
        continue;
      }
      const back = packedLayerBack(layer) + floats(o * 3 * run);
      for (let ky = 0; ky < 3; ky++) {
        for (let j = 0; j < run; j += 24) {
          const part = (<usize>ky) * row + floats(j);
          const own = floats(ky * run + j);
          kernelGradient(from + part, kernel + own, end);
          inputGradient(back + own, before + part, end);
        }
      }
    }
    const gradients = after;
    after = before;
    before = gradients;
  }
}

/** Lists a channel's places where a gradient arrives: from what came out to where its patch begins in what came in. */
function listPlaces(layer: i32, codes: usize, d: usize): usize {
  const rows = rowsOut(layer), columns = columnsOut(layer);
  const channels = outOf(layer);
  const stride = floats(channels);
  const pooled = isPooled(layer);
  const step = floats(into(layer));
  const row = rowBytes(layer);
  const apart: usize = pooled ? 2 : 1;
  if (pooled) d += floats((columns + 3) * channels); // within a border
  let to = list;
  for (let y = 0; y < rows; y++) {
    let patch = (<usize>y) * apart * row;
    for (let x = 0; x < columns; x++) {
      const code = <i32>i32.load8_u(codes);
      i32.store(to, <i32>(patch + (<usize>(code >> 1)) * row + (<usize>(code & 1)) * step));
      f32.store(to, f32.load(d), 4);
      to += (<usize>(code != OFF)) << 3;
      patch += apart * step;
      codes += channels;
      d += stride;
    }
    if (pooled) d += 2 * stride;
  }
  return to;
}
function listSum(end: usize): f32 {
  let sum: f32 = 0;
  for (let entry = list; entry < end; entry += 8) sum += f32.load(entry, 4);
  return sum;
}

/** 24 numbers of a channel's kernel += over the list, gradient times what came in. */
function kernelGradient(from: usize, kernel: usize, end: usize): void {
  let k0 = v128.load(kernel), k1 = v128.load(kernel, 16), k2 = v128.load(kernel, 32);
  let k3 = v128.load(kernel, 48), k4 = v128.load(kernel, 64), k5 = v128.load(kernel, 80);
  for (let entry = list; entry < end; entry += 8) {
    const x = from + <usize>i32.load(entry);
    const g = v128.load32_splat(entry, 4);
    k0 = madd(g, v128.load(x), k0);
    k1 = madd(g, v128.load(x, 16), k1);
    k2 = madd(g, v128.load(x, 32), k2);
    k3 = madd(g, v128.load(x, 48), k3);
    k4 = madd(g, v128.load(x, 64), k4);
    k5 = madd(g, v128.load(x, 80), k5);
  }
  v128.store(kernel, k0); v128.store(kernel, k1, 16); v128.store(kernel, k2, 32);
  v128.store(kernel, k3, 48); v128.store(kernel, k4, 64); v128.store(kernel, k5, 80);
}

/** At every place of the list, the gradient to what came in += gradient times 24 numbers of a channel's kernel. */
function inputGradient(kernel: usize, to: usize, end: usize): void {
  const k0 = v128.load(kernel), k1 = v128.load(kernel, 16), k2 = v128.load(kernel, 32);
  const k3 = v128.load(kernel, 48), k4 = v128.load(kernel, 64), k5 = v128.load(kernel, 80);
  for (let entry = list; entry < end; entry += 8) {
    const x = to + <usize>i32.load(entry);
    const g = v128.load32_splat(entry, 4);
    v128.store(x, madd(g, k0, v128.load(x)));
    v128.store(x, madd(g, k1, v128.load(x, 16)), 16);
    v128.store(x, madd(g, k2, v128.load(x, 32)), 32);
    v128.store(x, madd(g, k3, v128.load(x, 48)), 48);
    v128.store(x, madd(g, k4, v128.load(x, 64)), 64);
    v128.store(x, madd(g, k5, v128.load(x, 80)), 80);
  }
}

/** Of the first layer: patches of 3 x 3 numbers of the drawing. */
function firstKernelGradient(from: usize, row: usize, kernel: usize, end: usize): void {
  let k0 = f32x4.splat(0), k1 = k0, k2 = k0; // the last of each is of no meaning
  for (let entry = list; entry < end; entry += 8) {
    const x = from + <usize>i32.load(entry);
    const g = v128.load32_splat(entry, 4);
    k0 = madd(g, load(x), k0);
    k1 = madd(g, load(x + row), k1);
    k2 = madd(g, load(x + 2 * row), k2);
  }
  addThree(kernel, k0);
  addThree(kernel + 12, k1);
  addThree(kernel + 24, k2);
}
function addThree(to: usize, k: v128): void {
  const sum = add(load(to), k);
  v128.store64_lane(to, sum, 0);
  v128.store32_lane(to, sum, 2, 8);
}
