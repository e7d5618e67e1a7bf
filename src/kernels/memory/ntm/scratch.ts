// What an NTM needs of a thread's scratch behind what every memory has (head-vectors.ts), and where the numbers of
// its heads lie in q.
import { alongKeys, coefficients, dVectors, dWrites, keys } from '../head-vectors';
import { G, NP, R, VP, W, WP, floats } from '../../layout/shape';

/** The two kinds of heads, R of each. */
export const READ = 0, WRITE = 1;

/** The vectors of all heads, [chunk][WP][4] each. */
let writeKeys: usize = 0;
let dWriteKeys: usize = 0;
export let erases: usize = 0;
export let dErases: usize = 0;
/** Of the head at hand, [NP] with room on both sides: w^g, the gradient of w~, w~, its logarithm, the gradient of w^c. */
export let mixed: usize = 0;
export let dShifted: usize = 0;
export let shifted: usize = 0;
export let logarithms: usize = 0;
export let dContent: usize = 0;
/** [WP][4][4]: partial sums of dErases. */
export let partial: usize = 0;
/** [WP][NP]: a memory that some of many heads have erased. */
export let partly: usize = 0;

/** Before and after a row over the slots: what lies beyond its ends comes round from the other end. */
const BESIDE: usize = 64;

export function useNtmScratch(): void {
  const vectors = floats(VP * WP);
  const row = floats(NP) + 2 * BESIDE;
  writeKeys = alongKeys + floats(VP * NP);
  dWriteKeys = writeKeys + vectors;
  erases = dWriteKeys + vectors;
  dErases = erases + vectors;
  mixed = dErases + vectors + BESIDE;
  dShifted = mixed + row;
  shifted = dShifted + row;
  logarithms = shifted + row;
  dContent = logarithms + row;
  partial = dContent + row - BESIDE;
  partly = partial + floats(16 * WP);
}

export function keysOf(kind: i32): usize {
  return kind == READ ? keys : writeKeys;
}
export function dKeysOf(kind: i32): usize {
  return kind == READ ? dVectors : dWriteKeys;
}
/** [VP][NP]: gradients of the products of keys and slots. */
export function coefficientsOf(kind: i32): usize {
  return kind == READ ? coefficients : dWrites;
}
/** [VP]: how much of a key its own gradient loses. */
export function alongKeysOf(kind: i32): usize {
  return alongKeys + floats(kind * VP);
}

// --- the numbers of q, in lanes ----------------------------------------------------------------------------

/** Of a kind of heads: keys [R, W], then strengths [R], gates [R], shifts [R, 3] and sharpenings [R]. */
// @ts-ignore: decorator
@inline export function headsOf(q: usize, kind: i32): usize {
  return q + floats(kind * R * (W + 6) * G);
}
// @ts-ignore: decorator
@inline export function strengthsOf(q: usize, kind: i32): usize {
  return headsOf(q, kind) + floats(R * W * G);
}
// @ts-ignore: decorator
@inline export function gatesOf(q: usize, kind: i32): usize {
  return headsOf(q, kind) + floats(R * (W + 1) * G);
}
// @ts-ignore: decorator
@inline export function shiftsOf(q: usize, kind: i32): usize {
  return headsOf(q, kind) + floats(R * (W + 2) * G);
}
// @ts-ignore: decorator
@inline export function sharpeningsOf(q: usize, kind: i32): usize {
  return headsOf(q, kind) + floats(R * (W + 5) * G);
}
/** Behind both kinds: erases [R, W] and adds [R, W]. */
// @ts-ignore: decorator
@inline export function erasesOf(q: usize): usize {
  return headsOf(q, 2);
}
// @ts-ignore: decorator
@inline export function addsOf(q: usize): usize {
  return erasesOf(q) + floats(R * W * G);
}
