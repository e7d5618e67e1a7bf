// Where the network's tensors lie: weights, gradients and moments row-major and end to end in the order of
// checkpoints, and the weights once more, packed for the matrix kernel.
import { MR } from '../algebra/gemm';
import { KERNELS, MOST_FLOATS, PACKED_LAYERS, take, taken, takeFromStart } from './room';
import {
  CONV, E, F, H, I, L, MOST_LAYERS, NONE, O, P, Q, R, U, W, X, Y, Z, depth, direct, encoder, feedforward, floats,
  height, roundUp, setNetwork, setWidth, width, widthOf,
} from './shape';

/** The arrivals at the barrier between threads. */
export let barrierAt: usize = 0;
/** Partial sums of the gradient's norm, f64 each: see adam.ts. */
export let normParts: usize = 0;
/** Numbers of the gradient in a part. */
export const PART = 4096;

/** The numbers of all tensors. */
export let total: i32 = 0;
export let weights: usize = 0;
export let gradients: usize = 0;
export let first: usize = 0; // Adam's moments
export let second: usize = 0;

/** Where a tensor begins among the weights, the gradients or a moment. */
// @ts-ignore: decorator
@inline export function at(tensors: usize, offset: i32): usize {
  return tensors + floats(offset);
}

// Where tensors begin, in numbers from the first.
let lstmAt: i32 = 0;
export let encoderOutKernel: i32 = 0;
export let headsKernel: i32 = 0;
export let bindKey: i32 = 0;
export let bindValue: i32 = 0;
export let bindLabel: i32 = 0;
export let hiddenKernel: i32 = 0;
export let hiddenOut: i32 = 0;
export let outKernel: i32 = 0;

// A bias follows its kernel.
export function encoderKernel(layer: i32): i32 {
  return i32.load(KERNELS + floats(layer));
}
export function encoderBias(layer: i32): i32 {
  return encoderKernel(layer) + encoderRows(layer) * widthOf(layer);
}
export function encoderOutBias(): i32 {
  return encoderOutKernel + features() * E;
}
export function lstmKernel(layer: i32): i32 {
  if (layer == 0) return lstmAt;
  return lstmAt + (controllerRows() + 1) * Z + (layer - 1) * (2 * H + 1) * Z;
}
export function lstmBias(layer: i32): i32 {
  return lstmKernel(layer) + (layer == 0 ? controllerRows() : 2 * H) * Z;
}
export function headsBias(): i32 {
  return headsKernel + H * Q;
}
export function hiddenBias(): i32 {
  return hiddenKernel + O * U;
}
export function outBias(): i32 {
  return outKernel + O * Y;
}

/** Rows of a layer's kernel that meet its input (embedding and feedback, or the layer below). */
export function inputs(layer: i32): i32 {
  return layer == 0 ? E + F : H;
}
/** Rows of a layer's kernel that meet rin. */
export function rinRows(layer: i32): i32 {
  return layer == 0 ? I : 0;
}
/** Rows of a layer's kernel that meet h of the step before. */
export function stateRows(): i32 {
  return feedforward ? 0 : H;
}
function controllerRows(): i32 {
  return E + F + I + stateRows();
}

/** Channels and sides of what comes into a layer of a conv, and of what comes out of it. */
export function channelsInto(layer: i32): i32 {
  return layer == 0 ? 1 : widthOf(layer - 1);
}
export function rowsInto(layer: i32): i32 {
  return height >> layer;
}
export function columnsInto(layer: i32): i32 {
  return width >> layer;
}
export function isPooled(layer: i32): bool {
  return layer < depth - 1;
}
export function rowsOut(layer: i32): i32 {
  return rowsInto(layer) >> <i32>isPooled(layer);
}
export function columnsOut(layer: i32): i32 {
  return columnsInto(layer) >> <i32>isPooled(layer);
}
/** Rows of the kernel of a layer of the encoder. */
function encoderRows(layer: i32): i32 {
  if (encoder == CONV) return 9 * channelsInto(layer);
  return layer == 0 ? P : widthOf(layer - 1);
}
/** What goes to the encoder's last layer. */
export function features(): i32 {
  const last = depth - 1;
  return encoder == CONV ? rowsOut(last) * columnsOut(last) * widthOf(last) : widthOf(last);
}

// The drawings' own layer, whose products go over the numbers that are not 0 (drawings.ts): the first of an mlp,
// or the controller.
/** Its inputs: of the controller the feedback, too. */
export function drawingRows(): i32 {
  return encoder == NONE ? X : P;
}
export function drawingColumns(): i32 {
  return encoder == NONE ? Z : widthOf(0);
}
export function drawingKernel(): i32 {
  return encoder == NONE ? lstmKernel(0) : encoderKernel(0);
}
export function drawingBias(): i32 {
  return encoder == NONE ? lstmBias(0) : encoderBias(0);
}
/** Columns of a panel of its kernel. */
export const COLUMNS: i32 = 24;

// Weights packed for the matrix kernel (gemm.ts), forward and transposed.
export let packedDrawing: usize = 0; // in panels of its own: see drawings.ts
export let packedInput: usize = 0; // of the first layer, for an embedding and the feedback
export let packedInputBack: usize = 0; // for the embedding
export let packedBelow: usize = 0; // [L - 1]: of the layers above it, for the layer below each
export let packedBelowBack: usize = 0;
export let packedRin: usize = 0;
export let packedRinBack: usize = 0;
export let packedState: usize = 0; // [L]
export let packedStateBack: usize = 0;
export let packedHeads: usize = 0;
export let packedHeadsBack: usize = 0;
export let packedBindKey: usize = 0;
export let packedBindKeyBack: usize = 0;
export let packedBindValue: usize = 0;
export let packedBindValueBack: usize = 0;
export let packedBindLabel: usize = 0;
export let packedHiddenState: usize = 0; // hidden.kernel, for h and for r
export let packedHiddenRead: usize = 0;
export let packedHiddenStateBack: usize = 0;
export let packedHiddenReadBack: usize = 0;
export let packedHiddenOut: usize = 0;
export let packedHiddenOutBack: usize = 0;
export let packedOutState: usize = 0;
export let packedOutRead: usize = 0;
export let packedOutStateBack: usize = 0;
export let packedOutReadBack: usize = 0;
export let packedEncoderOut: usize = 0;
export let packedEncoderOutBack: usize = 0;
// PACKED_LAYERS: of an mlp above its first; of a conv in a form of its own

export function packedLayer(layer: i32): usize {
  return <usize>i32.load(PACKED_LAYERS + floats(layer));
}
export function packedLayerBack(layer: i32): usize {
  return <usize>i32.load(PACKED_LAYERS + floats(MOST_LAYERS + layer));
}

/** Numbers of a packed matrix of `rows` outputs and `inputs` inputs. */
function packedSize(rows: i32, inputs: i32): f64 {
  return <f64>roundUp(rows, MR) * inputs;
}

/** Numbers between the packed kernels of two layers. */
export function packedBelowStride(): i32 {
  return <i32>packedSize(Z, H + 1);
}
export function packedStateStride(): i32 {
  return <i32>packedSize(Z, H);
}
export function packedStateBackStride(): i32 {
  return <i32>packedSize(H, Z);
}

/** Numbers of a conv layer's packed kernel, and bias: see conv.ts. */
export function convSize(layer: i32): i32 {
  const into = layer == 0 ? 1 : roundUp(channelsInto(layer), 8);
  return (9 * into + 1) * roundUp(widthOf(layer), 8);
}

let networkEnd: f64 = 0;
/** Where the batch's room begins. */
export function batchStart(): f64 {
  return networkEnd;
}

export function shapeNetwork(
  p: i32, e: i32, f: i32, c: i32, g: i32, d: i32, a: i32, h: i32, l: i32, n: i32, w: i32, k: i32, r: i32, i: i32, q: i32,
  u: i32, says: i32, form: i32, decay: f32, rows: i32, columns: i32, kind: i32, layers: i32,
  w1: i32, w2: i32, w3: i32, w4: i32, w5: i32, w6: i32, w7: i32, w8: i32,
): void {
  setNetwork(p, e, f, c, g, d, a, h, l, n, w, k, r, i, q, u, says, form, decay, rows, columns, kind, layers);
  setWidth(0, w1); setWidth(1, w2); setWidth(2, w3); setWidth(3, w4);
  setWidth(4, w5); setWidth(5, w6); setWidth(6, w7); setWidth(7, w8);
  placeTensors();
  takeFromStart();
  barrierAt = take(32);
  normParts = take(2 * (<f64>total / PART + 1));
  weights = take(total);
  gradients = take(total);
  first = take(total);
  second = take(total);
  takePacked();
  networkEnd = taken();
}

function placeTensors(): void {
  let next: f64 = 0;
  for (let layer = 0; layer < depth; layer++) {
    i32.store(KERNELS + floats(layer), <i32>next);
    next += <f64>(encoderRows(layer) + 1) * widthOf(layer);
  }
  encoderOutKernel = <i32>next;
  if (encoder != NONE) next += <f64>(features() + 1) * E;
  lstmAt = <i32>next;
  next += <f64>(controllerRows() + 1) * Z + <f64>(L - 1) * (2 * H + 1) * Z;
  headsKernel = <i32>next;
  if (R > 0) next += <f64>(H + 1) * Q;
  bindKey = <i32>next;
  if (direct) next += <f64>E * R * W;
  bindValue = <i32>next;
  if (direct) next += <f64>E * R * W;
  bindLabel = <i32>next;
  if (direct) next += <f64>F * R * W;
  hiddenKernel = <i32>next;
  if (U > 0) next += <f64>(O + 1) * U;
  hiddenOut = <i32>next;
  if (U > 0) next += <f64>U * Y;
  outKernel = <i32>next;
  next += <f64>(O + 1) * Y;
  total = next < MOST_FLOATS ? roundUp(<i32>next, 4) : 0;
}

function takePacked(): void {
  packedDrawing = take(encoder == CONV ? 0.0 : <f64>roundUp(drawingColumns(), COLUMNS) * (drawingRows() + 1));
  for (let layer = 0; layer < depth; layer++) {
    let forward: f64 = 0, back: f64 = 0;
    if (encoder == CONV) {
      forward = convSize(layer);
      if (layer > 0) back = convSize(layer);
    } else if (layer > 0) {
      forward = packedSize(widthOf(layer), widthOf(layer - 1) + 1);
      back = packedSize(widthOf(layer - 1), widthOf(layer));
    }
    i32.store(PACKED_LAYERS + floats(layer), <i32>take(forward));
    i32.store(PACKED_LAYERS + floats(MOST_LAYERS + layer), <i32>take(back));
  }
  if (encoder != NONE) {
    packedEncoderOut = take(packedSize(E, features() + 1));
    packedEncoderOutBack = take(packedSize(features(), E));
    packedInput = take(packedSize(Z, E + F + 1));
    packedInputBack = take(packedSize(E, Z));
  }
  packedBelow = take((L - 1) * packedSize(Z, H + 1));
  packedBelowBack = take((L - 1) * packedSize(H, Z));
  packedState = take(L * packedSize(Z, stateRows()));
  packedStateBack = take(L * packedSize(stateRows(), Z));
  packedRin = take(packedSize(Z, I));
  packedRinBack = take(packedSize(I, Z));
  packedHeads = take(packedSize(Q, H + 1));
  packedHeadsBack = take(packedSize(H, Q));
  const bound = direct ? R * W : 0;
  packedBindKey = take(packedSize(bound, E));
  packedBindKeyBack = take(packedSize(E, bound));
  packedBindValue = take(packedSize(bound, E));
  packedBindValueBack = take(packedSize(E, bound));
  packedBindLabel = take(packedSize(bound, F));
  packedHiddenState = take(packedSize(U, H + 1));
  packedHiddenRead = take(packedSize(U, R * W));
  packedHiddenStateBack = take(packedSize(H, U));
  packedHiddenReadBack = take(packedSize(R * W, U));
  packedHiddenOut = take(packedSize(Y, U));
  packedHiddenOutBack = take(packedSize(U, Y));
  packedOutState = take(packedSize(Y, H + 1));
  packedOutRead = take(packedSize(Y, R * W));
  packedOutStateBack = take(packedSize(H, Y));
  packedOutReadBack = take(packedSize(R * W, Y));
}
