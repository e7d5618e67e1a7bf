/** A training step as a list of passes: which shader works on which buffers, in which order, in how many workgroups. */
import type { ModelConfig } from '../../model/config.js';
import type { EncoderLayer, Layout } from './layout.js';
import { backwardShader, turnedMatrices } from './shaders/backward.js';
import {
  type ConvStep,
  convBackShader,
  convForwardShader,
  convSumShader,
  convWeightsShader,
  squareNumbers,
  WEIGHT_SHARES,
} from './shaders/conv.js';
import { forwardShader } from './shaders/forward.js';
import { drawShader, INPUT_INVOCATIONS, previousShader, unpackShader } from './shaders/inputs.js';
import type { Cut } from './shaders/loop.js';
import { LOSS_INVOCATIONS, lossShader } from './shaders/loss.js';
import { type Matrix, type Product, productNumbers, productShader } from './shaders/product.js';
import {
  adamShader,
  gradientShader,
  normShader,
  transposeShader,
  UPDATE_INVOCATIONS,
} from './shaders/update.js';

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

/** How a plan is fitted to a device and to the size of batches. */
export interface Tuning {
  /** Invocations of the workgroups that take episodes through time, and episodes of each. */
  readonly invocations: number;
  readonly episodes: number;
  readonly readAhead: number;
  readonly tile: 64 | 128;
  /** Bytes of memory that a workgroup has. */
  readonly nearBytes: number;
}

export interface Plan {
  readonly tuning: Tuning;
  /** From a batch with inputs, or with views, to the rows. */
  readonly unpack: Pass;
  readonly draw: Pass;
  readonly forward: readonly Pass[];
  readonly backward: readonly Pass[];
  readonly sum: Pass;
  readonly update: readonly Pass[];
  /** What the loop back reads, from new weights. */
  readonly transpose: Pass;
  /** Numbers of each buffer: those of a batch's rows, of its episodes, and of neither. */
  readonly buffers: ReadonlyMap<string, Room>;
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

/** More workgroups than this in a row do not fit into one dimension. */
const WIDEST = 32768;
const line = (count: number): [number, number] =>
  count <= WIDEST ? [count, 1] : [WIDEST, Math.ceil(count / WIDEST)];

export function planOf(config: ModelConfig, l: Layout, tuning: Tuning): Plan {
  const { tile } = tuning;
  const { blocks, input, output, shapes } = l;
  const buffers = new Map<string, Room>();
  const room = (name: string, numbers: Room) => {
    buffers.set(name, numbers);
    return name;
  };

  const weights = (at: number, stride: number): Matrix => ({ buffer: 'weights', at, stride });
  const block = ({ at, columns }: { at: number; columns: number }) => weights(at, columns);
  const gradient = ({ at, columns }: { at: number; columns: number }): Matrix => {
    return { buffer: 'slices', at, stride: columns };
  };
  const inputs = (at: number): Matrix => ({ buffer: 'inputs', at, stride: input.width });
  const outputs = (at: number): Matrix => ({ buffer: 'outputs', at, stride: output.width });
  const whole = (buffer: string, stride: number): Matrix => ({ buffer, at: 0, stride });

  const product = (label: string, p: Omit<Product, 'tile'>): Pass => {
    const size = p.n <= 64 || (typeof p.m === 'number' && p.m <= 64) ? 64 : tile;
    const [columns, rows] = [Math.ceil(p.n / size), p.m];
    return {
      label,
      code: productShader({ ...p, tile: size }),
      numbers: productNumbers({ ...p, tile: size }),
      buffers: [p.a.buffer, p.b.buffer, p.c.buffer, ...(p.where ? [p.where.buffer] : [])],
      grid: (sizes) => [
        columns,
        Math.ceil((rows === 'rows' ? sizes.rows : rows) / size),
        p.k === 'rows' ? sizes.slices : 1,
      ],
    };
  };
  const gradients = (
    label: string,
    p: {
      a: Matrix;
      b: Matrix;
      of: { at: number; rows: number; columns: number };
      rows?: number;
      from?: number;
    },
  ): Pass =>
    product(label, {
      ...{ a: p.a, b: p.b, c: gradient(p.of), m: p.of.rows, n: p.of.columns },
      ...{ k: 'rows', copies: l.total },
    });

  room('weights', { fixed: l.total });
  room('moments', { fixed: 2 * l.total });
  room('gradients', { fixed: l.total });
  room('slices', { slice: l.total });
  room('inputs', { row: input.width });
  room('raw', { row: shapes.X });
  room('views', { row: 8 });
  room('targets', { row: l.targets });
  room('outputs', { row: output.width });
  room('records', { row: l.record.width });
  room('gatesOf', { row: l.G });
  room('logits', { row: l.Y });
  room('back', { row: l.Y });
  room('losses', { row: 1 });
  room('outputsBack', { row: l.RW + l.H });
  if (blocks.embedding) room('pictures', { row: l.picture });
  const memory = l.R > 0;
  if (memory) {
    room('memories', { state: 4 * l.cells });
    room('headsBack', { row: l.Q });
  }
  if (l.direct) room('bound', { row: 2 * l.RW });

  // ---- drawings to embeddings
  const forward: Pass[] = [];
  const encoder = encoderPasses(l, tuning, room, product, gradients);
  forward.push(...encoder.forward);
  if (blocks.embedding) {
    if (l.direct) {
      forward.push({
        label: 'previous embeddings',
        code: previousShader(l),
        buffers: ['inputs'],
        grid: ({ rows }) => line(Math.ceil((rows * l.E) / 4 / INPUT_INVOCATIONS)),
      });
    }
  }

  // ---- all that does not go round the loop, at once
  forward.push(
    product('controller inputs', {
      ...{ a: inputs(input.label), b: block(blocks.lstm), c: whole('gatesOf', l.G) },
      ...{ m: 'rows', n: l.G, k: l.F + l.E },
      bias: blocks.lstm.at + (input.one - input.label) * l.G,
    }),
  );
  if (blocks.bindKey && blocks.bindAdd) {
    forward.push(
      product('bind keys', {
        ...{ a: inputs(input.embedding), b: block(blocks.bindKey), c: whole('bound', 2 * l.RW) },
        ...{ m: 'rows', n: l.RW, k: l.E },
      }),
      product('bind adds', {
        ...{ a: inputs(input.previous), b: block(blocks.bindAdd) },
        c: { buffer: 'bound', at: l.RW, stride: 2 * l.RW },
        ...{ m: 'rows', n: l.RW, k: l.E + l.F },
      }),
    );
  }

  // ---- the loops
  const cut = (isNear: boolean, partial: number): Cut => {
    const { invocations, episodes, readAhead } = tuning;
    return { invocations, episodes, readAhead, isNear, partial };
  };
  const atLeast = Math.max(l.H, l.around / 4, l.Q / 4) * tuning.episodes;
  const most = Math.max(atLeast, Math.min(1024, tuning.invocations * tuning.episodes));
  const there = fitted(tuning.nearBytes, most, atLeast, [true, false], (isNear, partial) =>
    forwardShader(l, cut(isNear, partial)),
  );
  forward.push({
    label: 'forward',
    code: there.code,
    buffers: [
      ...['weights', 'inputs', 'gatesOf', 'records', 'outputs'],
      ...(memory ? ['memories'] : []),
      ...(l.direct ? ['bound'] : []),
    ],
    grid: ({ episodes }) => [Math.ceil(episodes / tuning.episodes)],
  });
  const ways = [
    [true, true],
    [true, false],
    [false, true],
    [false, false],
  ] as const;
  const andBack = fitted(
    tuning.nearBytes,
    most,
    atLeast,
    ways,
    ([isNear, areWeightsNear], partial) => {
      return {
        ...backwardShader(l, { ...cut(isNear, partial), areWeightsNear }),
        isNear,
        areWeightsNear,
      };
    },
  );
  if (memory && !andBack.isNear) room('memoryBack', { episode: 4 * l.cells });
  if (memory && !andBack.areWeightsNear) room('scoresBack', { episode: 2 * l.R * l.N });

  // ---- answers
  if (blocks.hidden && blocks.hiddenOut) {
    room('hidden', { row: l.D });
    room('hiddenBack', { row: l.D });
    forward.push(
      product('hidden layer', {
        ...{ a: outputs(0), b: block(blocks.hidden), c: whole('hidden', l.D) },
        ...{ m: 'rows', n: l.D, k: output.width, relu: true },
      }),
    );
  }
  forward.push(
    product('logits', {
      ...{ a: outputs(0), b: block(blocks.out), c: whole('logits', l.Y) },
      ...{ m: 'rows', n: l.Y, k: output.width },
    }),
  );
  if (blocks.hiddenOut) {
    forward.push(
      product('logits of the hidden layer', {
        ...{ a: whole('hidden', l.D), b: block(blocks.hiddenOut), c: whole('logits', l.Y) },
        ...{ m: 'rows', n: l.Y, k: l.D, add: true },
      }),
    );
  }
  forward.push({
    label: 'loss',
    code: lossShader(l, config),
    buffers: ['logits', 'targets', 'back', 'losses'],
    grid: ({ rows }) => [Math.ceil(rows / LOSS_INVOCATIONS)],
  });

  // ---- and back
  const backward: Pass[] = [
    product('outputs back', {
      ...{ a: whole('back', l.Y), b: block(blocks.out), c: whole('outputsBack', l.RW + l.H) },
      ...{ m: 'rows', n: l.RW + l.H, k: l.Y, isTransposed: true },
    }),
  ];
  if (blocks.hidden && blocks.hiddenOut) {
    backward.push(
      product('hidden layer back', {
        ...{ a: whole('back', l.Y), b: block(blocks.hiddenOut), c: whole('hiddenBack', l.D) },
        ...{ m: 'rows', n: l.D, k: l.Y, isTransposed: true, where: whole('hidden', l.D) },
      }),
      product('outputs back from the hidden layer', {
        ...{ a: whole('hiddenBack', l.D), b: block(blocks.hidden) },
        c: whole('outputsBack', l.RW + l.H),
        ...{ m: 'rows', n: l.RW + l.H, k: l.D, isTransposed: true, add: true },
      }),
    );
  }
  backward.push({
    label: 'backward',
    code: andBack.code,
    buffers: [
      ...['turned', 'records', 'outputsBack', 'gatesOf'],
      ...(memory ? ['memories', 'headsBack'] : []),
      ...(memory && !andBack.isNear ? ['memoryBack'] : []),
      ...(memory && !andBack.areWeightsNear ? ['scoresBack'] : []),
    ],
    grid: ({ episodes }) => [Math.ceil(episodes / tuning.episodes)],
  });

  // ---- gradients of weights, each one sum over all rows
  backward.push(
    gradients('controller gradients', {
      ...{ a: inputs(input.label), b: whole('gatesOf', l.G), of: blocks.lstm },
    }),
    gradients('output gradients', { a: outputs(0), b: whole('back', l.Y), of: blocks.out }),
  );
  if (blocks.heads) {
    backward.push(
      gradients('head gradients', {
        ...{ a: outputs(output.hidden), b: whole('headsBack', l.Q), of: blocks.heads },
      }),
    );
  }
  if (blocks.bindKey && blocks.bindAdd) {
    const adds = { buffer: 'headsBack', at: l.RW, stride: l.Q };
    backward.push(
      gradients('bind key gradients', {
        ...{ a: inputs(input.embedding), b: whole('headsBack', l.Q), of: blocks.bindKey },
      }),
      gradients('bind add gradients', {
        ...{ a: inputs(input.previous), b: adds, of: blocks.bindAdd },
      }),
    );
  }
  if (blocks.hidden && blocks.hiddenOut) {
    backward.push(
      gradients('hidden gradients', {
        ...{ a: outputs(0), b: whole('hiddenBack', l.D), of: blocks.hidden },
      }),
      gradients('hidden output gradients', {
        ...{ a: whole('hidden', l.D), b: whole('back', l.Y), of: blocks.hiddenOut },
      }),
    );
  }

  // ---- the encoder's
  if (blocks.embedding) {
    room('embeddingBack', { row: l.E });
    const c = whole('embeddingBack', l.E);
    backward.push(
      product('embeddings back from the controller', {
        ...{ a: whole('gatesOf', l.G), c, m: 'rows', n: l.E, k: l.G, isTransposed: true },
        b: weights(blocks.lstm.at + (input.embedding - input.label) * l.G, l.G),
      }),
    );
    if (blocks.bindKey && blocks.bindAdd) {
      const same = { c, m: 'rows', n: l.E, k: l.RW, isTransposed: true, add: true } as const;
      backward.push(
        product('embeddings back from keys', {
          ...{ ...same, a: whole('headsBack', l.Q), b: block(blocks.bindKey) },
        }),
        product('embeddings back from the next adds', {
          a: { buffer: 'headsBack', at: l.RW, stride: l.Q },
          ...{ ...same, b: block(blocks.bindAdd), next: true },
        }),
      );
    }
    backward.push(...encoder.backward);
  }

  // ---- and the update
  const count = Math.ceil(l.total / 4 / UPDATE_INVOCATIONS);
  room('squares', { fixed: count });
  room('scale', { fixed: 1 });
  const turned = turnedMatrices(l);
  room('turned', { fixed: turned.reduce((sum, { rows, columns }) => sum + rows * columns, 0) });
  return {
    tuning,
    unpack: {
      label: 'unpack',
      code: unpackShader(l),
      buffers: ['raw', 'inputs', ...(blocks.embedding ? ['pictures'] : [])],
      grid: ({ rows }) => line(rows),
    },
    draw: {
      label: 'draw',
      code: drawShader(l, config.inputWidth),
      buffers: ['atlas', 'views', 'targets', 'inputs', ...(blocks.embedding ? ['pictures'] : [])],
      grid: ({ rows }) => line(rows),
    },
    forward,
    backward,
    sum: {
      label: 'sum of gradients',
      code: gradientShader(l),
      buffers: ['slices', 'gradients', 'squares'],
      grid: () => [count],
    },
    update: [
      { label: 'norm', code: normShader(count), buffers: ['squares', 'scale'], grid: () => [1] },
      {
        label: 'adam',
        code: adamShader(l),
        buffers: ['gradients', 'scale', 'moments', 'weights'],
        grid: () => [count],
      },
    ],
    transpose: {
      label: 'transpose',
      code: transposeShader(turned),
      buffers: ['weights', 'turned'],
      grid: () => [
        Math.ceil(Math.max(...turned.map(({ columns }) => columns)) / 32),
        Math.ceil(Math.max(...turned.map(({ rows }) => rows)) / 32),
        turned.length,
      ],
    },
    buffers,
  };
}

/** Drawings to embeddings in the rows of inputs, and the way back to the encoder's weights. */
function encoderPasses(
  l: Layout,
  { nearBytes }: Tuning,
  room: (name: string, numbers: Room) => string,
  product: (label: string, p: Omit<Product, 'tile'>) => Pass,
  gradients: (
    label: string,
    p: { a: Matrix; b: Matrix; of: { at: number; rows: number; columns: number } },
  ) => Pass,
): { forward: Pass[]; backward: Pass[] } {
  const { blocks, input } = l;
  const forward: Pass[] = [];
  const backward: Pass[] = [];
  if (!blocks.embedding) return { forward, backward };

  /** What comes into layer i, and what it gives back. */
  const given = (i: number): Matrix =>
    i === 0
      ? { buffer: 'pictures', at: 0, stride: l.picture }
      : { buffer: `layer ${i}`, at: 0, stride: blocks.encoder[i - 1]!.stride };
  const back = (i: number, { out }: EncoderLayer): Matrix => {
    return { buffer: `layer ${i + 1} back`, at: 0, stride: out };
  };
  const weights = ({ at, columns }: { at: number; columns: number }): Matrix => {
    return { buffer: 'weights', at, stride: columns };
  };

  blocks.encoder.forEach((layer, i) => {
    const { block, conv, out, stride } = layer;
    room(`layer ${i + 1}`, { row: stride, ...(stride > out && { one: out }) });
    room(`layer ${i + 1} back`, { row: out });
    if (!conv) {
      forward.push(
        product(`layer ${i + 1}`, {
          ...{ a: given(i), b: weights(block), c: given(i + 1) },
          ...{ m: 'rows', n: out, k: block.rows, relu: true },
        }),
      );
      return;
    }
    const step = { conv, block, strideIn: given(i).stride, strideOut: stride };
    const { code, drawings } = convForwardShader(step, nearBytes);
    if (conv.pooled) room(`places ${i + 1}`, { row: squareNumbers(conv) });
    room(`shares ${i + 1}`, { fixed: WEIGHT_SHARES * block.rows * block.columns });
    forward.push({
      label: `convolution ${i + 1}`,
      code,
      buffers: [
        ...['weights', given(i).buffer, given(i + 1).buffer],
        ...(conv.pooled ? [`places ${i + 1}`] : []),
      ],
      grid: ({ rows }) => line(Math.ceil(rows / drawings)),
    });
  });
  const last = blocks.encoder.length - 1;
  const features = given(last + 1);
  const embeddings: Matrix = { buffer: 'inputs', at: input.embedding, stride: input.width };
  const embeddingBack: Matrix = { buffer: 'embeddingBack', at: 0, stride: l.E };
  forward.push(
    product('embedding', {
      ...{ a: features, b: weights(blocks.embedding), c: embeddings },
      ...{ m: 'rows', n: l.E, k: blocks.embedding.rows },
    }),
  );

  backward.push(
    gradients('embedding gradients', { a: features, b: embeddingBack, of: blocks.embedding }),
  );
  if (last >= 0) {
    const layer = blocks.encoder[last]!;
    backward.push(
      product(`layer ${last + 1} back`, {
        ...{ a: embeddingBack, b: weights(blocks.embedding), c: back(last, layer) },
        ...{ m: 'rows', n: layer.out, k: l.E, isTransposed: true, where: features },
      }),
    );
  }
  for (let i = last; i >= 0; i--) {
    const layer = blocks.encoder[i]!;
    const below = blocks.encoder[i - 1];
    const from = back(i, layer);
    if (!layer.conv) {
      backward.push(
        gradients(`layer ${i + 1} gradients`, { a: given(i), b: from, of: layer.block }),
      );
      if (below) {
        backward.push(
          product(`layer ${i} back`, {
            ...{ a: from, b: weights(layer.block), c: back(i - 1, below), where: given(i) },
            ...{ m: 'rows', n: below.out, k: layer.out, isTransposed: true },
          }),
        );
      }
      continue;
    }
    const step = {
      ...{ conv: layer.conv, block: layer.block },
      ...{ strideIn: given(i).stride, strideOut: layer.stride },
    };
    backward.push(
      ...convBackward(
        step,
        i,
        given(i).buffer,
        from.buffer,
        below && back(i - 1, below).buffer,
        nearBytes,
      ),
    );
  }
  return { forward, backward };
}

/** Gradients of a convolution's weights, and of what came in, unless that were drawings. */
function convBackward(
  step: ConvStep,
  i: number,
  given: string,
  back: string,
  below: string | undefined,
  nearBytes: number,
): Pass[] {
  const places = step.conv.pooled ? [`places ${i + 1}`] : [];
  const shares = `shares ${i + 1}`;
  const ofWeights = convWeightsShader(step);
  const passes: Pass[] = [
    {
      label: `convolution ${i + 1} gradients`,
      code: ofWeights.code,
      buffers: [given, back, shares, ...places],
      grid: () => [WEIGHT_SHARES, ofWeights.blocks],
    },
    {
      label: `convolution ${i + 1} gradients summed`,
      code: convSumShader(step),
      buffers: [shares, 'slices'],
      grid: () => [Math.ceil(ofWeights.numbers / 64)],
    },
  ];
  if (below) {
    const { code, drawings } = convBackShader(step, nearBytes);
    passes.push({
      label: `convolution ${i + 1} back`,
      code,
      buffers: ['weights', back, given, below, ...places],
      grid: ({ rows }) => line(Math.ceil(rows / drawings)),
    });
  }
  return passes;
}

/** The first way for which a shader fits into a workgroup's memory: with fewer partial sums, then with less nearby. */
function fitted<W, S extends { readonly bytes: number }>(
  most: number,
  partial: number,
  least: number,
  ways: readonly W[],
  make: (way: W, partial: number) => S,
): S {
  let shader: S | undefined;
  for (const way of ways) {
    for (
      let size = partial;
      size >= least;
      size = size === least ? 0 : Math.max(least, size - 128)
    ) {
      shader = make(way, size);
      if (shader.bytes <= most) return shader;
    }
  }
  throw new RangeError(
    `a workgroup of this graphics processor has ${most} bytes of memory; the network needs ${shader!.bytes}`,
  );
}
