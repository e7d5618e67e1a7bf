// The shape of the network and of the batch, and where everything lies in memory. Every thread holds
// the same copy of these numbers: `shapeNetwork` and `shapeBatch` set them, nothing changes them in a run.
//
// Three layouts. *Row-major*, as in checkpoints: weights, gradients, what comes in and goes out.
// *Lanes*, [features][G]: the numbers of G samples side by side, so that one vector operation works on
// several samples at once; a batch is S = ceil(B / G) such groups, and samples beyond B are zeros.
// *Slots*, [.., NP]: the memory and all weights over it, per sample, with neighbouring slots side by
// side; the memory itself is [WP][NP], a row for each place in a word.
import { MR } from './gemm';

// @ts-ignore: a builtin
const HEAP: usize = (__heap_base + 63) & ~63;

// network
export let X: i32 = 0; // inputs
export let C: i32 = 0; // classes
export let H: i32 = 0; // hidden units
export let L: i32 = 0; // LSTM layers
export let N: i32 = 0; // slots
export let W: i32 = 0; // word size
export let R: i32 = 0; // heads
export let I: i32 = 0; // rin
export let Q: i32 = 0; // heads' projection
export let O: i32 = 0; // output [h, r]
export let readsWeights: bool = false; // rin is the read weights, not the read vectors
export let learnedStrength: bool = false;
/** The first read weights are one-hot for head 0 alone, and zeros for the others. */
export let firstHead: bool = false;
export let gamma: f32 = 0;

// padded, so that inner loops have no tails
export let NP: i32 = 0; // slots, to 8 (and see `apart`)
export let WP: i32 = 0; // words, to 2
export let RP: i32 = 0; // heads, to 4

// batch
export let B: i32 = 0;
export let T: i32 = 0;
export let G: i32 = 0; // samples in a group: 4 or 8
export let S: i32 = 0; // groups

/** Bytes of n floats. */
// @ts-ignore: decorator
@inline export function floats(n: i32): usize {
  return (<usize>n) << 2;
}

/** Where a tensor begins among the weights, the gradients or a moment. */
// @ts-ignore: decorator
@inline export function at(tensors: usize, offset: i32): usize {
  return tensors + floats(offset);
}

/** The memory there can be. */
const MOST: f64 = 4294967296;

// Sizes are f64, because the layout of what is too large goes on to the end, to tell how large it is:
// i32 would overflow and end somewhere within memory.
let top: f64 = <f64>HEAP;

/** The next n floats of memory, on a cache line's boundary; nowhere, once memory has come to its end. */
function take(n: f64): usize {
  const at = top;
  top = Math.ceil((top + 4 * n) / 64) * 64;
  return at < MOST && top <= MOST ? <usize>at : 0;
}

function roundUp(n: i32, to: i32): i32 {
  return ((n + to - 1) / to) * to;
}

// --- what belongs to the network -------------------------------------------------------------------

/** The arrivals at the barrier between threads. */
export let barrierAt: usize = 0;

// All tensors end to end in the order of checkpoints, each row-major.
export let total: i32 = 0; // their numbers
export let weights: usize = 0;
export let gradients: usize = 0;
export let first: usize = 0; // Adam's moments
export let second: usize = 0;

/** Rows of a layer's kernel that meet its input (drawing and label, or the layer below). */
export function inputs(layer: i32): i32 {
  return layer == 0 ? X : H;
}

/** Rows of a layer's kernel that meet rin. */
export function rinRows(layer: i32): i32 {
  return layer == 0 ? I : 0;
}

// Where tensors begin, in numbers from the first; a bias follows its kernel.
export function lstmKernel(layer: i32): i32 {
  if (layer == 0) return 0;
  return (X + I + H + 1) * 4 * H + (layer - 1) * (2 * H + 1) * 4 * H;
}
export function lstmBias(layer: i32): i32 {
  return lstmKernel(layer) + (inputs(layer) + rinRows(layer) + H) * 4 * H;
}
export function headsKernel(): i32 {
  return lstmKernel(L);
}
export function headsBias(): i32 {
  return headsKernel() + H * Q;
}
export function outKernel(): i32 {
  return R > 0 ? headsBias() + Q : headsKernel();
}
export function outBias(): i32 {
  return outKernel() + O * C;
}

// Weights packed for the matrix kernel (gemm.ts), forward and transposed.
export let packedInput: usize = 0; // of the first layer, in panels of its own: see drawings.ts
export let packedBelow: usize = 0; // [L - 1]: of the layers above it, for the layer below each
export let packedRin: usize = 0;
export let packedHidden: usize = 0;
export let packedInputBack: usize = 0;
export let packedRinBack: usize = 0;
export let packedHiddenBack: usize = 0;
export let packedHeads: usize = 0;
export let packedHeadsBack: usize = 0;
export let packedOutHidden: usize = 0;
export let packedOutRead: usize = 0;
export let packedOutHiddenBack: usize = 0;
export let packedOutReadBack: usize = 0;

/** Numbers of a packed matrix of `rows` outputs and K inputs. */
function packedSize(rows: i32, K: i32): f64 {
  return <f64>roundUp(rows, MR) * K;
}

/** Numbers between the packed kernels of two layers for the layer below. */
export function packedBelowStride(): i32 {
  return <i32>packedSize(4 * H, H + 1);
}
export function packedHiddenStride(): i32 {
  return <i32>packedSize(4 * H, H);
}
export function packedHiddenBackStride(): i32 {
  return <i32>packedSize(H, 4 * H);
}

/** Columns of a panel of the first layer's kernel: see drawings.ts. */
export const COLUMNS: i32 = 24;

let networkEnd: f64 = 0;

/**
 * Rows a multiple of 512 bytes apart meet in few places of a cache and push each other out when a slot's
 * words are read from row to row: then one line more each.
 */
function apart(n: i32): i32 {
  return n >= 256 && n % 128 == 0 ? n + 16 : n;
}

export function shapeNetwork(
  x: i32, c: i32, h: i32, l: i32, n: i32, w: i32, r: i32, i: i32, q: i32, weightsIn: i32, headZero: i32,
  decay: f32,
): void {
  X = x; C = c; H = h; L = l; N = n; W = w; R = r; I = i; Q = q; gamma = decay;
  O = H + R * W;
  readsWeights = weightsIn != 0;
  firstHead = headZero != 0;
  learnedStrength = Q == 2 * R * W + 2 * R;
  NP = apart(roundUp(N, 8));
  WP = roundUp(W, 2);
  RP = roundUp(R, 4);

  top = HEAP;
  barrierAt = take(32);
  const numbers: f64 =
    <f64>(X + I + H + 1) * 4 * H + <f64>((L - 1) * (2 * H + 1)) * 4 * H + <f64>H * Q + Q + <f64>O * C + C;
  total = numbers < MOST / 4 ? roundUp(outBias() + C, 4) : 0;
  weights = take(numbers);
  gradients = take(numbers);
  first = take(numbers);
  second = take(numbers);
  packedInput = take(<f64>roundUp(4 * H, COLUMNS) * (X + 1));
  packedBelow = take((L - 1) * packedSize(4 * H, H + 1));
  packedHidden = take(L * packedSize(4 * H, H));
  packedHiddenBack = take(L * packedSize(H, 4 * H));
  packedInputBack = take((L - 1) * packedSize(H, 4 * H));
  packedRin = take(packedSize(4 * H, I));
  packedRinBack = take(packedSize(I, 4 * H));
  packedHeads = take(packedSize(Q, H + 1));
  packedHeadsBack = take(packedSize(H, Q));
  packedOutHidden = take(packedSize(C, H + 1));
  packedOutRead = take(packedSize(C, R * W));
  packedOutHiddenBack = take(packedSize(H, C));
  packedOutReadBack = take(packedSize(R * W, C));
  networkEnd = top;
}

// --- what belongs to a batch ------------------------------------------------------------------------

// row-major, in and out
export let inputsIn: usize = 0; // [B, T, X]
export let labelsIn: usize = 0; // [B, T] i32
export let logitsOut: usize = 0; // [B, T, C]
export let outputOut: usize = 0; // [B, O], of the last step
export let losses: usize = 0; // [B] f64
export let stateCell: usize = 0; // [L, B, H]
export let stateHidden: usize = 0; // [L, B, H]
export let stateMemory: usize = 0; // [B, N, W]
export let stateReadVectors: usize = 0; // [B, R, W]
export let stateReadWeights: usize = 0; // [B, R, N]
export let stateWriteWeights: usize = 0; // [B, R, N]
export let stateUsage: usize = 0; // [B, N]

// the inputs that are not 0, per sample: see drawings.ts
let entryCounts: usize = 0; // [B][T] i32
let entries: usize = 0; // [B][T][X + 1][2]: a row's place and a number

// lanes
let zs: usize = 0; // [L][T][S][4H][G]: gates, then their gradients
let cells: usize = 0; // [L][T + 1][S][H][G], from the start state
let hiddens: usize = 0; // [L][T + 1][S][H + 1][G], the last row is 1
let reads: usize = 0; // [T + 1][S][RW][G]
let readWeightLanes: usize = 0; // [T + 1][S][RN][G], only where they are rin
let qs: usize = 0; // [T][S][Q][G]: keys, adds, gates, strengths, then their gradients
let logitLanes: usize = 0; // [T][S][C][G]: logits, then their gradients
export let dHidden: usize = 0; // [L][S][H][G], carried backwards in time
export let dCell: usize = 0; // [L][S][H][G]
export let dRead: usize = 0; // [S][RW][G]
export let dRin: usize = 0; // [S][I][G]
export let dQ: usize = 0; // [S][Q][G]

// slots, per sample
let memories: usize = 0; // [B][WP][NP]: M_t as t moves
let snapshots: usize = 0; // [..][B][WP][NP]: see `isSnapshot`
let readWeights: usize = 0; // [T + 1][B][RP][NP]
let writeWeights: usize = 0; // [T][B][RP][NP]
let similarities: usize = 0; // [T][B][RP][NP]
let norms: usize = 0; // [T][B][NP]: |M_{t-1}(i)|
let leastUsed: usize = 0; // [T][B][R] i32
let overwritten: usize = 0; // [T][B][R][WP]: the least used slots before they are written
let usages: usize = 0; // [B][NP]
let dMemories: usize = 0; // [B][WP][NP]
let dReadWeights: usize = 0; // [B][RP][NP]

// scratch of each thread
let scratches: usize = 0;
let scratchSize: i32 = 0;
let inputPanels: usize = 0; // [8 + X][COLUMNS]: see drawings.ts

// for weight gradients: a chunk of steps, packed
export let packedRows: usize = 0;
export let packedColumns: usize = 0;
export let chunkSteps: i32 = 0;

/** Snapshots of M_t let the backward begin its rebuilding afresh: where M is still near its start, and often. */
export function isSnapshot(t: i32): bool {
  return t < 4 || t % 10 == 0;
}
function snapshotIndex(t: i32): i32 {
  return t < 4 ? t : 3 + t / 10;
}

/** Lays out a batch; returns the bytes of memory that it needs. Where that is more than there can be, it must not run. */
export function shapeBatch(b: i32, t: i32, g: i32, threads: i32): f64 {
  B = b; T = t; G = g;
  S = (B + G - 1) / G;
  const BG = S * G; // samples, padded
  top = networkEnd;
  inputsIn = take(<f64>B * T * X);
  labelsIn = take(<f64>B * T);
  logitsOut = take(<f64>B * T * C);
  outputOut = take(<f64>B * O);
  losses = take(<f64>2 * B);
  stateCell = take(<f64>L * B * H);
  stateHidden = take(<f64>L * B * H);
  stateMemory = take(<f64>B * N * W);
  stateReadVectors = take(<f64>B * R * W);
  stateReadWeights = take(<f64>B * R * N);
  stateWriteWeights = take(<f64>B * R * N);
  stateUsage = take(<f64>B * N);

  entryCounts = take(<f64>B * T);
  entries = take(<f64>2 * B * T * (X + 1));
  zs = take(<f64>L * T * BG * 4 * H);
  cells = take(<f64>L * (T + 1) * BG * H);
  hiddens = take(<f64>L * (T + 1) * BG * (H + 1));
  reads = take(<f64>(T + 1) * BG * R * W);
  readWeightLanes = take(readsWeights ? <f64>(T + 1) * BG * I : 0.0);
  qs = take(R > 0 ? <f64>T * BG * Q : 0.0);
  logitLanes = take(<f64>T * BG * C);
  dHidden = take(<f64>L * BG * H);
  dCell = take(<f64>L * BG * H);
  dRead = take(<f64>BG * R * W);
  dRin = take(<f64>BG * I);
  dQ = take(R > 0 ? <f64>BG * Q : 0.0);

  memories = take(<f64>B * WP * NP);
  snapshots = take(R > 0 ? <f64>(snapshotIndex(T) + 5) * B * WP * NP : 0.0);
  readWeights = take(<f64>(T + 1) * B * RP * NP);
  writeWeights = take(<f64>T * B * RP * NP);
  similarities = take(<f64>T * B * RP * NP);
  norms = take(<f64>T * B * NP);
  leastUsed = take(<f64>T * B * R);
  overwritten = take(<f64>T * B * R * WP);
  usages = take(<f64>B * NP);
  dMemories = take(<f64>B * WP * NP);
  dReadWeights = take(<f64>B * RP * NP);

  scratchSize = 128 + 5 * RP * WP + 3 * RP * NP + NP;
  scratches = take(<f64>threads * roundUp(scratchSize, 16));
  inputPanels = take(<f64>threads * (8 + X) * COLUMNS);

  chunkSteps = 512 / roundUp(B, 8);
  if (chunkSteps < 1) chunkSteps = 1;
  if (chunkSteps > T) chunkSteps = T;
  const chunk = chunkSteps * BG;
  let rows = H;
  if (I > rows) rows = I;
  if (R * W > rows) rows = R * W;
  let columns = 4 * H;
  if (Q > columns) columns = Q;
  if (C > columns) columns = C;
  packedRows = take(<f64>roundUp(rows, MR) * chunk);
  packedColumns = take(<f64>roundUp(columns, 8) * chunk);
  return top;
}

export function zeroBatch(): void {
  memory.fill(<usize>networkEnd, 0, <usize>(top - networkEnd));
}

export function entryCountAt(t: i32, b: i32): usize {
  return entryCounts + floats(b * T + t);
}
export function entriesAt(t: i32, b: i32): usize {
  return entries + floats(2 * (b * T + t) * (X + 1));
}
export function zAt(layer: i32, t: i32, s: i32): usize {
  return zs + floats(((layer * T + t) * S + s) * 4 * H * G);
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
export function logitsAt(t: i32, s: i32): usize {
  return logitLanes + floats((t * S + s) * C * G);
}
export function memoryAt(b: i32): usize {
  return memories + floats(b * WP * NP);
}
/** M after t steps, where isSnapshot(t). */
export function snapshotAt(t: i32, b: i32): usize {
  return snapshots + floats((snapshotIndex(t) * B + b) * WP * NP);
}
/** w^r after t steps. */
export function readWeightsAt(t: i32, b: i32): usize {
  return readWeights + floats((t * B + b) * RP * NP);
}
/** w^w of step t, counted from 0. */
export function writeWeightsAt(t: i32, b: i32): usize {
  return writeWeights + floats((t * B + b) * RP * NP);
}
export function similaritiesAt(t: i32, b: i32): usize {
  return similarities + floats((t * B + b) * RP * NP);
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
/** A thread's own scratch. */
export function scratchAt(rank: i32): usize {
  return scratches + floats(rank * roundUp(scratchSize, 16));
}
/** A thread's own columns of up to 8 samples, and of the kernel's rows for the inputs. */
export function columnsAt(rank: i32): usize {
  return inputPanels + floats(rank * (8 + X) * COLUMNS);
}
export function inputPanelAt(rank: i32): usize {
  return columnsAt(rank) + floats(8 * COLUMNS);
}
