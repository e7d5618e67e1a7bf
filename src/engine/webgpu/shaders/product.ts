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

/** How an invocation brings its part of a tile: from a buffer to variables, and from there to the workgroup's memory. */
interface Fetch {
  readonly fours: number;
  readonly get: string;
  readonly put: string;
}

/** The numbers of a product, which products of one kind do not share; places and strides in fours. */
const NUMBERS = `
struct Product {
  m: u32, n: u32, k: u32, // rows and columns of C, terms; 0: the rows of the batch
  aAt: u32, aStride: u32, bAt: u32, bStride: u32, cAt: u32, cStride: u32,
  copies: u32, bias: u32, whereAt: u32, whereStride: u32,
}
@group(0) @binding(1) var<uniform> product: Product;`;

/** What \`product\` holds for a product. */
export function productNumbers(p: Product): number[] {
  const { a, b, c, where = { at: 0, stride: 0 }, copies = 0, bias = 0 } = p;
  const count = (size: number | 'rows') => (size === 'rows' ? 0 : size);
  const fours = [a, b, c].flatMap(({ at, stride }) => [at / 4, stride / 4]);
  const rest = [copies, bias, where.at, where.stride].map((number) => number / 4);
  return [count(p.m), p.n, count(p.k), ...fours, ...rest];
}

/**
 * A workgroup makes a tile of C, each invocation 4 x 4 to 8 x 8 numbers of it. Tiles of A lie by columns in the workgroup's
 * memory, those of B by rows, so that the inner loop reads four numbers at a time. The next tiles come while these are
 * worked on. Products of one kind have one shader.
 */
export function productShader(p: Product): string {
  const { tile, isTransposed } = p;
  const overRows = p.k === 'rows';
  const quarter = tile / 4;
  const side = tile / 64; // blocks of 4 x 4 of an invocation, in each direction
  const buffers = [
    { name: 'A', type: 'array<vec4f>' },
    { name: 'B', type: 'array<vec4f>' },
    { name: 'C', type: 'array<vec4f>', write: true },
    ...(p.where ? [{ name: 'positive', type: 'array<vec4f>' }] : []),
  ];

  /** Four rows of a matrix that lies by rows, turned over into the tile. */
  const turned = (of: 'A' | 'B', first: string, end: string): Fetch => {
    const shift = p.next && of === 'A';
    const matrix = `product.${of.toLowerCase()}`;
    const isOne = `tid < ${(tile * DEPTH) / 16}u`;
    const [k, r] = [`(tid % ${DEPTH / 4}u) * 4u`, `(tid / ${DEPTH / 4}u) * 4u`];
    const read = (j: number) => {
      const row = `(${first} + r + ${j}u)`;
      const isInside = shift ? ` && (${row} + 1u) % sizes.length != 0u` : '';
      return `if (isThere && ${row} < ${end}${isInside}) {
        v${of}${j} = ${of}[${shift ? `(${row} + 1u)` : row} * ${matrix}Stride + ${matrix}At + (k0 + k) / 4u]; }`;
    };
    const column = (j: number) => `vec4f(${[0, 1, 2, 3].map((i) => `v${of}${i}[${j}]`)})`;
    return {
      fours: 4,
      get: `{ let k = ${k}; let r = ${r}; let isThere = ${isOne} && k0 + k < end;
        ${unrolled(4, read)} }`,
      put: `if (${isOne}) { let k = ${k}; let r = ${r};
        ${unrolled(4, (j) => `near${of}[(k + ${j}u) * ${quarter}u + r / 4u] = ${column(j)};`)} }`,
    };
  };
  /** Rows as they lie. */
  const straight = (of: 'A' | 'B', first: string, end: string): Fetch => {
    const matrix = `product.${of.toLowerCase()}`;
    const fours = (tile * DEPTH) / 4 / PRODUCT_INVOCATIONS;
    const place = (n: number) =>
      `let l = tid + ${n * PRODUCT_INVOCATIONS}u; let k = l / ${quarter}u; let c = l % ${quarter}u;`;
    return {
      fours,
      get: unrolled(
        fours,
        (n) => `{ ${place(n)} if (k0 + k < end && ${first} + c * 4u < ${end}) {
          v${of}${n} = ${of}[(k0 + k) * ${matrix}Stride + ${matrix}At + ${first} / 4u + c]; } }`,
      ),
      put: unrolled(fours, (n) => `{ ${place(n)} near${of}[k * ${quarter}u + c] = v${of}${n}; }`),
    };
  };
  const fetches = [
    overRows ? straight('A', 'm0', 'm') : turned('A', 'm0', 'm'),
    isTransposed ? turned('B', 'n0', 'product.n') : straight('B', 'n0', 'product.n'),
  ];
  const fetched = fetches.flatMap(({ fours }, i) =>
    Array.from({ length: fours }, (_, n) => `v${'AB'[i]}${n}`),
  );
  const get = `${fetched.map((v) => `${v} = vec4f(0);`).join(' ')} ${fetches.map((f) => f.get).join('\n')}`;

  const blocks = (f: (row: number, column: number) => string) =>
    unrolled(4 * side, (i) => unrolled(side, (j) => f(i, j)));
  const store = (i: number, j: number) => `{
    let row = m0 + (y + ${(i >> 2) * 16}u) * 4u + ${i & 3}u; let column = n0 + (x + ${j * 16}u) * 4u;
    if (row < m && column < product.n) {
      let at = row * product.cStride + product.cAt + column / 4u;
      var v = c${i}_${j};
      ${p.bias === undefined ? '' : 'v += B[product.bias + column / 4u];'}
      ${p.add ? 'v += C[at];' : ''}
      ${p.relu ? 'v = max(v, vec4f(0));' : ''}
      ${p.where ? 'v = select(vec4f(0), v, positive[row * product.whereStride + product.whereAt + column / 4u] > vec4f(0));' : ''}
      C[at${p.copies ? ' + wid.z * product.copies' : ''}] = v;
    } }`;

  return `${bindings(buffers, NUMBERS)}
var<workgroup> nearA: array<vec4f, ${DEPTH * quarter}>;
var<workgroup> nearB: array<vec4f, ${DEPTH * quarter}>;
@compute @workgroup_size(${PRODUCT_INVOCATIONS})
fn main(@builtin(local_invocation_index) tid: u32, @builtin(workgroup_id) wid: vec3u) {
  let x = tid % 16u; let y = tid / 16u;
  let n0 = wid.x * ${tile}u; let m0 = wid.y * ${tile}u;
  let m = select(product.m, sizes.rows, product.m == 0u);
  let begin = ${overRows ? 'wid.z * sizes.slice' : '0u'};
  let end = ${overRows ? 'min(begin + sizes.slice, sizes.rows)' : 'product.k'};
  ${blocks((i, j) => `var c${i}_${j} = vec4f(0);`)}
  ${fetched.map((v) => `var ${v} = vec4f(0);`).join(' ')}
  var k0 = begin;
  ${get}
  while (k0 < end) {
    ${fetches.map(({ put }) => put).join('\n')}
    workgroupBarrier();
    k0 += ${DEPTH}u;
    ${get}
    for (var k = 0u; k < ${DEPTH}u; k++) {
      ${unrolled(side, (i) => `let a${i} = nearA[k * ${quarter}u + y + ${i * 16}u];`)}
      ${unrolled(side, (j) => `let b${j} = nearB[k * ${quarter}u + x + ${j * 16}u];`)}
      ${blocks((i, j) => `c${i}_${j} = fma(vec4f(a${i >> 2}[${i & 3}]), b${j}, c${i}_${j});`)}
    }
    workgroupBarrier();
  }
  ${blocks(store)}
}`;
}
