// Where things lie in memory: one after another, each on a cache line's boundary.

// @ts-ignore: a builtin
const HEAP: usize = (__heap_base + 63) & ~63;

/** The memory there can be. */
const MOST: f64 = 4294967296;
/** The most floats there can be. */
export const MOST_FLOATS: f64 = MOST / 4;

// Sizes are f64, because the layout of what is too large goes on to the end, to tell how large it is:
// i32 would overflow and end somewhere within memory.
let top: f64 = <f64>HEAP;

/** The next n floats of memory; nowhere, once memory has come to its end. */
export function take(n: f64): usize {
  const at = top;
  top = Math.ceil((top + 4 * n) / 64) * 64;
  return at < MOST && top <= MOST ? <usize>at : 0;
}

/** Bytes taken so far. */
export function taken(): f64 {
  return top;
}

export function takeFrom(at: f64): void {
  top = at;
}
export function takeFromStart(): void {
  top = <f64>HEAP;
}
