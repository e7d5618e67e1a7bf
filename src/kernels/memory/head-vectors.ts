// The vectors of all heads, gathered from the lanes of their groups: chunks of four heads, [chunk][WP][4].
import { scratchAt } from '../layout/batch';
import { G, K, NP, R, VP, W, WP, floats, gated } from '../layout/shape';

/** A thread's scratch: the vectors of all heads, [chunk][WP][4] each, and rows over the slots. */
export let keys: usize = 0;
export let adds: usize = 0;
export let vectors: usize = 0;
export let dVectors: usize = 0;
export let dReads: usize = 0;
export let coefficients: usize = 0; // [VP][NP]
export let dWrites: usize = 0; // [VP][NP]
export let shrink: usize = 0; // [NP]
export let alongKeys: usize = 0; // [VP]

export function useScratch(rank: i32): void {
  const all = floats(VP * WP);
  keys = scratchAt(rank) + 512;
  adds = keys + all;
  vectors = adds + all;
  dVectors = vectors + all;
  dReads = dVectors + all;
  coefficients = dReads + all;
  dWrites = coefficients + floats(VP * NP);
  shrink = dWrites + floats(VP * NP);
  alongKeys = shrink + floats(NP);
}

/** Where head r's number w lies in vectors of all heads. */
// @ts-ignore: decorator
@inline export function place(r: i32, w: i32): usize {
  return floats(((r >> 2) * WP + w) * 4 + (r & 3));
}

/** [RW] lanes of one sample to vectors of all heads. */
export function gather(lanes: usize, to: usize): void {
  const next = floats(G);
  for (let r = 0; r < R; r++) {
    let at = to + place(r, 0);
    for (let w = 0; w < W; w++) {
      f32.store(at, f32.load(lanes));
      at += 16;
      lanes += next;
    }
  }
}

/** The other way. */
export function scatter(from: usize, lanes: usize): void {
  const next = floats(G);
  for (let r = 0; r < R; r++) {
    let at = from + place(r, 0);
    for (let w = 0; w < W; w++) {
      f32.store(lanes, f32.load(at));
      at += 16;
      lanes += next;
    }
  }
}

/** |v_r| of head r, over the first K numbers. */
export function lengthOf(v: usize, r: i32): f32 {
  let at = v + place(r, 0);
  let total: f32 = 0;
  for (let w = 0; w < K; w++) {
    const x = f32.load(at);
    total += x * x;
    at += 16;
  }
  return Mathf.sqrt(total);
}

/** Head r's gate in the lanes of q, behind keys and adds; its strength, behind those. */
// @ts-ignore: decorator
@inline export function gateOf(q: usize, r: i32): usize {
  return q + floats((2 * R * W + r) * G);
}
// @ts-ignore: decorator
@inline export function strengthOf(q: usize, r: i32): usize {
  return q + floats((2 * R * W + (gated ? R : 0) + r) * G);
}
