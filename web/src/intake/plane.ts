/** Planes of numbers, row after row, and what filters do to them. */

export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

/** The mean of the square around each value, `reach` to each side; at the edges of what there is of it. */
export function blurred({ width, height, values }: Plane, reach: number): Plane {
  const out = new Float32Array(values.length);
  const sums = new Float64Array((width + 1) * (height + 1));
  for (let y = 0; y < height; y++) {
    let row = 0;
    for (let x = 0; x < width; x++) {
      row += values[y * width + x]!;
      sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1]! + row;
    }
  }
  for (let y = 0; y < height; y++) {
    const [top, bottom] = [Math.max(y - reach, 0), Math.min(y + reach + 1, height)];
    for (let x = 0; x < width; x++) {
      const [left, right] = [Math.max(x - reach, 0), Math.min(x + reach + 1, width)];
      const sum =
        sums[bottom * (width + 1) + right]! -
        sums[top * (width + 1) + right]! -
        sums[bottom * (width + 1) + left]! +
        sums[top * (width + 1) + left]!;
      out[y * width + x] = sum / ((right - left) * (bottom - top));
    }
  }
  return { width, height, values: out };
}

/**
 * The plane without what is darker than all around and narrower than 2 `reach` + 1: the largest value in the square
 * around each, and of those the smallest. Steps between light and dark areas stay where they are.
 */
export function closed(plane: Plane, reach: number): Plane {
  return extremes(largest(plane, reach), reach, -1);
}

/** The largest value in the square around each. */
export function largest(plane: Plane, reach: number): Plane {
  return extremes(plane, reach, 1);
}

/** The largest (sign 1) or smallest (sign -1) value in the square around each. */
function extremes({ width, height, values }: Plane, reach: number, sign: 1 | -1): Plane {
  const rows = new Float32Array(values.length);
  const out = new Float32Array(values.length);
  for (let y = 0; y < height; y++) slide(values, rows, y * width, 1, width, reach, sign);
  for (let x = 0; x < width; x++) slide(rows, out, x, width, height, reach, sign);
  return { width, height, values: out };
}

/** The same along one line. A queue holds what can still become the extreme, the best first. */
function slide(
  from: Float32Array,
  to: Float32Array,
  start: number,
  stride: number,
  count: number,
  reach: number,
  sign: 1 | -1,
): void {
  const queue = new Int32Array(count);
  let [head, tail] = [0, 0];
  for (let i = 0; i < count + reach; i++) {
    if (i < count) {
      const value = sign * from[start + i * stride]!;
      while (tail > head && sign * from[start + queue[tail - 1]! * stride]! <= value) tail--;
      queue[tail++] = i;
    }
    const at = i - reach;
    if (at < 0) continue;
    if (queue[head]! < at - reach) head++;
    to[start + at * stride] = from[start + queue[head]! * stride]!;
  }
}

/** The value that a share of all values, 0 to 1, does not exceed. */
export function quantile(values: ArrayLike<number>, share: number): number {
  const sorted = Float32Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.floor(share * sorted.length)))]!;
}
