// The products of the drawings' own layer (the controller, or the first layer of an mlp). Drawings are mostly
// background: of their numbers about one in six is not 0. So each step's numbers that are not 0 are listed once a
// batch, and both products, the layer's sums and the gradient of the kernel's rows, go over these alone. Where a factor is 0 a sum stays as it is, so with
// finite weights the results are those of the whole product to the bit. Inputs without zeros cost what the product in
// gemm.ts costs.
//
// Here numbers of one sample lie side by side: panels of 24 columns of the kernel, [rows + 1][24].
import {
  columnsAt, drawingPanelAt, entriesAt, entryCountAt, inputAt, layerAt, dLayerAt, zAt,
} from '../layout/batch';
import { B, G, NONE, S, T, encoder, floats } from '../layout/shape';
import {
  COLUMNS, at, drawingBias, drawingColumns, drawingKernel, drawingRows, gradients, packedDrawing, weights,
} from '../layout/tensors';
import { square } from '../algebra/transpose';
import { madd } from '../algebra/vector';

const ROW: usize = COLUMNS << 2;
/** Bytes of an entry: where the number's row begins in a panel, and the number. */
const ENTRY: usize = 8;

function panelCount(): i32 {
  return (drawingColumns() + COLUMNS - 1) / COLUMNS;
}
function panelWidth(panel: i32): i32 {
  const left = drawingColumns() - panel * COLUMNS;
  return left < COLUMNS ? left : COLUMNS;
}

/** Lists the inputs of sample b that are not 0, step by step, and last the bias's 1. */
export function listInputs(b: i32): void {
  const rows = drawingRows();
  for (let t = 0; t < T; t++) {
    let x = inputAt(t, b);
    const begin = entriesAt(t, b);
    let to = begin;
    for (let i = 0; i < rows; i++) {
      const value = f32.load(x);
      i32.store(to, i * <i32>ROW);
      f32.store(to, value, 4);
      to += (<usize>(value != 0)) << 3; // kept; NaN is not 0 and will be seen
      x += 4;
    }
    i32.store(to, rows * <i32>ROW);
    f32.store(to, 1, 4);
    i32.store(entryCountAt(t, b), <i32>((to - begin) / ENTRY));
  }
}

/** The kernel's rows for the inputs, and the bias, in panels. */
export function packDrawings(rank: i32, size: i32): void {
  const rows = drawingRows();
  for (let p = rank; p < panelCount(); p += size) {
    const width = floats(panelWidth(p));
    let to = packedDrawing + (<usize>p) * (rows + 1) * ROW;
    let from = at(weights, drawingKernel()) + (<usize>p) * ROW;
    for (let i = 0; i <= rows; i++) {
      if (i == rows) from = at(weights, drawingBias()) + (<usize>p) * ROW;
      memory.copy(to, from, width);
      memory.fill(to + width, 0, ROW - width);
      to += ROW;
      from += floats(drawingColumns());
    }
  }
}

/** The layer's sums of a step of a group, and their gradient. */
function sumsAt(t: i32, s: i32): usize {
  return encoder == NONE ? zAt(0, t, s) : layerAt(0, t, s);
}
function dSumsAt(t: i32, s: i32): usize {
  return encoder == NONE ? zAt(0, t, s) : dLayerAt(0, t, s);
}

/** The layer's sums of all steps of the groups from s0 to before s1 = x · kernel + bias. */
export function drawingsForward(rank: i32, s0: i32, s1: i32): void {
  const columns = columnsAt(rank);
  for (let p = 0; p < panelCount(); p++) {
    const panel = packedDrawing + (<usize>p) * (drawingRows() + 1) * ROW;
    const width = panelWidth(p);
    for (let t = 0; t < T; t++) {
      for (let s = s0; s < s1; s++) {
        for (let lane = 0; lane < G; lane++) {
          const b = s * G + lane;
          const out = columns + (<usize>lane) * ROW;
          if (b < B) rowsTimes(entriesAt(t, b), i32.load(entryCountAt(t, b)) + 1, panel, out);
          else memory.fill(out, 0, ROW);
        }
        toLanes(columns, sumsAt(t, s) + floats(p * COLUMNS * G), width);
      }
    }
  }
}

/** The gradient of the kernel's rows for the drawings, from that of the sums; threads share the columns. */
export function drawingsBackward(accumulate: bool, rank: i32, size: i32): void {
  const columns = columnsAt(rank);
  const panel = drawingPanelAt(rank);
  const row = floats(drawingColumns());
  const rows = drawingRows();
  for (let p = rank; p < panelCount(); p += size) {
    const width = panelWidth(p);
    const gradient = at(gradients, drawingKernel()) + (<usize>p) * ROW;
    if (accumulate) copyRows(gradient, row, panel, ROW, floats(width), rows);
    else memory.fill(panel, 0, (<usize>rows) * ROW);
    for (let t = 0; t < T; t++) {
      for (let s = 0; s < S; s++) {
        fromLanes(dSumsAt(t, s) + floats(p * COLUMNS * G), columns, width);
        for (let lane = 0; lane < G && s * G + lane < B; lane++) {
          const b = s * G + lane;
          addOuter(entriesAt(t, b), i32.load(entryCountAt(t, b)), columns + (<usize>lane) * ROW, panel);
        }
      }
    }
    copyRows(panel, ROW, gradient, row, floats(width), rows);
  }
}

/** out [24] = the sum over entries of number times row. */
function rowsTimes(entry: usize, count: i32, panel: usize, out: usize): void {
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0;
  const end = entry + (<usize>count) * ENTRY;
  while (entry < end) {
    const row = panel + <usize>i32.load(entry);
    const x = v128.load32_splat(entry, 4);
    c0 = madd(v128.load(row), x, c0);
    c1 = madd(v128.load(row, 16), x, c1);
    c2 = madd(v128.load(row, 32), x, c2);
    c3 = madd(v128.load(row, 48), x, c3);
    c4 = madd(v128.load(row, 64), x, c4);
    c5 = madd(v128.load(row, 80), x, c5);
    entry += ENTRY;
  }
  v128.store(out, c0); v128.store(out, c1, 16); v128.store(out, c2, 32); v128.store(out, c3, 48);
  v128.store(out, c4, 64); v128.store(out, c5, 80);
}

/** Each entry's row of the panel += number times dz [24]. */
function addOuter(entry: usize, count: i32, dz: usize, panel: usize): void {
  const d0 = v128.load(dz), d1 = v128.load(dz, 16), d2 = v128.load(dz, 32), d3 = v128.load(dz, 48);
  const d4 = v128.load(dz, 64), d5 = v128.load(dz, 80);
  const end = entry + (<usize>count) * ENTRY;
  while (entry < end) {
    const row = panel + <usize>i32.load(entry);
    const x = v128.load32_splat(entry, 4);
    v128.store(row, madd(x, d0, v128.load(row)));
    v128.store(row, madd(x, d1, v128.load(row, 16)), 16);
    v128.store(row, madd(x, d2, v128.load(row, 32)), 32);
    v128.store(row, madd(x, d3, v128.load(row, 48)), 48);
    v128.store(row, madd(x, d4, v128.load(row, 64)), 64);
    v128.store(row, madd(x, d5, v128.load(row, 80)), 80);
    entry += ENTRY;
  }
}

/** [G][24] to lanes [width][G], in squares of four and what is left over. */
function toLanes(columns: usize, lanes: usize, width: i32): void {
  for (let lane = 0; lane < G; lane += 4) {
    let from = columns + (<usize>lane) * ROW;
    let to = lanes + floats(lane);
    let i = 0;
    for (; i + 4 <= width; i += 4) {
      square(from, ROW, to, floats(G));
      from += 16;
      to += floats(4 * G);
    }
    for (; i < width; i++) {
      for (let n: usize = 0; n < 4; n++) f32.store(to + (n << 2), f32.load(from + n * ROW));
      from += 4;
      to += floats(G);
    }
  }
}
/** The other way; columns beyond the width are of no meaning. */
function fromLanes(lanes: usize, columns: usize, width: i32): void {
  for (let lane = 0; lane < G; lane += 4) {
    let from = lanes + floats(lane);
    let to = columns + (<usize>lane) * ROW;
    for (let i = 0; i < width; i += 4) {
      square(from, floats(G), to, ROW);
      from += floats(4 * G);
      to += 16;
    }
  }
}

/** Rows of so many bytes. */
function copyRows(
  from: usize, fromRow: usize, to: usize, toRow: usize, bytes: usize, rows: i32,
): void {
  for (let i = 0; i < rows; i++) {
    memory.copy(to, from, bytes);
    from += fromRow;
    to += toRow;
  }
}
