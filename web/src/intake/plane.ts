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
 * around each, and of those the smallest. Steps between light and dark areas stay where they are, at the picture's edge
 * too: there it counts as going on.
 */
export function closed(plane: Plane, reach: number): Plane {
  const by = 2 * reach;
  const wide = extended(plane, by);
  const { values } = extremes(largest(wide, reach), reach, -1);
  const { width, height } = plane;
  const out = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const row = (y + by) * wide.width + by;
    out.set(values.subarray(row, row + width), y * width);
  }
  return { width, height, values: out };
}

/** The plane with its edges going on for some pixels. */
function extended({ width, height, values }: Plane, by: number): Plane {
  const [columns, rows] = [width + 2 * by, height + 2 * by];
  const out = new Float32Array(columns * rows);
  for (let y = 0; y < rows; y++) {
    const from = Math.min(Math.max(y - by, 0), height - 1) * width;
    out.fill(values[from]!, y * columns, y * columns + by);
    out.set(values.subarray(from, from + width), y * columns + by);
    out.fill(values[from + width - 1]!, y * columns + by + width, (y + 1) * columns);
  }
  return { width: columns, height: rows, values: out };
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

/** Of more values only a part is sorted, evenly spread. */
const MOST_SORTED = 100_000;

/** The value that a share of all values, 0 to 1, does not exceed. */
export function quantile(values: ArrayLike<number>, share: number): number {
  const step = Math.max(1, Math.ceil(values.length / MOST_SORTED));
  const some = new Float32Array(Math.ceil(values.length / step));
  for (let i = 0; i < some.length; i++) some[i] = values[i * step]!;
  some.sort();
  return some[Math.min(some.length - 1, Math.floor(share * some.length))]!;
}
