/**
 * What both loops through time share: a workgroup takes one episode or a few through all steps, so that nothing but its own
 * barriers has to be waited for.
 */
import { type Layout, padded } from './layout.js';
import { each, sum, unrolled } from './wgsl.js';

/** How a loop is cut for a device. */
export interface Cut {
  /** S: invocations of a workgroup. */
  readonly invocations: number;
  /** Those of them that share the products. */
  readonly busy: number;
  /** Episodes of a workgroup: weights are read once for all of them. */
  readonly episodes: number;
  /** Rows of four weights that are read ahead in products. */
  readonly readAhead: number;
  /** Fours of numbers for partial sums. */
  readonly partial: number;
  /** Whether the memory M (and the gradient to it) lies in the workgroup's memory, not in a buffer. */
  readonly isNear: boolean;
}

/** A vector times a matrix by a whole workgroup, in parts over the rows. */
export interface VectorProduct {
  /** Columns and rows of the matrix in fours. */
  readonly columns: number;
  readonly rows: number;
  /** Row \`k\`, four columns from \`column\`. */
  readonly weight: (k: string, column: string) => string;
  /** Four numbers of the vector of episode \`e\`, those of four rows \`g\`. */
  readonly vector: (e: number, g: string) => string;
}

/** Parts that take turns at one place for their sums, at most. */
const MOST_TURNS = 4;

/**
 * How the rows of a product are split: into so many parts as there are invocations for, whose sums lie in so many copies as
 * there is room for. Where those are fewer, parts add theirs in turn.
 */
function splits({ busy, episodes, partial }: Cut, columns: number) {
  const copies = Math.max(1, Math.min(Math.floor(partial / (episodes * columns)), 16));
  const parts = Math.max(1, Math.min(Math.floor(busy / columns), copies * MOST_TURNS, 16));
  return { parts, copies: Math.min(parts, copies) };
}

/** The partial sums of x · A come to \`part\`, [copy, episode, column]. */
export function vectorProduct(cut: Cut, { columns, rows, weight, vector }: VectorProduct): string {
  const { invocations, episodes, readAhead } = cut;
  const { parts, copies } = splits(cut, columns);
  const share = Math.ceil(rows / parts);
  const k = (ahead: number, q: number) => `((g + ${ahead}u) * 4u + ${q}u)`;
  const read = (ahead: number) =>
    unrolled(4, (q) => `let w${ahead}_${q} = ${weight(k(ahead, q), 'column')};`);
  const multiply = (ahead: number) =>
    unrolled(
      episodes,
      (e) => `{ let v = ${vector(e, `(g + ${ahead}u)`)};
        ${unrolled(4, (q) => `a${e} = fma(w${ahead}_${q}, vec4f(v[${q}]), a${e});`)} }`,
    );
  const sums = unrolled(episodes, (e) => `var a${e} = vec4f(0);`);
  const work = `let end = min((split + 1u) * ${share}u, ${rows}u); var g = split * ${share}u;
     for (; g + ${readAhead}u <= end; g += ${readAhead}u) { ${unrolled(readAhead, read)} ${unrolled(readAhead, multiply)} }
     ${readAhead > 1 ? `for (; g < end; g++) { ${read(0)} ${multiply(0)} }` : ''}`;
  const put = (sum: (e: number) => string) =>
    unrolled(episodes, (e) => {
      const at = `((split % ${copies}u) * ${episodes}u + ${e}u) * ${columns}u + column`;
      return `{ let at = ${at}; part[at] = ${sum(e)}; }`;
    });
  const first = put((e) => `a${e}`);
  const more = put((e) => `part[at] + a${e}`);
  const place = `let column = it % ${columns}u; let split = it / ${columns}u;`;
  if (parts === copies) {
    return each(invocations, parts * columns, `${place} ${sums} ${work} ${first}`);
  }
  const turns = Math.ceil(parts / copies);
  const isOne = `it < ${parts * columns}u`;
  return `{ let it = tid; ${place} ${sums} if (${isOne}) { ${work} }
    if (split < ${copies}u) { ${first} }
    ${unrolled(turns - 1, (n) => `workgroupBarrier(); if (${isOne} && split / ${copies}u == ${n + 1}u) { ${more} }`)} }`;
}

/** Number \`index\` of episode \`e\` of a product: its parts added up. */
export const partSum = (cut: Cut, columns: number, e: string, index: string): string =>
  partsSum(cut.episodes, splits(cut, columns).copies, 4 * columns, e, index);

export const partsSum = (
  episodes: number,
  parts: number,
  numbers: number,
  e: string,
  index: string,
): string =>
  `(${sum(parts, (s) => `part[((${s * episodes}u + ${e}) * ${numbers}u + ${index}) / 4u][(${index}) % 4u]`)})`;

/** Numbers that \`part\` needs for products with so many columns (in fours), and for sums over slots. */
export function partNumbers(l: Layout, cut: Cut, products: readonly number[]): number {
  const ofProducts = products.map(
    (columns) => splits(cut, columns).copies * cut.episodes * columns * 4,
  );
  const ofSlots = slotSplits(l, cut) * cut.episodes * l.RW;
  return padded(Math.max(...ofProducts, ofSlots, 4));
}

/** Parts of sums over all slots. */
export const slotSplits = (l: Layout, { episodes, partial }: Cut): number =>
  l.R === 0 ? 1 : Math.max(1, Math.min(16, Math.floor(partial / (episodes * (l.RW / 4)))));

/** Parts of the sums over slots that make softmax and its gradient. */
export const SOFTMAX_PARTS = 16;

/**
 * Four numbers of an array of numbers. Arrays whose numbers come from several invocations are arrays of numbers: some devices
 * write a whole vector where a part of it is written, and then undo what others wrote.
 */
export const four = (array: string, at: string): string =>
  `vec4f(${array}[${at}], ${array}[${at} + 1u], ${array}[${at} + 2u], ${array}[${at} + 3u])`;

/** 1 where slot \`i\` is one of the least used ones, w^lu(i). */
export const isLeastUsed = (l: Layout, e: string, i: string): string =>
  `(${sum(l.R, (r) => `select(0.0, 1.0, leastUsed[${e} * ${l.R}u + ${r}u] == ${i})`)})`;

/** Of the K numbers that are compared, those in the four from 4·w: all but in the last four. */
export function compared(l: Layout, w: string, value: string): string {
  if (l.K % 4 === 0) return value;
  const last = Math.floor(l.K / 4);
  const mask = [0, 1, 2, 3].map((i) => (i < l.K % 4 ? '1.0' : '0.0'));
  return `(${value} * select(vec4f(1), vec4f(${mask}), ${w} == ${last}u))`;
}

/** Fours of a slot that hold the K numbers that are compared. */
export const comparedFours = (l: Layout): number => Math.ceil(l.K / 4);
