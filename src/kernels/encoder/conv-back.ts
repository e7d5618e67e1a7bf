// The way back through the convolutions (conv.ts): a channel's gradient is a short list of places, at most one in
// four of a square, and both of its products, to the kernel and to what came in, go over the list.
import { add, load, madd } from '../algebra/vector';
import { borderedAt, borderedSize, codesAt, convGradientSize, convGradientsAt, dFeaturesAt } from '../layout/batch';
import { B, G, T, depth, floats, widthOf } from '../layout/shape';
import { columnsOut, convSize, isPooled, packedLayerBack, rowsOut } from '../layout/tensors';
import {
  OFF, into, outOf, rowBytes, drawing, before, after, list, useConvScratch, takeDrawing, takeTurns,
} from './conv-layout';

/** From the gradients of the features to each sample's gradients of kernels and biases. */
export function convBackward(rank: i32, s0: i32, s1: i32): void {
  useConvScratch(rank);
  for (let s = s0; s < s1; s++) {
    for (let lane = 0; lane < G && s * G + lane < B; lane++) {
      const b = s * G + lane;
      memory.fill(convGradientsAt(b), 0, floats(convGradientSize));
      for (let t = 0; t < T; t++) {
        takeDrawing(t, b);
        fromFeatures(dFeaturesAt(t, s) + floats(lane), after);
        drawingBackward(t, b);
      }
    }
  }
}

function drawingBackward(t: i32, b: i32): void {
  let gradient = convGradientsAt(b) + floats(convGradientSize);
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
    takeTurns();
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

/** A lane of features to [places][channels], channels padded. */
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
