/** A pass: one shader over some buffers, in so many workgroups. */
import type { Block } from '../shaders/layout.js';
import { type Matrix, type Product, productNumbers, productShader } from '../shaders/product.js';

/** What the number of workgroups follows from. */
export interface BatchSizes {
  readonly episodes: number;
  readonly rows: number;
  readonly slices: number;
}

export interface Pass {
  readonly label: string;
  readonly code: string;
  /** Numbers of this pass alone, where its shader has a uniform for them. */
  readonly numbers?: readonly number[];
  /** Names of the buffers, in the order of the shader's bindings. */
  readonly buffers: readonly string[];
  readonly grid: (sizes: BatchSizes) => readonly [number, number?, number?];
}

/** Numbers that a buffer has for each row, each episode, each slice, and on top. */
export interface Room {
  readonly row?: number;
  readonly episode?: number;
  /** Of each episode for each of its steps and one more. */
  readonly state?: number;
  readonly slice?: number;
  readonly fixed?: number;
  /** The column of each row that holds a constant 1. */
  readonly one?: number;
}

/** More workgroups than this in a row do not fit into one dimension; shaders reckon with it. */
const WIDEST = 32768;

export const line = (count: number): [number, number] =>
  count <= WIDEST ? [count, 1] : [WIDEST, Math.ceil(count / WIDEST)];

/** A block of weights, and of their gradients. */
export const weightsOf = ({ at, columns }: Block): Matrix => {
  return { buffer: 'weights', at, stride: columns };
};

/** A product as a pass, in tiles of at most `tile`. */
export function productPass(label: string, p: Omit<Product, 'tile'>, tile: 64 | 128): Pass {
  // sums over rows have workgroups enough by their slices, and small tiles leave fewer of them without work
  const isSmall = p.n <= 64 || p.k === 'rows';
  const sized: Product = { ...p, tile: isSmall ? 64 : tile };
  const { m, n, k } = p;
  return {
    label,
    code: productShader(sized),
    numbers: productNumbers(sized),
    buffers: [p.a.buffer, p.b.buffer, p.c.buffer, ...(p.where ? [p.where.buffer] : [])],
    grid: ({ rows, slices }) => [
      Math.ceil(n / sized.tile),
      Math.ceil((m === 'rows' ? rows : m) / sized.tile),
      k === 'rows' ? slices : 1,
    ],
  };
}

/** The gradients of a block: Aᵀ · B, summed over all rows of a batch. */
export interface Gradients {
  readonly a: Matrix;
  readonly b: Matrix;
  readonly of: Block;
}

/** What makes the passes of a plan. */
export interface Makers {
  /** Says how large a buffer is. */
  readonly room: (name: string, numbers: Room) => void;
  readonly product: (label: string, p: Omit<Product, 'tile'>) => Pass;
  readonly gradients: (label: string, p: Gradients) => Pass;
}

/** @param total numbers of all weights: from a slice of gradients to the next */
export function makers(rooms: Map<string, Room>, total: number, tile: 64 | 128): Makers {
  const product: Makers['product'] = (label, p) => productPass(label, p, tile);
  return {
    room: (name, numbers) => rooms.set(name, numbers),
    product,
    gradients: (label, { a, b, of }) =>
      product(label, {
        ...{ a, b, c: { buffer: 'slices', at: of.at, stride: of.columns } },
        ...{ m: of.rows, n: of.columns, k: 'rows', copies: total },
      }),
  };
}
