// The weights before a run and after it: packed for the matrix kernel, and their gradients.
import {
  chunkSteps, dEmbeddingAt, dLayerAt, dUnitsAt, featuresAt, hiddenAt, layerAt, logitsAt, packedColumns, packedRows, qAt, readAt,
  rinAt, seenAt, unitsAt, zAt,
} from './layout/batch';
import { barrier } from './barrier';
import { convGradientSums, packConv } from './encoder/conv-weights';
import { drawingsBackward, packDrawings } from './encoder/drawings';
import { columnSums, MR, outerProducts, pack, packLanes, packTransposed } from './algebra/gemm';
import {
  CONV, E, F, G, H, I, L, MLP, NONE, Q, R, S, T, U, W, Y, Z, depth, direct, encoder, floats, widthOf,
} from './layout/shape';
import {
  at, bindKey, bindLabel, bindValue, encoderBias, encoderKernel, encoderOutBias, encoderOutKernel, features, gradients,
  headsBias, headsKernel, hiddenBias, hiddenKernel, hiddenOut, inputs, lstmBias, lstmKernel, outBias, outKernel,
  packedBelow, packedBelowBack, packedBelowStride, packedBindKey, packedBindKeyBack, packedBindLabel, packedBindValue,
  packedBindValueBack, packedEncoderOut, packedEncoderOutBack, packedHeads, packedHeadsBack, packedHiddenOut,
  packedHiddenOutBack, packedHiddenRead, packedHiddenReadBack, packedHiddenState, packedHiddenStateBack, packedInput,
  packedInputBack, packedLayer, packedLayerBack, packedOutRead, packedOutReadBack, packedOutState, packedOutStateBack,
  packedRin, packedRinBack, packedState, packedStateBack, packedStateBackStride, packedStateStride, rinRows, stateRows,
  weights,
} from './layout/tensors';

/** A kernel for the way forward, with its bias, and turned round for the way back. */
function packBoth(
  kernel: usize, rows: i32, columns: i32, bias: usize, forward: usize, back: usize, rank: i32, size: i32,
): void {
  pack(kernel, rows, columns, bias, forward, rank, size);
  packTransposed(kernel, rows, columns, back, rank, size);
}

export function packWeights(rank: i32, size: i32): void {
  packEncoder(rank, size);
  for (let l = 0; l < L; l++) {
    const kernel = at(weights, lstmKernel(l));
    const bias = at(weights, lstmBias(l));
    const rin = kernel + floats(inputs(l) * Z);
    const state = rin + floats(rinRows(l) * Z);
    if (l > 0) {
      const back = packedBelowBack + floats((l - 1) * packedStateBackStride());
      packBoth(kernel, H, Z, bias, packedBelow + floats((l - 1) * packedBelowStride()), back, rank, size);
    } else if (R > 0) packBoth(rin, I, Z, 0, packedRin, packedRinBack, rank, size);
    packBoth(
      state, stateRows(), Z, 0, packedState + floats(l * packedStateStride()),
      packedStateBack + floats(l * packedStateBackStride()), rank, size,
    );
  }
  if (R > 0) packBoth(at(weights, headsKernel), H, Q, at(weights, headsBias()), packedHeads, packedHeadsBack, rank, size);
  if (direct) {
    packBoth(at(weights, bindKey), E, R * W, 0, packedBindKey, packedBindKeyBack, rank, size);
    packBoth(at(weights, bindValue), E, R * W, 0, packedBindValue, packedBindValueBack, rank, size);
    pack(at(weights, bindLabel), F, R * W, 0, packedBindLabel, rank, size);
  }
  if (U > 0) {
    const hidden = at(weights, hiddenKernel);
    packBoth(hidden, H, U, at(weights, hiddenBias()), packedHiddenState, packedHiddenStateBack, rank, size);
    packBoth(hidden + floats(H * U), R * W, U, 0, packedHiddenRead, packedHiddenReadBack, rank, size);
    packBoth(at(weights, hiddenOut), U, Y, 0, packedHiddenOut, packedHiddenOutBack, rank, size);
  }
  const out = at(weights, outKernel);
  packBoth(out, H, Y, at(weights, outBias()), packedOutState, packedOutStateBack, rank, size);
  packBoth(out + floats(H * Y), R * W, Y, 0, packedOutRead, packedOutReadBack, rank, size);
}

function packEncoder(rank: i32, size: i32): void {
  if (encoder != CONV) packDrawings(rank, size);
  if (encoder == NONE) return;
  if (encoder == CONV) packConv(rank, size);
  for (let layer = 1; layer < depth && encoder == MLP; layer++) {
    packBoth(
      at(weights, encoderKernel(layer)), widthOf(layer - 1), widthOf(layer), at(weights, encoderBias(layer)),
      packedLayer(layer), packedLayerBack(layer), rank, size,
    );
  }
  const out = at(weights, encoderOutKernel);
  packBoth(out, features(), E, at(weights, encoderOutBias()), packedEncoderOut, packedEncoderOutBack, rank, size);
  const kernel = at(weights, lstmKernel(0));
  pack(kernel, E + F, Z, at(weights, lstmBias(0)), packedInput, rank, size);
  packTransposed(kernel, E, Z, packedInputBack, rank, size);
}

// --- gradients -------------------------------------------------------------------------------------------

// Of the products at hand: their thread, and whether they are added to what is there.
let rank_: i32 = 0;
let size_: i32 = 0;
let more: bool = false;
/** Blocks of lanes of the chunk of steps at hand. */
let blocks: i32 = 0;

/**
 * All weight gradients: sums over samples and steps, in chunks of steps that stay in the caches; with
 * `accumulate`, added to those that are there.
 */
export function weightGradients(rank: i32, size: i32, accumulate: bool): void {
  rank_ = rank;
  size_ = size;
  if (encoder != CONV) drawingsBackward(accumulate, rank, size);
  else convGradientSums(rank, size);
  for (let t = 0; t < T; t += chunkSteps) {
    blocks = (t + chunkSteps < T ? chunkSteps : T - t) * S;
    more = accumulate || t > 0;
    if (encoder != NONE) encoderGradients(t);
    for (let l = 0; l < L; l++) controllerGradients(l, t);
    if (R > 0) headsGradients(t);
    if (Y > 0) outputGradients(t);
  }
}

/** Packs the gradient of a layer's sums (a block of lanes each step): the products that follow are with it. */
function columnsOf(lanes: usize, block: i32, columns: i32): void {
  packLanes(lanes, floats(block * G), blocks, columns, G, 8, packedColumns, rank_, size_);
  barrier(size_);
}
/** The gradient of some rows of a kernel: what went into them (a block of lanes each step) times the columns. */
function rowsGradient(lanes: usize, block: i32, rows: i32, columns: i32, kernel: i32): void {
  if (rows == 0) return;
  packLanes(lanes, floats(block * G), blocks, rows, G, MR, packedRows, rank_, size_);
  // each thread goes on with the panels that it packed itself
  outerProducts(packedRows, rows, packedColumns, columns, blocks * G, at(gradients, kernel), more, rank_, size_);
}
function biasGradient(columns: i32, bias: i32): void {
  columnSums(packedColumns, columns, blocks * G, at(gradients, bias), more, rank_, size_);
}

function encoderGradients(t: i32): void {
  columnsOf(dEmbeddingAt(t, 0), E, E);
  biasGradient(E, encoderOutBias());
  rowsGradient(featuresAt(t, 0), features() + 1, features(), E, encoderOutKernel);
  barrier(size_);
  if (encoder != MLP) return;
  for (let layer = 0; layer < depth; layer++) {
    const units = widthOf(layer);
    columnsOf(dLayerAt(layer, t, 0), units, units);
    biasGradient(units, encoderBias(layer));
    if (layer > 0) {
      const below = widthOf(layer - 1);
      rowsGradient(layerAt(layer - 1, t, 0), below + 1, below, units, encoderKernel(layer));
    }
    barrier(size_);
  }
}

function controllerGradients(l: i32, t: i32): void {
  columnsOf(zAt(l, t, 0), Z, Z);
  biasGradient(Z, lstmBias(l));
  let kernel = lstmKernel(l);
  if (l > 0) rowsGradient(hiddenAt(l - 1, t + 1, 0), H + 1, H, Z, kernel);
  else if (encoder != NONE) rowsGradient(seenAt(t, 0), E + F + 1, E + F, Z, kernel);
  kernel += inputs(l) * Z;
  rowsGradient(rinAt(t, 0), rinRows(l), rinRows(l), Z, kernel);
  kernel += rinRows(l) * Z;
  rowsGradient(hiddenAt(l, t, 0), H + 1, stateRows(), Z, kernel);
  barrier(size_);
}

function headsGradients(t: i32): void {
  columnsOf(qAt(t, 0), Q, Q);
  biasGradient(Q, headsBias());
  rowsGradient(hiddenAt(0, t + 1, 0), H + 1, H, Q, headsKernel);
  barrier(size_);
  if (!direct) return;
  const RW = R * W;
  columnsOf(qAt(t, 0), Q, RW);
  rowsGradient(seenAt(t, 0), E + F + 1, E, RW, bindKey);
  barrier(size_);
  columnsOf(qAt(t, 0) + floats(RW * G), Q, RW);
  rowsGradient(seenAt(t - 1, 0), E + F + 1, E, RW, bindValue);
  rowsGradient(seenAt(t, 0) + floats(E * G), E + F + 1, F, RW, bindLabel);
  barrier(size_);
}

function outputGradients(t: i32): void {
  columnsOf(logitsAt(t, 0), Y, Y);
  biasGradient(Y, outBias());
  rowsGradient(hiddenAt(L - 1, t + 1, 0), H + 1, H, Y, outKernel);
  rowsGradient(readAt(t + 1, 0), R * W, R * W, Y, outKernel + H * Y);
  if (U > 0) rowsGradient(unitsAt(t, 0), U, U, Y, hiddenOut);
  barrier(size_);
  if (U == 0) return;
  columnsOf(dUnitsAt(t, 0), U, U);
  biasGradient(U, hiddenBias());
  rowsGradient(hiddenAt(L - 1, t + 1, 0), H + 1, H, U, hiddenKernel);
  rowsGradient(readAt(t + 1, 0), R * W, R * W, U, hiddenKernel + H * U);
  barrier(size_);
}
