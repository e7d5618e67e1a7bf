// The way back through the convolutions (conv.ts): a channel's gradient is a short list of places, at most one in
// four of a square, and both of its products, to the kernel and to what came in, go over the list.
import { add, load, madd, store } from '../algebra/vector';
import { allPlaces, borderedAt, borderedSize, codesAt, convGradientSize, convGradientsAt, dFeaturesAt } from '../layout/batch';
import { B, G, T, depth, floats, widthOf } from '../layout/shape';
import { columnsOut, convSize, isPooled, packedLayerBack, rowsOut } from '../layout/tensors';
import {
  OFF, into, outOf, rowBytes, drawing, before, after, list, patches, useConvScratch, takeDrawing, takeTurns,
} from './conv-layout';

/** From the gradients of the features to each sample's gradients of kernels and biases. */
export function convBackward(rank: i32, s0: i32, s1: i32): void {
  useConvScratch(rank);
  findPatches();
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
  let places = patches + floats(4 * allPlaces());
  for (let layer = depth - 1; layer >= 0; layer--) {
    places -= floats(4 * rowsOut(layer) * columnsOut(layer));
    gradient -= floats(convSize(layer));
    const from = layer == 0 ? drawing : borderedAt(layer, t, b);
    const run = 3 * into(layer);
    const row = rowBytes(layer);
    const codes = codesAt(layer, t, b);
    biasGradients(layer, codes, after, gradient + floats(3 * run * outOf(layer)));
    if (layer > 0) memory.fill(before, 0, floats(borderedSize(layer)));
    for (let o = 0; o < widthOf(layer); o++) {
      const end = listPlaces(layer, places, codes + o, after + floats(o));
      if (end == list) continue;
      const kernel = gradient + floats(o * 3 * run);
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

/** Where the patch begins that a number came from: for all layers and places, by its code. */
function findPatches(): void {
  let to = patches;
  for (let layer = 0; layer < depth; layer++) {
    const apart = 1 << <i32>isPooled(layer);
    const step = floats(into(layer));
    for (let y = 0; y < rowsOut(layer); y++) {
      for (let x = 0; x < columnsOut(layer); x++) {
        for (let code = 0; code < 4; code++) {
          const row = <usize>(apart * y + (code >> 1));
          i32.store(to, <i32>(row * rowBytes(layer) + <usize>(apart * x + (code & 1)) * step));
          to += 4;
        }
      }
    }
  }
}

/** Where the gradients of what came out begin: of a layer with pooling they lie within the border of the next. */
function firstPlace(layer: i32, d: usize): usize {
  return isPooled(layer) ? d + floats((columnsOut(layer) + 3) * outOf(layer)) : d;
}

/** Lists a channel's places where a gradient arrives: from what came out to where its patch begins in what came in. */
function listPlaces(layer: i32, places: usize, codes: usize, d: usize): usize {
  const channels = outOf(layer);
  const stride = floats(channels);
  const columns = columnsOut(layer);
  const border: usize = isPooled(layer) ? 2 * stride : 0;
  d = firstPlace(layer, d);
  let to = list;
  for (let y = rowsOut(layer); y > 0; y--) {
    for (const end = places + floats(4 * columns); places < end; places += 16) {
      const code = <i32>i32.load8_u(codes);
      i32.store(to, i32.load(places + floats(code & 3)));
      f32.store(to, f32.load(d), 4);
      to += (<usize>(code != OFF)) << 3;
      codes += channels;
      d += stride;
    }
    d += border;
  }
  return to;
}

/** The gradients of a layer's biases, eight channels at a time: of each the sum over the places of its list. */
function biasGradients(layer: i32, codes: usize, d: usize, biases: usize): void {
  const channels = outOf(layer);
  const stride = floats(channels);
  const border: usize = isPooled(layer) ? 2 * stride : 0;
  for (let c = 0; c < channels; c += 8) {
    let code = codes + c;
    let from = firstPlace(layer, d) + floats(c);
    let low = f32x4.splat(0), high = low;
    for (let y = rowsOut(layer); y > 0; y--) {
      for (let x = columnsOut(layer); x > 0; x--) {
        const off = i16x8.eq(v128.load8x8_u(code), i16x8.splat(<i16>OFF));
        low = add(low, v128.andnot(load(from), i32x4.extend_low_i16x8_s(off)));
        high = add(high, v128.andnot(load(from + 16), i32x4.extend_high_i16x8_s(off)));
        code += channels;
        from += stride;
      }
      from += border;
    }
    const own = biases + floats(c);
    store(own, add(load(own), low));
    store(own + 16, add(load(own + 16), high));
  }
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
