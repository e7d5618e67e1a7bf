// Rows to columns, a few vectors at a time. `fromRow` and `toRow` are bytes from one row to the next.
import { load, store } from './vector';

/** 4 rows of 4. */
// @ts-ignore: decorator
@inline export function square(from: usize, fromRow: usize, to: usize, toRow: usize): void {
  const a = load(from), b = load(from + fromRow), c = load(from + 2 * fromRow), d = load(from + 3 * fromRow);
  const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5), abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5), cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  store(to, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5));
  store(to + toRow, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
  store(to + 2 * toRow, v128.shuffle<f32>(abHigh, cdHigh, 0, 1, 4, 5));
  store(to + 3 * toRow, v128.shuffle<f32>(abHigh, cdHigh, 2, 3, 6, 7));
}

/** 2 rows of 4 to 4 rows of 2. */
// @ts-ignore: decorator
@inline function pair(from: usize, fromRow: usize, to: usize, toRow: usize): void {
  const a = load(from), b = load(from + fromRow);
  const low = v128.shuffle<f32>(a, b, 0, 4, 1, 5), high = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  v128.store64_lane(to, low, 0);
  v128.store64_lane(to + toRow, low, 1);
  v128.store64_lane(to + 2 * toRow, high, 0);
  v128.store64_lane(to + 3 * toRow, high, 1);
}

/** `rows` rows of 4 to 4 rows of `width`, zeros where there are no rows. */
// @ts-ignore: decorator
@inline export function columns4(
  from: usize, fromRow: usize, rows: i32, to: usize, toRow: usize, width: i32,
): void {
  let i = 0;
  for (; i + 4 <= rows; i += 4, from += 4 * fromRow, to += 16) square(from, fromRow, to, toRow);
  if (i + 2 <= rows) {
    pair(from, fromRow, to, toRow);
    i += 2;
    from += 2 * fromRow;
    to += 8;
  }
  for (; i < width; i++, from += fromRow, to += 4) {
    const real = i < rows;
    for (let n: usize = 0; n < 4; n++) f32.store(to + n * toRow, real ? f32.load(from + (n << 2)) : 0);
  }
}
