// The shape of the network and of the batch. Every thread holds the same copy of these numbers: `shapeNetwork`
// (tensors.ts) and `shapeBatch` (batch.ts) set them, nothing changes them in a run.
//
// Three layouts. *Row-major*, as in checkpoints: weights, gradients, what comes in and goes out.
// *Lanes*, [features][G]: the numbers of G samples side by side, so that one vector operation works on
// several samples at once; a batch is S = ceil(B / G) such groups, and samples beyond B are zeros.
// *Slots*, [.., NP]: the memory and all weights over it, per sample, with neighbouring slots side by
// side; the memory itself is [WP][NP], a row for each place in a word.

import { WIDTHS } from './room';

// network
export let P: i32 = 0; // pixels
export let E: i32 = 0; // embedding
export let F: i32 = 0; // feedback, the target of the step before
export let X: i32 = 0; // inputs, P + F
export let C: i32 = 0; // classes, or letters
export let characters: i32 = 0; // of a label
export let D: i32 = 0; // numbers of a target
export let A: i32 = 0; // columns of the answer
export let Y: i32 = 0; // columns of the output: the answer and, where it is learned, familiarity
export let H: i32 = 0; // hidden units
export let L: i32 = 0; // LSTM layers
export let N: i32 = 0; // slots
export let W: i32 = 0; // word size
export let K: i32 = 0; // key size
export let R: i32 = 0; // heads
export let I: i32 = 0; // rin
export let Q: i32 = 0; // heads' projection
export let O: i32 = 0; // output [h, r]
export let U: i32 = 0; // hidden units of the output
export let Z: i32 = 0; // the controller's sums: the LSTM's four gates, or the units themselves
export let gamma: f32 = 0;

// its form
export let readsWeights: bool = false; // rin is the read weights, not the read vectors
export let firstHead: bool = false; // the first read weights are one-hot for head 0 alone, and zeros for the others
export let learnedStrength: bool = false;
export let direct: bool = false; // keys and adds are bound to embeddings too (binding.ts)
export let afterWrite: bool = false; // looked up is M_t, not M_{t-1}
export let gated: bool = false; // written is to the slot read last, too
export let feedforward: bool = false; // the controller
export let familiar: bool = false; // familiarity is an output
export let ntm: bool = false; // the memory is that of a Neural Turing Machine

/** What the outputs say. */
export let output: i32 = 0;
export const CLASSES = 0, STRINGS = 1, GAUSSIAN = 2, BITS = 3;

/** The encoder: none, an mlp or a conv. */
export let encoder: i32 = 0;
export const NONE = 0, MLP = 1, CONV = 2;
/** Its layers, without the last, linear one. */
export let depth: i32 = 0;
/** The most layers there can be: tables by layer are in room.ts. */
export const MOST_LAYERS = 8;
/** Sides of the drawing. */
export let height: i32 = 0;
export let width: i32 = 0;
/** Units, or channels, of a layer of the encoder. */
export function widthOf(layer: i32): i32 {
  return i32.load(WIDTHS + ((<usize>layer) << 2));
}

/** What `form` of `setNetwork` says, one bit each. */
const READS_WEIGHTS = 1, FIRST_HEAD = 2, LEARNED_STRENGTH = 4, DIRECT = 8, AFTER_WRITE = 16, GATED = 32, FEEDFORWARD = 64;
const FAMILIAR = 128, NTM = 256;

// padded, so that inner loops have no tails
export let NP: i32 = 0; // slots, to 8 (and see `apart`)
export let WP: i32 = 0; // words, to 2
export let RP: i32 = 0; // rows over slots, a head each: to 4, or 1
export let VP: i32 = 0; // vectors of heads, to 4

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

export function roundUp(n: i32, to: i32): i32 {
  return ((n + to - 1) / to) * to;
}

export function setNetwork(
  p: i32, e: i32, f: i32, c: i32, g: i32, d: i32, a: i32, h: i32, l: i32, n: i32, w: i32, k: i32, r: i32, i: i32, q: i32,
  u: i32, says: i32, form: i32, decay: f32, rows: i32, columns: i32, kind: i32, layers: i32,
): void {
  P = p; E = e; F = f; C = c; D = d; A = a; H = h; L = l; N = n; W = w; K = k; R = r; I = i; Q = q; U = u;
  characters = g; output = says;
  gamma = decay;
  readsWeights = (form & READS_WEIGHTS) != 0;
  firstHead = (form & FIRST_HEAD) != 0;
  learnedStrength = (form & LEARNED_STRENGTH) != 0;
  direct = (form & DIRECT) != 0;
  afterWrite = (form & AFTER_WRITE) != 0;
  gated = (form & GATED) != 0;
  feedforward = (form & FEEDFORWARD) != 0;
  familiar = (form & FAMILIAR) != 0;
  ntm = (form & NTM) != 0;
  height = rows; width = columns; encoder = kind; depth = layers;
  X = P + F;
  O = H + R * W;
  Y = familiar ? A + 1 : A;
  Z = feedforward ? H : 4 * H;
  NP = apart(roundUp(N, 8));
  WP = roundUp(W, 2);
  VP = roundUp(R, 4);
  RP = R == 1 ? 1 : VP;
}

export function setWidth(layer: i32, units: i32): void {
  i32.store(WIDTHS + ((<usize>layer) << 2), units);
}

export function setBatch(b: i32, t: i32, g: i32): void {
  B = b; T = t; G = g;
  S = (B + G - 1) / G;
}

/**
 * Rows a multiple of 512 bytes apart meet in few places of a cache and push each other out when a slot's
 * words are read from row to row: then one line more each.
 */
function apart(n: i32): i32 {
  return n >= 256 && n % 128 == 0 ? n + 16 : n;
}
