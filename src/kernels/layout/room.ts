// Where things lie in memory: one after another, each on a cache line's boundary.

// @ts-ignore: a builtin
const HEAP: usize = (__heap_base + 63) & ~63;

// Tables by layer of an encoder, for all threads. They are no static data (memory.data): that is filled with zeros by each
// thread that starts, while one that started before may be laying out its network by them.
/** Bytes of a table: two numbers of each layer. */
const TABLE: usize = 64;
export const WIDTHS = HEAP, KERNELS = HEAP + TABLE, PACKED_LAYERS = HEAP + 2 * TABLE, LAYERS = HEAP + 3 * TABLE;
export const CONVS = HEAP + 4 * TABLE;
const FIRST: usize = HEAP + 5 * TABLE;

/** The memory there can be. */
const MOST: f64 = 4294967296;
/** The most floats there can be. */
export const MOST_FLOATS: f64 = MOST / 4;

// Sizes are f64, because the layout of what is too large goes on to the end, to tell how large it is:
// i32 would overflow and end somewhere within memory.
let top: f64 = <f64>FIRST;

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
  top = <f64>FIRST;
}
