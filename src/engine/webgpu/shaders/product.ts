/** Products of matrices, C = A · B, with what is done to the result on its way. */
import { bindings, unrolled } from './wgsl.js';

/** A matrix in a buffer, in numbers; both are multiples of four. */
export interface Matrix {
  readonly buffer: string;
  readonly at: number;
  readonly stride: number;
}

export interface Product {
  readonly a: Matrix;
  readonly b: Matrix;
  readonly c: Matrix;
  /** Rows of C; `rows`: those of a batch. */
  readonly m: number | 'rows';
  /** Columns of C, a multiple of four. */
  readonly n: number;
  /** Terms of a sum; `rows`: those of a batch, in slices, each to its own copy of C. A multiple of four. */
  readonly k: number | 'rows';
  /** B is stored by columns: C = A · Bᵀ. */
  readonly isTransposed?: boolean;
  /** A row of B's buffer that is added to each row of C. */
  readonly bias?: number;
  readonly relu?: boolean;
  /** The result passes where this matrix is positive: the way back through relu. */
  readonly where?: Matrix;
  /** Added to what C holds. */
  readonly add?: boolean;
  /** Row r of C is of row r + 1 of A, or of zeros at the end of an episode. */
  readonly next?: boolean;
  /** Numbers from a copy of C to the next. */
  readonly copies?: number;
  /** Rows and columns of C that a workgroup makes: 64 or 128. */
  readonly tile: 64 | 128;
}

/** Terms that a workgroup holds at a time. */
const DEPTH = 16;

export const PRODUCT_INVOCATIONS = 256;

/**
 * A workgroup makes a tile of C, each invocation 4 x 4 to 8 x 8 numbers of it. Tiles of A lie by columns in the workgroup's
 * memory, those of B by rows, so that the inner loop reads four numbers at a time.
 */
export function productShader(p: Product): string {
  const { tile, n, isTransposed } = p;
  const overRows = p.k === 'rows';
  const quarter = tile / 4;
  const side = tile / 64; // blocks of 4 x 4 of an invocation, in each direction
  const m = p.m === 'rows' ? 'sizes.rows' : `${p.m}u`;
  const buffers = [
    { name: 'A', type: 'array<vec4f>' },
    { name: 'B', type: 'array<vec4f>' },
    { name: 'C', type: 'array<vec4f>', write: true },
    ...(p.where ? [{ name: 'positive', type: 'array<vec4f>' }] : []),
  ];

  /** Four rows of a matrix that lies by rows, turned over into the tile. */
  const turned = (tileName: string, buffer: string, matrix: Matrix, from: string, end: string) => {
    const shift = p.next && buffer === 'A';
    const row = (j: number) => `${from} + r + ${j}u`;
    const inside = (j: number) =>
      `${row(j)} < ${end}${shift ? ` && (${row(j)} + 1u) % sizes.length != 0u` : ''}`;
    return `for (var l = tid; l < ${(tile * DEPTH) / 16}u; l += ${PRODUCT_INVOCATIONS}u) {
      let k = (l % ${DEPTH / 4}u) * 4u; let r = (l / ${DEPTH / 4}u) * 4u;
      ${unrolled(
        4,
        (j) => `var v${j} = vec4f(0); if (k0 + k < end && ${inside(j)}) {
        v${j} = ${buffer}[((${row(j)}${shift ? ' + 1u' : ''}) * ${matrix.stride}u + ${matrix.at}u + k0 + k) / 4u]; }`,
      )}
      ${unrolled(4, (j) => `${tileName}[(k + ${j}u) * ${quarter}u + r / 4u] = vec4f(${[0, 1, 2, 3].map((i) => `v${i}[${j}]`)});`)}
    }`;
  };
  /** Rows as they lie. */
  const straight = (tileName: string, buffer: string, matrix: Matrix, from: string, end: string) =>
    `for (var l = tid; l < ${(tile * DEPTH) / 4}u; l += ${PRODUCT_INVOCATIONS}u) {
      let k = l / ${quarter}u; let c = (l % ${quarter}u) * 4u; var v = vec4f(0);
      if (k0 + k < end && ${from} + c < ${end}) { v = ${buffer}[((k0 + k) * ${matrix.stride}u + ${matrix.at}u + ${from} + c) / 4u]; }
      ${tileName}[k * ${quarter}u + c / 4u] = v;
    }`;

  const blocks = side * 4; // rows of an invocation
  const store = (i: number, j: number) => {
    const at = `(m0 + (y + ${(i >> 2) * 16}u) * 4u + ${i & 3}u)`;
    const column = `(n0 + (x + ${j * 16}u) * 4u)`;
    const place = (matrix: Matrix) =>
      `(${at} * ${matrix.stride}u + ${matrix.at}u + ${column}) / 4u`;
    const copy = p.copies ? ` + wid.z * ${p.copies / 4}u` : '';
    return `if (${at} < ${m} && ${column} < ${n}u) {
      var v = c${i}_${j};
      ${p.bias === undefined ? '' : `v += B[(${p.bias}u + ${column}) / 4u];`}
      ${p.add ? `v += C[${place(p.c)}];` : ''}
      ${p.relu ? 'v = max(v, vec4f(0));' : ''}
      ${p.where ? `v = select(vec4f(0), v, positive[${place(p.where)}] > vec4f(0));` : ''}
      C[${place(p.c)}${copy}] = v;
    }`;
  };
  const each2 = (f: (i: number, j: number) => string) =>
    unrolled(blocks, (i) => unrolled(side, (j) => f(i, j)));

  return `${bindings(buffers)}
var<workgroup> As: array<vec4f, ${DEPTH * quarter}>;
var<workgroup> Bs: array<vec4f, ${DEPTH * quarter}>;
@compute @workgroup_size(${PRODUCT_INVOCATIONS})
fn main(@builtin(local_invocation_index) tid: u32, @builtin(workgroup_id) wid: vec3u) {
  let x = tid % 16u; let y = tid / 16u;
  let n0 = wid.x * ${tile}u; let m0 = wid.y * ${tile}u;
  let begin = ${overRows ? 'wid.z * sizes.slice' : '0u'};
  let end = ${overRows ? 'min(begin + sizes.slice, sizes.rows)' : `${p.k}u`};
  ${each2((i, j) => `var c${i}_${j} = vec4f(0);`)}
  for (var k0 = begin; k0 < end; k0 += ${DEPTH}u) {
    ${(overRows ? straight : turned)('As', 'A', p.a, 'm0', m)}
    ${(isTransposed ? turned : straight)('Bs', 'B', p.b, 'n0', `${n}u`)}
    workgroupBarrier();
    for (var k = 0u; k < ${DEPTH}u; k++) {
      ${unrolled(side, (i) => `let a${i} = As[k * ${quarter}u + y + ${i * 16}u];`)}
      ${unrolled(side, (j) => `let b${j} = Bs[k * ${quarter}u + x + ${j * 16}u];`)}
      ${each2((i, j) => `c${i}_${j} = fma(vec4f(a${i >> 2}[${i & 3}]), b${j}, c${i}_${j});`)}
    }
    workgroupBarrier();
  }
  ${each2(store)}
}`;
}
