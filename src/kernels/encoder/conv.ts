// The encoder's convolutions, a drawing at a time, channels side by side: 3 x 3 with a border of zeros, bias, relu,
// and after every layer but the last the largest of each square of 2 x 2. Channels are padded to 8.
//
// Forward, four places (a square) times eight channels stay in registers, and the square is pooled before it is
// stored. With the number goes a code: where in its square it comes from, or that it is 0. So backward a channel's
// gradient is a short list of places, at most one in four of a square (conv-back.ts).
// Kernels lie in panels [channels / 8][3][3 · into][8], then the bias; backward [channels][3][3 · into].
//
// Each sample has gradients of its own, added up in their order at the end, whatever thread worked on it.
import { load, madd, store } from '../algebra/vector';
import { borderedAt, codesAt, featuresAt } from '../layout/batch';
import { B, G, depth, floats, widthOf } from '../layout/shape';
import { columnsInto, columnsOut, isPooled, packedLayer, rowsInto, rowsOut } from '../layout/tensors';
import { into, outOf, rowBytes, drawing, after, square, useConvScratch, takeDrawing } from './conv-layout';

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
  let blank: usize = 0, blankCodes: usize = 0; // what came of the first blank square: all are alike
  for (let y = 0; y < rows; y++) {
    let a = from + (<usize>(2 * y)) * row;
    let out = to + floats(((y + 1) * (columns + 2) + 1) * channels);
    for (let x = 0; x < columns; x++) {
      const isFlat = layer == 0 && isBlank(a, row);
      if (isFlat && blank > 0) {
        for (let c = 0; c < channels; c += 4) store(out + floats(c), load(blank + floats(c)));
        for (let c = 0; c < channels; c += 8) i64.store(codes + c, i64.load(blankCodes + c));
      } else {
        let w = kernel;
        for (let c = 0; c < channels; c += 8) {
          tile(a, a + step, a + row, a + row + step, w, 3 * into(layer), row, biases + floats(c));
          pool(0, out + floats(c), codes + c);
          pool(16, out + floats(c + 4), codes + c + 4);
          w += panel;
        }
        if (isFlat) {
          blank = out;
          blankCodes = codes;
        }
      }
      out += floats(channels);
      codes += channels;
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
  const a = load(square + at), b = load(square + at + 32), c = load(square + at + 64), d = load(square + at + 96);
  const ab = f32x4.pmax(a, b), cd = f32x4.pmax(c, d);
  const low = v128.and(f32x4.gt(b, a), i32x4.splat(1));
  const high = i32x4.sub(i32x4.splat(2), f32x4.gt(d, c));
  keep(f32x4.pmax(ab, cd), v128.bitselect(high, low, f32x4.gt(cd, ab)), out, codes);
}
/** Four channels of a place through relu. */
function rectify(from: usize, out: usize, codes: usize): void {
  keep(load(from), i32x4.splat(0), out, codes);
}
// @ts-ignore: decorator
@inline function keep(sums: v128, code: v128, out: usize, codes: usize): void {
  const zero = f32x4.splat(0);
  store(out, f32x4.pmax(sums, zero)); // NaN is kept, and will be seen
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
