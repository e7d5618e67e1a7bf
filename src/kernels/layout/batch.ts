// Where everything that belongs to a batch lies.
import { MR } from '../algebra/gemm';
import { CONVS, LAYERS, MOST_FLOATS, take, taken, takeFrom } from './room';
import {
  A, B, CONV, D, E, F, G, H, I, L, MLP, MOST_LAYERS, N, NONE, NP, O, Q, R, RP, S, T, U, VP, W, WP, X, Y, Z, depth, direct,
  characters, encoder, familiar, floats, gated, ntm, readsWeights, roundUp, setBatch, widthOf,
} from './shape';
import {
  COLUMNS, batchStart, channelsInto, columnsInto, columnsOut, convSize, drawingRows, features, rowsInto, rowsOut,
} from './tensors';

// row-major, in and out
export let inputsIn: usize = 0; // [B, T, X]
export let targetsIn: usize = 0; // labels i32 [B, T], or characters i32 [B, T, characters], or numbers [B, T, D]
export let maskIn: usize = 0; // [B, T] i32, of batches with a mask
export let logitsOut: usize = 0; // [B, T, A]
export let familiarityOut: usize = 0; // [B, T], where it is learned
export let outputOut: usize = 0; // [B, O], of the last step
export let losses: usize = 0; // [B] f64
export let stateCell: usize = 0; // [L, B, H]
export let stateHidden: usize = 0; // [L, B, H]
export let stateMemory: usize = 0; // [B, N, W]
export let stateReadVectors: usize = 0; // [B, R, W]
export let stateReadWeights: usize = 0; // [B, R, N]
export let stateWriteWeights: usize = 0; // [B, R, N]
export let stateUsage: usize = 0; // [B, N]
export let stateEmbedding: usize = 0; // [B, E], with direct binding

// the inputs that are not 0, per sample: see drawings.ts
let entryCounts: usize = 0; // [B][T] i32
let entries: usize = 0; // [B][T][drawingRows + 1][2]: a row's place and a number

// lanes
// LAYERS of an mlp: [T][S][width + 1][G], and its gradient [T][S][width][G]
let featureLanes: usize = 0; // [T][S][features + 1][G]: what goes to the encoder's last layer, the last row is 1
let dFeatures: usize = 0; // [T][S][features][G]
let seenLanes: usize = 0; // [T + 1][S][E + F + 1][G]: e_t, y_{t-1} and 1; the first is e_{-1}
let dEmbeddings: usize = 0; // [T][S][E][G]
let zs: usize = 0; // [L][T][S][Z][G]: gates (or units), then their gradients
let cells: usize = 0; // [L][T + 1][S][H][G], from the start state
let hiddens: usize = 0; // [L][T + 1][S][H + 1][G], the last row is 1
let reads: usize = 0; // [T + 1][S][RW][G]
let readWeightLanes: usize = 0; // [T + 1][S][RN][G], only where they are rin
let qs: usize = 0; // [T][S][Q][G]: keys, adds, gates, strengths, then their gradients
let units: usize = 0; // [T][S][U][G]: the output's hidden units
let dUnits: usize = 0; // [T][S][U][G]
let logitLanes: usize = 0; // [T][S][Y][G]: logits, then their gradients
export let dHidden: usize = 0; // [L][S][H][G], carried backwards in time
export let dCell: usize = 0; // [L][S][H][G]
export let dRead: usize = 0; // [S][RW][G]
export let dRin: usize = 0; // [S][I][G]
export let dQ: usize = 0; // [S][Q][G]

// of a conv, per sample and layer: what came in, with a border of zeros (above the first layer), and of each number
// that comes out where in its square it comes from: at the places in CONVS
let convGradients: usize = 0; // [B][all convSize]: each sample's own, added up in their order

// slots, per sample
let memories: usize = 0; // [B][WP][NP]: M_t as t moves; of an NTM [T + 1][B][WP][NP]: all of them
let snapshots: usize = 0; // [..][B][WP][NP]: see `isSnapshot`
let readWeights: usize = 0; // [T + 1][B][RP][NP]
let writeWeights: usize = 0; // [T][B][RP][NP]; of an NTM [T + 1][B][RP][NP]
let similarities: usize = 0; // [T][B][RP][NP]; of an NTM [2][T][B][RP][NP], of its read heads and its write heads
let contents: usize = 0; // [2][T][B][RP][NP]: of an NTM, what the heads find by content
let norms: usize = 0; // [T][B][NP]: |m(i)| of the slots looked at
let leastUsed: usize = 0; // [T][B][R] i32
let overwritten: usize = 0; // [T][B][R][WP]: the least used slots before they are written
let usages: usize = 0; // [B][NP]
let dMemories: usize = 0; // [B][WP][NP]
let dReadWeights: usize = 0; // [B][RP][NP]
let dWriteWeights: usize = 0; // [B][RP][NP], of an NTM

// scratch of each thread
let scratches: usize = 0;
let scratchSize: i32 = 0;
let drawingPanels: usize = 0; // [8 + drawingRows][COLUMNS]: see drawings.ts
let convScratches: usize = 0;
let convScratchSize: i32 = 0;
/** Numbers of a gradient in a thread's scratch: of the largest that comes into a layer of a conv, or out of the last. */
export let convRoom: i32 = 0;
/** Numbers of the gradients of all kernels and biases of a conv. */
export let convGradientSize: i32 = 0;

// for weight gradients: a chunk of steps, packed
export let packedRows: usize = 0;
export let packedColumns: usize = 0;
export let chunkSteps: i32 = 0;

/**
 * Snapshots of M_t let the backward begin its rebuilding afresh: where M is still near its start, and often. Where
 * only whole slots are written, what was overwritten is enough.
 */
export function isSnapshot(t: i32): bool {
  return gated && (t < 4 || t % 10 == 0);
}
function snapshotIndex(t: i32): i32 {
  return t < 4 ? t : 3 + t / 10;
}

/** Numbers of what a sample keeps of the input of a layer of a conv, and of its codes (bytes, four a number). */
function borderedNumbers(layer: i32): f64 {
  const channels = layer == 0 ? 1 : roundUp(channelsInto(layer), 8);
  // four more: the last patch of the first layer is read in vectors
  return <f64>(rowsInto(layer) + 2) * (columnsInto(layer) + 2) * channels + 4;
}
function codesNumbers(layer: i32): f64 {
  return outNumbers(layer) / 4;
}
/** Numbers that come out of a layer of a conv, its channels padded. */
function outNumbers(layer: i32): f64 {
  return <f64>rowsOut(layer) * columnsOut(layer) * roundUp(widthOf(layer), 8);
}
// The same as whole numbers, once it is known that they fit.
export function borderedSize(layer: i32): i32 {
  return <i32>borderedNumbers(layer);
}
function codesSize(layer: i32): i32 {
  return <i32>codesNumbers(layer);
}

/** Lays out a batch; returns the bytes of memory that it needs. Where that is more than there can be, it must not run. */
export function shapeBatch(b: i32, t: i32, g: i32, threads: i32): f64 {
  setBatch(b, t, g);
  const BG = S * G; // samples, padded
  const steps: f64 = <f64>T * BG;
  takeFrom(batchStart());
  inputsIn = take(<f64>B * T * X);
  targetsIn = take(<f64>B * T * (D > 0 ? D : characters > 0 ? characters : 1));
  maskIn = take(<f64>B * T);
  logitsOut = take(<f64>B * T * A);
  familiarityOut = take(familiar ? <f64>B * T : 0.0);
  outputOut = take(<f64>B * O);
  losses = take(<f64>2 * B);
  stateCell = take(<f64>L * B * H);
  stateHidden = take(<f64>L * B * H);
  stateMemory = take(<f64>B * N * W);
  stateReadVectors = take(<f64>B * R * W);
  stateReadWeights = take(<f64>B * R * N);
  stateWriteWeights = take(<f64>B * R * N);
  stateUsage = take(<f64>B * N);
  stateEmbedding = take(direct ? <f64>B * E : 0.0);

  const listed: f64 = encoder == CONV ? 0 : <f64>B * T;
  entryCounts = take(listed);
  entries = take(2 * listed * (drawingRows() + 1));
  for (let layer = 0; layer < depth; layer++) {
    const mlp = encoder == MLP ? steps : 0.0;
    i32.store(LAYERS + floats(layer), <i32>take(mlp * (widthOf(layer) + 1)));
    i32.store(LAYERS + floats(MOST_LAYERS + layer), <i32>take(mlp * widthOf(layer)));
    const conv: f64 = encoder == CONV ? <f64>B * T : 0;
    i32.store(CONVS + floats(layer), <i32>take(layer > 0 ? conv * borderedNumbers(layer) : 0.0));
    i32.store(CONVS + floats(MOST_LAYERS + layer), <i32>take(conv * codesNumbers(layer)));
  }
  featureLanes = take(encoder == CONV ? steps * (features() + 1) : 0.0);
  dFeatures = take(encoder == CONV ? steps * features() : 0.0);
  seenLanes = take(seen() ? (steps + BG) * (E + F + 1) : 0.0);
  dEmbeddings = take(encoder != NONE ? steps * E : 0.0);
  zs = take(L * steps * Z);
  cells = take(<f64>L * (T + 1) * BG * H);
  hiddens = take(<f64>L * (T + 1) * BG * (H + 1));
  reads = take((steps + BG) * R * W);
  readWeightLanes = take(readsWeights ? (steps + BG) * I : 0.0);
  qs = take(R > 0 ? steps * Q : 0.0);
  units = take(steps * U);
  dUnits = take(steps * U);
  logitLanes = take(steps * Y);
  dHidden = take(<f64>L * BG * H);
  dCell = take(<f64>L * BG * H);
  dRead = take(<f64>BG * R * W);
  dRin = take(<f64>BG * I);
  dQ = take(R > 0 ? <f64>BG * Q : 0.0);

  const rows = <f64>T * B * RP * NP;
  memories = take(<f64>(ntm ? T + 1 : 1) * B * WP * NP);
  snapshots = take(R > 0 && gated ? <f64>(snapshotIndex(T) + 5) * B * WP * NP : 0.0);
  readWeights = take(<f64>(T + 1) * B * RP * NP);
  writeWeights = take(<f64>(ntm ? T + 1 : T) * B * RP * NP);
  similarities = take(ntm ? 2 * rows : rows);
  contents = take(ntm ? 2 * rows : 0.0);
  norms = take(<f64>T * B * NP);
  leastUsed = take(ntm ? 0.0 : <f64>T * B * R);
  overwritten = take(ntm ? 0.0 : <f64>T * B * R * WP);
  usages = take(<f64>B * NP);
  dMemories = take(<f64>B * WP * NP);
  dReadWeights = take(<f64>B * RP * NP);
  dWriteWeights = take(ntm ? <f64>B * RP * NP : 0.0);

  scratchSize = 128 + 5 * VP * WP + 3 * VP * NP + NP;
  if (ntm) scratchSize += 4 * VP * WP + 5 * (NP + 32) + 16 * WP + (R > 4 ? WP * NP : 0);
  scratches = take(<f64>threads * roundUp(scratchSize, 16));
  drawingPanels = take(encoder == CONV ? 0.0 : <f64>threads * (8 + drawingRows()) * COLUMNS);
  takeConv(threads);
  takeChunk(BG);
  return taken();
}

/** Whether embeddings lie in lanes: where the controller sees them so, or keys and adds are bound to them. */
export function seen(): bool {
  return encoder != NONE || direct;
}

/** Places that come out of all layers of a conv. */
export function allPlaces(): i32 {
  let places = 0;
  for (let layer = 0; layer < depth; layer++) places += rowsOut(layer) * columnsOut(layer);
  return places;
}

/**
 * A thread's drawing with its border, a gradient of what comes out of a layer, one of what came in, where patches begin,
 * and a list.
 */
function takeConv(threads: i32): void {
  let scratch: f64 = 0, gradients: f64 = 0;
  if (encoder == CONV) {
    let most: f64 = 0, places: f64 = 0, all: f64 = 0;
    for (let layer = 0; layer < depth; layer++) {
      gradients += convSize(layer);
      most = Math.max(most, borderedNumbers(layer));
      const own: f64 = <f64>rowsOut(layer) * columnsOut(layer);
      places = Math.max(places, own);
      all += own;
    }
    most = Math.max(most, outNumbers(depth - 1));
    convRoom = most < MOST_FLOATS ? <i32>to16(most) : 0;
    scratch = to16(borderedNumbers(0)) + 2 * to16(most) + to16(4 * all) + to16(2 * places) + 64;
  }
  convScratches = take(threads * scratch);
  convGradients = take(B * gradients);
  convGradientSize = gradients < MOST_FLOATS ? <i32>gradients : 0;
  convScratchSize = scratch < MOST_FLOATS ? <i32>scratch : 0; // where it is more, nothing runs
}
function to16(n: f64): f64 {
  return Math.ceil(n / 16) * 16;
}

/** Room for the widest rows and columns of a weight gradient. */
function takeChunk(BG: i32): void {
  chunkSteps = 512 / roundUp(B, 8);
  if (chunkSteps < 1) chunkSteps = 1;
  if (chunkSteps > T) chunkSteps = T;
  let rows = H, columns = Z;
  if (I > rows) rows = I;
  if (R * W > rows) rows = R * W;
  if (seen() && E + F > rows) rows = E + F;
  if (U > rows) rows = U;
  if (encoder != NONE && features() > rows) rows = features();
  if (Q > columns) columns = Q;
  if (Y > columns) columns = Y;
  if (U > columns) columns = U;
  if (encoder != NONE && E > columns) columns = E;
  if (encoder == MLP) {
    for (let layer = 0; layer < depth; layer++) {
      if (widthOf(layer) > rows) rows = widthOf(layer);
      if (widthOf(layer) > columns) columns = widthOf(layer);
    }
  }
  const chunk: f64 = <f64>chunkSteps * BG;
  packedRows = take(roundUp(rows, MR) * chunk);
  packedColumns = take(roundUp(columns, 8) * chunk);
}

export function zeroBatch(): void {
  memory.fill(<usize>batchStart(), 0, <usize>(taken() - batchStart()));
}

export function entryCountAt(t: i32, b: i32): usize {
  return entryCounts + floats(b * T + t);
}
export function entriesAt(t: i32, b: i32): usize {
  return entries + floats(2 * (b * T + t) * (drawingRows() + 1));
}
/** The drawing and the feedback of a step. */
export function inputAt(t: i32, b: i32): usize {
  return inputsIn + floats((b * T + t) * X);
}

/** A layer of an mlp after step t. */
export function layerAt(layer: i32, t: i32, s: i32): usize {
  return (<usize>i32.load(LAYERS + floats(layer))) + floats((t * S + s) * (widthOf(layer) + 1) * G);
}
export function dLayerAt(layer: i32, t: i32, s: i32): usize {
  return (<usize>i32.load(LAYERS + floats(MOST_LAYERS + layer))) + floats((t * S + s) * widthOf(layer) * G);
}
/** What goes to the encoder's last layer in step t, and its gradient. */
export function featuresAt(t: i32, s: i32): usize {
  if (encoder == MLP) return layerAt(depth - 1, t, s);
  return featureLanes + floats((t * S + s) * (features() + 1) * G);
}
export function dFeaturesAt(t: i32, s: i32): usize {
  if (encoder == MLP) return dLayerAt(depth - 1, t, s);
  return dFeatures + floats((t * S + s) * features() * G);
}
/** e_t, y_{t-1} and 1; t = -1 is the step before the first. */
export function seenAt(t: i32, s: i32): usize {
  return seenLanes + floats(((t + 1) * S + s) * (E + F + 1) * G);
}
export function dEmbeddingAt(t: i32, s: i32): usize {
  return dEmbeddings + floats((t * S + s) * E * G);
}
/** What came into a layer of a conv above the first, with its border, and the codes of what came out. */
export function borderedAt(layer: i32, t: i32, b: i32): usize {
  return (<usize>i32.load(CONVS + floats(layer))) + floats((b * T + t) * borderedSize(layer));
}
export function codesAt(layer: i32, t: i32, b: i32): usize {
  return (<usize>i32.load(CONVS + floats(MOST_LAYERS + layer))) + floats((b * T + t) * codesSize(layer));
}
/** The gradients of all conv kernels of sample b. */
export function convGradientsAt(b: i32): usize {
  return convGradients + floats(b * convGradientSize);
}

export function zAt(layer: i32, t: i32, s: i32): usize {
  return zs + floats(((layer * T + t) * S + s) * Z * G);
}
/** c after t steps. */
export function cellAt(layer: i32, t: i32, s: i32): usize {
  return cells + floats(((layer * (T + 1) + t) * S + s) * H * G);
}
/** h after t steps. */
export function hiddenAt(layer: i32, t: i32, s: i32): usize {
  return hiddens + floats(((layer * (T + 1) + t) * S + s) * (H + 1) * G);
}
/** Read vectors after t steps. */
export function readAt(t: i32, s: i32): usize {
  return reads + floats((t * S + s) * R * W * G);
}
/** rin of the step after t steps. */
export function rinAt(t: i32, s: i32): usize {
  return readsWeights ? readWeightLanes + floats((t * S + s) * I * G) : readAt(t, s);
}
export function qAt(t: i32, s: i32): usize {
  return qs + floats((t * S + s) * Q * G);
}
export function unitsAt(t: i32, s: i32): usize {
  return units + floats((t * S + s) * U * G);
}
export function dUnitsAt(t: i32, s: i32): usize {
  return dUnits + floats((t * S + s) * U * G);
}
export function logitsAt(t: i32, s: i32): usize {
  return logitLanes + floats((t * S + s) * Y * G);
}
export function memoryAt(b: i32): usize {
  return memories + floats(b * WP * NP);
}
/** M of an NTM after t steps. */
export function memoryAfter(t: i32, b: i32): usize {
  return memories + floats((t * B + b) * WP * NP);
}
/** M after t steps, where isSnapshot(t). */
export function snapshotAt(t: i32, b: i32): usize {
  return snapshots + floats((snapshotIndex(t) * B + b) * WP * NP);
}
/** w^r after t steps. */
export function readWeightsAt(t: i32, b: i32): usize {
  return readWeights + floats((t * B + b) * RP * NP);
}
/** w^w of step t, counted from 0; of an NTM after t steps. */
export function writeWeightsAt(t: i32, b: i32): usize {
  return writeWeights + floats((t * B + b) * RP * NP);
}
export function similaritiesAt(t: i32, b: i32): usize {
  return similarities + floats((t * B + b) * RP * NP);
}
export function contentsAt(t: i32, b: i32): usize {
  return contents + floats((t * B + b) * RP * NP);
}
export function normsAt(t: i32, b: i32): usize {
  return norms + floats((t * B + b) * NP);
}
export function leastUsedAt(t: i32, b: i32): usize {
  return leastUsed + floats((t * B + b) * R);
}
export function overwrittenAt(t: i32, b: i32): usize {
  return overwritten + floats((t * B + b) * R * WP);
}
export function usageAt(b: i32): usize {
  return usages + floats(b * NP);
}
export function dMemoryAt(b: i32): usize {
  return dMemories + floats(b * WP * NP);
}
export function dReadWeightsAt(b: i32): usize {
  return dReadWeights + floats(b * RP * NP);
}
export function dWriteWeightsAt(b: i32): usize {
  return dWriteWeights + floats(b * RP * NP);
}
/** A thread's own scratch. */
export function scratchAt(rank: i32): usize {
  return scratches + floats(rank * roundUp(scratchSize, 16));
}
/** A thread's own columns of up to 8 samples, and of the kernel's rows for the inputs. */
export function columnsAt(rank: i32): usize {
  return drawingPanels + floats(rank * (8 + drawingRows()) * COLUMNS);
}
export function drawingPanelAt(rank: i32): usize {
  return columnsAt(rank) + floats(8 * COLUMNS);
}
export function convScratchAt(rank: i32): usize {
  return convScratches + floats(rank * convScratchSize);
}
