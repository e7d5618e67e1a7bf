/** A training step as a list of passes: which shader works on which buffers, in which order, in how many workgroups. */
import { UserError } from '../../../common/errors.js';
import type { ModelConfig } from '../../../model/config.js';
import { backwardNumbers, backwardShader, turnedMatrices } from '../shaders/backward.js';
import { forwardShader } from '../shaders/forward.js';
import { drawShader, INPUT_INVOCATIONS, previousShader, unpackShader } from '../shaders/inputs.js';
import type { Layout } from '../shaders/layout.js';
import type { Cut } from '../shaders/loop.js';
import { LOSS_INVOCATIONS, lossShader } from '../shaders/loss.js';
import type { Matrix } from '../shaders/product.js';
import {
  adamShader,
  gradientShader,
  normShader,
  transposeShader,
  UPDATE_INVOCATIONS,
} from '../shaders/update.js';
import { encoderPasses } from './encoder-plan.js';
import { line, makers, type Pass, type Room, weightsOf } from './pass.js';
import type { Tuning } from './tuning.js';

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

export function planOf(config: ModelConfig, l: Layout, tuning: Tuning): Plan {
  const { tile } = tuning;
  const { blocks, input, output, shapes } = l;
  const buffers = new Map<string, Room>();
  const make = makers(buffers, l.total, tile);
  const { room, product, gradients } = make;
  const inputs = (at: number): Matrix => ({ buffer: 'inputs', at, stride: input.width });
  const outputs = (at: number): Matrix => ({ buffer: 'outputs', at, stride: output.width });
  const whole = (buffer: string, stride: number): Matrix => ({ buffer, at: 0, stride });

  room('weights', { fixed: l.total });
  room('moments', { fixed: 2 * l.total });
  room('gradients', { fixed: l.total });
  room('slices', { slice: l.total });
  room('inputs', { row: input.width });
  room('raw', { row: shapes.X });
  room('drawings', { row: 1 });
  room('resampling', { row: 6 });
  room('targets', { row: l.targets });
  room('outputs', { row: output.width });
  room('records', { row: l.record.width });
  room('gatesOf', { row: l.G });
  room('logits', { row: l.Y });
  room('back', { row: l.Y });
  room('losses', { row: 1 });
  room('answers', { row: shapes.A });
  if (shapes.Y > shapes.A) room('familiarity', { row: shapes.Y - shapes.A });
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
  const encoder = encoderPasses(l, tuning, make);
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
      ...{ a: inputs(input.label), b: weightsOf(blocks.lstm), c: whole('gatesOf', l.G) },
      ...{ m: 'rows', n: l.G, k: l.F + l.E },
      bias: blocks.lstm.at + (input.one - input.label) * l.G,
    }),
  );
  if (blocks.bindKey && blocks.bindAdd) {
    forward.push(
      product('bind keys', {
        ...{
          a: inputs(input.embedding),
          b: weightsOf(blocks.bindKey),
          c: whole('bound', 2 * l.RW),
        },
        ...{ m: 'rows', n: l.RW, k: l.E },
      }),
      product('bind adds', {
        ...{ a: inputs(input.previous), b: weightsOf(blocks.bindAdd) },
        c: { buffer: 'bound', at: l.RW, stride: 2 * l.RW },
        ...{ m: 'rows', n: l.RW, k: l.E + l.F },
      }),
    );
  }

  // ---- the loops
  const cut = (isNear: boolean, partial: number): Cut => {
    const { invocations, busy, episodes, readAhead } = tuning;
    return { invocations, busy, episodes, readAhead, isNear, partial };
  };
  const atLeast = Math.max(l.H, l.around / 4, l.Q / 4) * tuning.episodes;
  const most = Math.max(atLeast, Math.min(tuning.partial, tuning.invocations * tuning.episodes));
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
  if (memory && !andBack.areWeightsNear) {
    room('by slot', { episode: backwardNumbers(l).length * l.R * l.N });
  }

  // ---- answers
  if (blocks.hidden && blocks.hiddenOut) {
    room('hidden', { row: l.D });
    room('hiddenBack', { row: l.D });
    forward.push(
      product('hidden layer', {
        ...{ a: outputs(0), b: weightsOf(blocks.hidden), c: whole('hidden', l.D) },
        ...{ m: 'rows', n: l.D, k: output.width, relu: true },
      }),
    );
  }
  forward.push(
    product('logits', {
      ...{ a: outputs(0), b: weightsOf(blocks.out), c: whole('logits', l.Y) },
      ...{ m: 'rows', n: l.Y, k: output.width },
    }),
  );
  if (blocks.hiddenOut) {
    forward.push(
      product('logits of the hidden layer', {
        ...{ a: whole('hidden', l.D), b: weightsOf(blocks.hiddenOut), c: whole('logits', l.Y) },
        ...{ m: 'rows', n: l.Y, k: l.D, add: true },
      }),
    );
  }
  forward.push({
    label: 'loss',
    code: lossShader(l, config),
    buffers: [
      ...['logits', 'targets', 'back', 'losses', 'answers'],
      ...(shapes.Y > shapes.A ? ['familiarity'] : []),
    ],
    grid: ({ rows }) => [Math.ceil(rows / LOSS_INVOCATIONS)],
  });

  // ---- and back
  const backward: Pass[] = [
    product('outputs back', {
      ...{ a: whole('back', l.Y), b: weightsOf(blocks.out), c: whole('outputsBack', l.RW + l.H) },
      ...{ m: 'rows', n: l.RW + l.H, k: l.Y, isTransposed: true },
    }),
  ];
  if (blocks.hidden && blocks.hiddenOut) {
    backward.push(
      product('hidden layer back', {
        ...{ a: whole('back', l.Y), b: weightsOf(blocks.hiddenOut), c: whole('hiddenBack', l.D) },
        ...{ m: 'rows', n: l.D, k: l.Y, isTransposed: true, where: whole('hidden', l.D) },
      }),
      product('outputs back from the hidden layer', {
        ...{ a: whole('hiddenBack', l.D), b: weightsOf(blocks.hidden) },
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
      ...(memory && !andBack.areWeightsNear ? ['by slot'] : []),
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
        b: {
          buffer: 'weights',
          at: blocks.lstm.at + (input.embedding - input.label) * l.G,
          stride: l.G,
        },
      }),
    );
    if (blocks.bindKey && blocks.bindAdd) {
      const same = { c, m: 'rows', n: l.E, k: l.RW, isTransposed: true, add: true } as const;
      backward.push(
        product('embeddings back from keys', {
          ...{ ...same, a: whole('headsBack', l.Q), b: weightsOf(blocks.bindKey) },
        }),
        product('embeddings back from the next adds', {
          a: { buffer: 'headsBack', at: l.RW, stride: l.Q },
          ...{ ...same, b: weightsOf(blocks.bindAdd), next: true },
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
      buffers: [
        'atlas',
        'drawings',
        'resampling',
        'targets',
        'inputs',
        ...(blocks.embedding ? ['pictures'] : []),
      ],
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

/** With fewer episodes a workgroup where they need more memory than it has. @throws UserError where one needs more */
export function fittingPlan(config: ModelConfig, layout: Layout, tuning: Tuning): Plan {
  try {
    return planOf(config, layout, tuning);
  } catch (error) {
    if (!(error instanceof UserError) || tuning.episodes === 1) throw error;
    return fittingPlan(config, layout, { ...tuning, episodes: tuning.episodes / 2 });
  }
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
  throw new UserError(
    `the network is too large for the webgpu engine: a workgroup of this graphics processor has ${most} bytes of memory, and ${shader!.bytes} are needed`,
  );
}
