// The matrix products, but those with drawings (drawings.ts) and with the memory (products.ts): weights in
// panels of MR rows times vectors of G lanes (or 8 columns).
//   y[row][lane] (+)= sum over k of packed[panel][k][row in panel] * x[k][lane]
// The inner loop keeps an MR x 8 tile of y in registers: 12 + 3 of 16 with fused multiply-add, and a
// smaller one where the product needs a register of its own. Each sum runs over k in order, whatever
// the tile, so results do not depend on how work is cut.
import { columns4 } from './transpose';
import { add, load, madd, store } from './vector';

/** Rows of a panel. */
export const MR: i32 = ASC_FEATURE_RELAXED_SIMD ? 6 : 4;

/** 512 bytes of this thread, for tiles that reach over an edge. */
let edge: usize = 0;
export function useEdge(at: usize): void {
  edge = at;
}

/** One tile, MR x 8: w [K][MR], x [K][8], y rows `yRow` bytes apart. */
function tile8(w: usize, x: usize, K: i32, y: usize, yRow: usize, accumulate: bool): void {
  let y0 = y, y1 = y0 + yRow, y2 = y1 + yRow, y3 = y2 + yRow, y4 = y3 + yRow, y5 = y4 + yRow;
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00;
  let c30 = c00, c31 = c00, c40 = c00, c41 = c00, c50 = c00, c51 = c00;
  if (accumulate) {
    c00 = load(y0); c01 = load(y0 + 16);
    c10 = load(y1); c11 = load(y1 + 16);
    c20 = load(y2); c21 = load(y2 + 16);
    c30 = load(y3); c31 = load(y3 + 16);
    if (MR > 4) {
      c40 = load(y4); c41 = load(y4 + 16);
      c50 = load(y5); c51 = load(y5 + 16);
    }
  }
  const end = x + ((<usize>K) << 5);
  while (x < end) {
    const x0 = v128.load(x), x1 = v128.load(x, 16);
    let a = v128.load32_splat(w);
    c00 = madd(a, x0, c00); c01 = madd(a, x1, c01);
    a = v128.load32_splat(w, 4);
    c10 = madd(a, x0, c10); c11 = madd(a, x1, c11);
    a = v128.load32_splat(w, 8);
    c20 = madd(a, x0, c20); c21 = madd(a, x1, c21);
    a = v128.load32_splat(w, 12);
    c30 = madd(a, x0, c30); c31 = madd(a, x1, c31);
    if (MR > 4) {
      a = v128.load32_splat(w, 16);
      c40 = madd(a, x0, c40); c41 = madd(a, x1, c41);
      a = v128.load32_splat(w, 20);
      c50 = madd(a, x0, c50); c51 = madd(a, x1, c51);
    }
    x += 32;
    w += MR * 4;
  }
  store(y0, c00); store(y0 + 16, c01);
  store(y1, c10); store(y1 + 16, c11);
  store(y2, c20); store(y2 + 16, c21);
  store(y3, c30); store(y3 + 16, c31);
  if (MR > 4) {
    store(y4, c40); store(y4 + 16, c41);
    store(y5, c50); store(y5 + 16, c51);
  }
}

/** Two tiles of neighbouring panels, 2 MR x 4: w and w2 [K][MR], x [K][4], y and y2 rows 16 bytes apart. */
function tile4(w: usize, w2: usize, x: usize, K: i32, y: usize, y2: usize, accumulate: bool): void {
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0;
  let d0 = c0, d1 = c0, d2 = c0, d3 = c0, d4 = c0, d5 = c0;
  if (accumulate) {
    c0 = v128.load(y); c1 = v128.load(y, 16); c2 = v128.load(y, 32); c3 = v128.load(y, 48);
    d0 = v128.load(y2); d1 = v128.load(y2, 16); d2 = v128.load(y2, 32); d3 = v128.load(y2, 48);
    if (MR > 4) {
      c4 = v128.load(y, 64); c5 = v128.load(y, 80);
      d4 = v128.load(y2, 64); d5 = v128.load(y2, 80);
    }
  }
  const end = x + ((<usize>K) << 4);
  while (x < end) {
    const x0 = v128.load(x);
    c0 = madd(v128.load32_splat(w), x0, c0);
    c1 = madd(v128.load32_splat(w, 4), x0, c1);
    c2 = madd(v128.load32_splat(w, 8), x0, c2);
    c3 = madd(v128.load32_splat(w, 12), x0, c3);
    d0 = madd(v128.load32_splat(w2), x0, d0);
    d1 = madd(v128.load32_splat(w2, 4), x0, d1);
    d2 = madd(v128.load32_splat(w2, 8), x0, d2);
    d3 = madd(v128.load32_splat(w2, 12), x0, d3);
    if (MR > 4) {
      c4 = madd(v128.load32_splat(w, 16), x0, c4);
      c5 = madd(v128.load32_splat(w, 20), x0, c5);
      d4 = madd(v128.load32_splat(w2, 16), x0, d4);
      d5 = madd(v128.load32_splat(w2, 20), x0, d5);
    }
    x += 16;
    w += MR * 4;
    w2 += MR * 4;
  }
  v128.store(y, c0); v128.store(y, c1, 16); v128.store(y, c2, 32); v128.store(y, c3, 48);
  v128.store(y2, d0); v128.store(y2, d1, 16); v128.store(y2, d2, 32); v128.store(y2, d3, 48);
  if (MR > 4) {
    v128.store(y, c4, 64); v128.store(y, c5, 80);
    v128.store(y2, d4, 64); v128.store(y2, d5, 80);
  }
}

/** Copies the first `rows` rows of `width` bytes between a tile and an edge tile. */
function copyRows(from: usize, fromRow: usize, to: usize, toRow: usize, rows: i32, width: usize): void {
  for (let i = 0; i < rows; i++) {
    memory.copy(to, from, width);
    from += fromRow;
    to += toRow;
  }
}

/** A tile of `rows` < MR rows or `width` < 32 bytes: computed beside, and what is real copied. */
function edgeTile8(
  w: usize, x: usize, K: i32, y: usize, yRow: usize, accumulate: bool, rows: i32, width: usize,
): void {
  if (accumulate) copyRows(y, yRow, edge, 32, rows, width);
  tile8(w, x, K, edge, 32, accumulate);
  copyRows(edge, 32, y, yRow, rows, width);
}

/** Panels p and p + 1 (or p alone) on groups of four. */
function panels4(
  w: usize, x: usize, K: i32, y: usize, accumulate: bool, rows: i32,
): void {
  const panel = (<usize>K) * MR * 4;
  if (rows >= 2 * MR) {
    tile4(w, w + panel, x, K, y, y + MR * 16, accumulate);
    return;
  }
  const second = rows > MR;
  if (accumulate) memory.copy(edge, y, (<usize>rows) * 16);
  tile4(w, second ? w + panel : w, x, K, edge, second ? edge + MR * 16 : edge + MR * 32, accumulate);
  memory.copy(y, edge, (<usize>rows) * 16);
}

/**
 * Packed weights [rows] x [K] times lanes, for `steps` x `groups` blocks of lanes; strides in bytes.
 * A panel stays in the nearest cache while the blocks pass by.
 */
export function multiply(
  packed: usize, rows: i32, K: i32, G: i32,
  x: usize, xStep: usize, xGroup: usize,
  y: usize, yStep: usize, yGroup: usize,
  steps: i32, groups: i32, accumulate: bool,
): void {
  const high = G == 8 ? MR : 2 * MR; // rows a call
  for (let row = 0; row < rows; row += high) {
    const w = packed + ((<usize>row) * K << 2);
    const left = rows - row;
    for (let t = 0; t < steps; t++) {
      let xs = x + (<usize>t) * xStep;
      let ys = y + (<usize>t) * yStep + ((<usize>row) * G << 2);
      for (let s = 0; s < groups; s++) {
        if (G == 4) panels4(w, xs, K, ys, accumulate, left);
        else if (left >= MR) tile8(w, xs, K, ys, 32, accumulate);
        else edgeTile8(w, xs, K, ys, 32, accumulate, left, 32);
        xs += xGroup;
        ys += yGroup;
      }
    }
  }
}

/** Row-major [K, columns] to panels over columns; the next row after K, at `bias`, where there is one. */
export function pack(
  from: usize, K: i32, columns: i32, bias: usize, to: usize, rank: i32, size: i32,
): void {
  const depth = bias ? K + 1 : K;
  const panels = (columns + MR - 1) / MR;
  for (let p = rank; p < panels; p += size) {
    let at = to + ((<usize>p) * depth * MR << 2);
    const left = columns - p * MR;
    for (let k = 0; k < depth; k++) {
      const row = (k < K ? from + ((<usize>k) * columns << 2) : bias) + ((<usize>p) * MR << 2);
      if (left >= MR) {
        v128.store(at, v128.load(row));
        if (MR > 4) i64.store(at, i64.load(row, 16), 16);
        at += MR * 4;
        continue;
      }
      for (let i = 0; i < MR; i++) {
        f32.store(at, i < left ? f32.load(row + ((<usize>i) << 2)) : 0);
        at += 4;
      }
    }
  }
}

/** Row-major [rows, K] to panels over rows: the transposed of `pack`. */
export function packTransposed(
  from: usize, rows: i32, K: i32, to: usize, rank: i32, size: i32,
): void {
  const panels = (rows + MR - 1) / MR;
  const line = (<usize>K) << 2;
  for (let p = rank; p < panels; p += size) {
    const left = rows - p * MR;
    const real = left < MR ? left : MR;
    let row = from + (<usize>p) * MR * line;
    let at = to + (<usize>p) * MR * line;
    let k = 0;
    for (; k + 4 <= K; k += 4, row += 16, at += MR * 16) columns4(row, line, real, at, MR * 4, MR);
    for (; k < K; k++, row += 4) {
      for (let i = 0; i < MR; i++, at += 4) {
        f32.store(at, i < real ? f32.load(row + (<usize>i) * line) : 0);
      }
    }
  }
}

/** Blocks of lanes [features][G] to panels [k = block, lane][width], `width` features each. */
export function packLanes(
  from: usize, stride: usize, blocks: i32, features: i32, G: i32,
  width: i32, to: usize, rank: i32, size: i32,
): void {
  const panels = (features + width - 1) / width;
  const rowBytes = (<usize>G) << 2;
  for (let p = rank; p < panels; p += size) {
    let at = to + ((<usize>p) * blocks * G * width << 2);
    const left = features - p * width;
    const real = left < width ? left : width;
    for (let block = 0; block < blocks; block++) {
      const lanes = from + (<usize>block) * stride + (<usize>p) * width * rowBytes;
      for (let lane = 0; lane < G; lane += 4) {
        columns4(lanes + ((<usize>lane) << 2), rowBytes, real, at, (<usize>width) << 2, width);
        at += (<usize>width) << 4;
      }
    }
  }
}

/** Columns in a block of panels that stays in the second cache. */
const COLUMN_PANELS = 24;

/**
 * The gradient of a kernel: out [rows, columns] (+)= sum over k of a[k][row] * dy[k][column], with a and
 * dy packed by `packLanes` (widths MR and 8). Threads share the rows.
 */
export function outerProducts(
  a: usize, rows: i32, dy: usize, columns: i32, K: i32, out: usize, accumulate: bool,
  rank: i32, size: i32,
): void {
  const panels = (rows + MR - 1) / MR;
  const columnPanels = (columns + 7) / 8;
  const outRow = (<usize>columns) << 2;
  for (let block = 0; block < columnPanels; block += COLUMN_PANELS) {
    const end = block + COLUMN_PANELS < columnPanels ? block + COLUMN_PANELS : columnPanels;
    for (let p = rank; p < panels; p += size) {
      const w = a + ((<usize>p) * K * MR << 2);
      const left = rows - p * MR;
      for (let j = block; j < end; j++) {
        const x = dy + ((<usize>j) * K << 5);
        const y = out + (<usize>p) * MR * outRow + ((<usize>j) << 5);
        const width = columns - j * 8;
        if (left >= MR && width >= 8) tile8(w, x, K, y, outRow, accumulate);
        else {
          const real = left < MR ? left : MR;
          edgeTile8(w, x, K, y, outRow, accumulate, real, width < 8 ? (<usize>width) << 2 : 32);
        }
      }
    }
  }
}

/** The gradient of a bias: out [columns] (+)= sum over k of dy[k][column]. */
export function columnSums(
  dy: usize, columns: i32, K: i32, out: usize, accumulate: bool, rank: i32, size: i32,
): void {
  const panels = (columns + 7) / 8;
  for (let j = rank; j < panels; j += size) {
    let x = dy + ((<usize>j) * K << 5);
    let low = f32x4.splat(0), high = low;
    for (let k = 0; k < K; k++) {
      low = add(low, v128.load(x));
      high = add(high, v128.load(x, 16));
      x += 32;
    }
    v128.store(edge, low);
    v128.store(edge, high, 16);
    const y = out + ((<usize>j) << 5);
    for (let i = 0; i < 8 && j * 8 + i < columns; i++) {
      const at = y + ((<usize>i) << 2);
      const sum = f32.load(edge + ((<usize>i) << 2));
      f32.store(at, accumulate ? f32.load(at) + sum : sum);
    }
  }
}
