/**
 * What both loops through time share: a workgroup takes one episode or a few through all steps, so that nothing but its own
 * barriers has to be waited for.
 */
import type { Layout } from './layout.js';
import { each, sum, unrolled } from './wgsl.js';

/** How a loop is cut for a device. */
export interface Cut {
  /** S: invocations of a workgroup. */
  readonly invocations: number;
  /** Episodes of a workgroup: weights are read once for all of them. */
  readonly episodes: number;
  /** Rows of four weights that are read ahead in products. */
  readonly readAhead: number;
  /** Groups of four numbers for partial sums. */
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
  /** Number \`k\` of the vector of episode \`e\`. */
  readonly vector: (e: number, k: string) => string;
}

/** Parts that the rows of a product are split into: as many as invocations and room for partial sums allow. */
export function splits({ invocations, episodes, partial }: Cut, columns: number): number {
  return Math.max(
    1,
    Math.min(Math.floor(invocations / columns), Math.floor(partial / (episodes * columns)), 16),
  );
}

/** The partial sums of x · A come to \`part\`, [split, episode, column]. */
export function vectorProduct(cut: Cut, { columns, rows, weight, vector }: VectorProduct): string {
  const { invocations, episodes, readAhead } = cut;
  const parts = splits(cut, columns);
  const share = Math.ceil(rows / parts);
  const k = (ahead: number, q: number) => `((g + ${ahead}u) * 4u + ${q}u)`;
  const read = (ahead: number) =>
    unrolled(4, (q) => `let w${ahead}_${q} = ${weight(k(ahead, q), 'column')};`);
  const multiply = (ahead: number) =>
    unrolled(episodes, (e) =>
      unrolled(4, (q) => `a${e} = fma(w${ahead}_${q}, vec4f(${vector(e, k(ahead, q))}), a${e});`),
    );
  return each(
    invocations,
    parts * columns,
    `let column = it % ${columns}u; let split = it / ${columns}u;
     ${unrolled(episodes, (e) => `var a${e} = vec4f(0);`)}
     let end = min((split + 1u) * ${share}u, ${rows}u); var g = split * ${share}u;
     for (; g + ${readAhead}u <= end; g += ${readAhead}u) { ${unrolled(readAhead, read)} ${unrolled(readAhead, multiply)} }
     ${readAhead > 1 ? `for (; g < end; g++) { ${read(0)} ${multiply(0)} }` : ''}
     ${unrolled(episodes, (e) => putPart(`((split * ${episodes}u + ${e}u) * ${columns}u + column) * 4u`, `a${e}`))}`,
  );
}

/** Four partial sums. */
export const putPart = (at: string, value: string): string =>
  `{ let at = ${at}; part[at] = ${value}.x; part[at + 1u] = ${value}.y; part[at + 2u] = ${value}.z; part[at + 3u] = ${value}.w; }`;

/** Number \`index\` of episode \`e\` of a product: its parts added up. */
export const partSum = (cut: Cut, columns: number, e: string, index: string): string =>
  partsSum(cut.episodes, splits(cut, columns), 4 * columns, e, index);

export const partsSum = (
  episodes: number,
  parts: number,
  numbers: number,
  e: string,
  index: string,
): string => `(${sum(parts, (s) => `part[(${s * episodes}u + ${e}) * ${numbers}u + ${index}]`)})`;

/** Numbers that \`part\` needs for products with so many columns (in fours), and for sums over slots. */
export function partNumbers(l: Layout, cut: Cut, products: readonly number[]): number {
  const ofProducts = products.map((columns) => splits(cut, columns) * cut.episodes * columns * 4);
  const ofSlots = slotSplits(l, cut) * cut.episodes * l.RW;
  return Math.max(...ofProducts, ofSlots, cut.episodes * l.R * l.N, 4);
}

/** Parts of sums over all slots. */
export const slotSplits = (l: Layout, { episodes, partial }: Cut): number =>
  l.R === 0 ? 1 : Math.max(1, Math.min(16, Math.floor(partial / (episodes * (l.RW / 4)))));

/** Parts of the sums over slots that make softmax and its gradient. */
export const SOFTMAX_PARTS = 16;

/** Four numbers of an array of numbers. */
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
