/** Grids of numbers for heat maps, row-major. */

/** The slot that the start state reads: heads that look for nothing rest on it, far longer than on any other. */
const RESTING = 0;
/** Weights up to this are faint at any scale. */
const FAINT = 0.05;

/** Weights of [T, N] slots over time, and what full colour stands for. */
export interface Shaded {
  /** [T, N]: -1 to 1. */
  readonly values: Float32Array;
  readonly scale: number;
}

/**
 * As the page shows weights: the resting slot would outshine all others, so it has the second colour (negative
 * numbers) at half its strength, and the scale leaves it out.
 */
export function shaded(weights: Float32Array, T: number, N: number): Shaded {
  let scale = FAINT;
  for (let i = 0; i < T * N; i++) if (i % N !== RESTING) scale = Math.max(scale, weights[i]!);
  const values = weights.map((weight, i) =>
    i % N === RESTING ? -Math.min(1, weight) / 2 : weight / scale,
  );
  return { values, scale };
}

/** [T, R, N] to [T, N]. */
export function meanOverHeads(values: Float32Array, T: number, R: number, N: number): Float32Array {
  const mean = new Float32Array(T * N);
  for (let t = 0; t < T; t++) {
    for (let r = 0; r < R; r++) {
      for (let n = 0; n < N; n++) mean[t * N + n]! += values[(t * R + r) * N + n]! / R;
    }
  }
  return mean;
}

/** [T, R, N] to the [T, N] of head r. */
export function oneHead(
  values: Float32Array,
  T: number,
  R: number,
  N: number,
  r: number,
): Float32Array {
  const head = new Float32Array(T * N);
  for (let t = 0; t < T; t++) {
    head.set(values.subarray((t * R + r) * N, (t * R + r + 1) * N), t * N);
  }
  return head;
}

export function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) result[j * rows + i] = values[i * columns + j]!;
  }
  return result;
}

/** Fewer rows and columns: each bin shows its number of largest magnitude. */
export function binned(
  values: Float32Array,
  rows: number,
  columns: number,
  toRows: number,
  toColumns: number,
): Float32Array {
  if (rows === toRows && columns === toColumns) return values;
  const result = new Float32Array(toRows * toColumns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const at =
        Math.floor((i * toRows) / rows) * toColumns + Math.floor((j * toColumns) / columns);
      const value = values[i * columns + j]!;
      if (Math.abs(value) > Math.abs(result[at]!)) result[at] = value;
    }
  }
  return result;
}

/** All but one number in two hundred are smaller: a few large ones would leave the rest pale. */
export function nearlyLargest(values: Float32Array): number {
  const sizes = values.map(Math.abs).sort();
  return sizes[Math.floor(0.995 * (sizes.length - 1))]!;
}
