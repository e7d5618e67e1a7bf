import { createEngine, type EngineOptions, fastestKind } from '../dist/engine/create.js';
import type { Engine, EngineKind } from '../dist/engine/engine.js';
import { type ModelConfig, savedConfig } from '../dist/model/config.js';
import type { Floats, Tensors } from '../dist/model/tensors.js';

/** A golden file: one tiny network, computed in float64 by an independent program. */
export interface Golden {
  readonly name: string;
  readonly config: {
    /** Of the first five files; the others have the fields from `encoder` on. */
    readonly model?: 'mann' | 'lstm';
    readonly controllerInput: 'read-vectors' | 'read-weights';
    readonly keyStrength: 'none' | 'learned';
    readonly pixels: number;
    readonly hidden: number;
    readonly slots: number;
    readonly width: number;
    readonly heads: number;
    readonly classes: number;
    readonly batch: number;
    readonly length: number;
    readonly gamma: number;
    readonly encoder?: 'none' | 'mlp' | 'conv';
    readonly encoderWidths?: number[];
    readonly embeddingSize?: number;
    readonly inputHeight?: number | null;
    readonly inputWidth?: number | null;
    readonly controller?: 'lstm' | 'feedforward';
    readonly memory?: 'none' | 'lrua';
    readonly output?: 'classes' | 'strings' | 'gaussian' | 'bits';
    readonly groups?: number;
    readonly targets?: number;
    readonly binding?: 'controller' | 'direct';
    readonly lookup?: 'before-write' | 'after-write';
    readonly keySize?: number;
    readonly start?: 'every-head' | 'first-head';
    readonly writing?: 'gated' | 'least-used';
    readonly outputHidden?: number;
  };
  readonly adam?: 'standard' | 'tensorflow1';
  readonly params: Record<string, { shape: number[]; data: number[] }>;
  readonly input: { shape: number[]; data: number[] };
  readonly labels?: number[][];
  /** [B][T], [B][T][G] or [B][T][D]. */
  readonly targets?: Nested;
  /** [B][T] */
  readonly mask?: number[][];
  readonly logits: number[][][];
  readonly loss: number;
  readonly gradients: Record<string, number[]>;
  readonly finalMemory?: number[][][];
  readonly trace?: {
    readonly readWeights: number[][][];
    readonly writeWeights: number[][][];
    readonly usage?: number[][];
  }[];
  readonly adamLosses: number[];
  readonly paramsAfterAdam: Record<string, number[]>;
}

export interface EngineChoice extends EngineOptions {
  readonly name: string;
  readonly kind: EngineKind;
}

/** What createEngine takes of a choice. */
export const optionsOf = ({ name, ...options }: EngineChoice): EngineOptions => options;

/** Every engine that any machine has; the same tests run over all of them. */
export const engines: readonly EngineChoice[] = [
  { name: 'reference', kind: 'reference' },
  ...(['simd', 'relaxed'] as const)
    .filter((kind) => kind === 'simd' || fastestKind() === 'relaxed')
    .flatMap((kind) => [
      { name: kind, kind, threads: 0 },
      { name: `${kind}, 1 thread`, kind, threads: 1 },
      { name: `${kind}, 2 threads`, kind, threads: 2 },
    ]),
];

/** The agreement asked of an engine, relative to each tensor's largest magnitude. */
export const limitOf = ({ kind }: EngineChoice): number => (kind === 'reference' ? 1e-9 : 2e-4);

export function goldenConfig({ config: c }: Golden): ModelConfig {
  const { pixels, hidden, slots, width, heads, classes, batch: _, length: __, ...rest } = c;
  const { model, encoder, ...form } = Object.fromEntries(
    Object.entries(rest).filter(([field]) => !['groups', 'targets'].includes(field)),
  ) as Partial<typeof rest>;
  return savedConfig({
    ...(model ? { model } : { encoder, ...form }),
    numClasses: classes || 1, // 0 where it means nothing
    ...(c.output === 'strings' && { labelLength: c.groups! }),
    ...(c.targets ? { targetSize: c.targets } : {}),
    ...{ lstmSize: hidden, memorySize: slots, memoryDim: width },
    ...{ nbReads: heads, gamma: c.gamma },
    ...{ controllerInput: c.controllerInput, keyStrength: c.keyStrength },
    inputHeight: c.inputHeight ?? 1,
    inputWidth: c.inputWidth ?? pixels,
  });
}

/** The largest difference, relative to the largest magnitude of `right`. */
export function errorOf(got: ArrayLike<number>, right: ArrayLike<number>): number {
  if (got.length !== right.length) return Number.POSITIVE_INFINITY;
  let most = 0;
  let difference = 0;
  for (let i = 0; i < right.length; i++) {
    most = Math.max(most, Math.abs(right[i]!));
    const d = Math.abs(got[i]! - right[i]!);
    if (!(d <= difference)) difference = d; // NaN counts as worst
  }
  return most > 0 ? difference / most : difference;
}

/**
 * The worst error of gradients, relative to each tensor's largest. What is nothing but the rounding of zero, the
 * gradient to a key without a choice for example, counts as zero.
 */
export function errorOfGradients(got: Tensors, right: Tensors): { worst: number; where: string } {
  const largest = ({ data }: { data: Floats }) => Math.max(...Array.from(data, Math.abs));
  const floor = 1e-3 * Math.max(...[...right.values()].map(largest));
  const errors = [...right].map(([where, { data }]) => ({
    where,
    worst: errorOf([...got.get(where)!.data, floor], [...data, floor]),
  }));
  return errors.reduce((a, b) => (a.worst >= b.worst ? a : b));
}

type Nested = number | readonly Nested[];
const flat = (nested: Nested): number[] =>
  typeof nested === 'number' ? [nested] : nested.flatMap(flat);

/** Logits, loss, gradients, ten Adam updates, and the online steps' memory and weights, against a golden file. */
export async function checkGolden(
  golden: Golden,
  choice: EngineChoice,
): Promise<{ worst: number; where: string }> {
  const config = goldenConfig(golden);
  const parameters: Tensors = new Map(
    Object.entries(golden.params).map(([name, { shape, data }]) => [
      name,
      { shape, data: Float64Array.from(data) },
    ]),
  );
  const engine = await createEngine(config, { ...optionsOf(choice), parameters });
  try {
    let worst = 0;
    let where = 'nothing';
    const compare = (what: string, got: ArrayLike<number>, right: Nested) => {
      const error = errorOf(got, flat(right));
      if (error > worst || Number.isNaN(error)) [worst, where] = [error, what];
    };
    compareSteps(golden, engine, compare);
    const { batch, length } = golden.config;
    const inputs = Float64Array.from(golden.input.data);
    const episodes = {
      ...{ batch, length, inputs },
      targets: Float64Array.from(flat(golden.targets ?? golden.labels!)),
      ...(golden.mask && { mask: Uint8Array.from(flat(golden.mask)) }),
    };
    const { logits, loss, gradients } = await engine.gradients(episodes);
    compare('logits', logits, golden.logits);
    compare('loss', [loss], golden.loss);
    for (const [name, right] of Object.entries(golden.gradients)) {
      compare(`gradient of ${name}`, gradients.get(name)!.data, right);
    }
    const losses: number[] = [];
    for (let i = 0; i < golden.adamLosses.length; i++) {
      losses.push(
        (await engine.trainStep(episodes, { learningRate: 1e-3, adam: golden.adam ?? 'standard' }))
          .loss,
      );
    }
    compare('losses under Adam', losses, golden.adamLosses);
    await engine.settle();
    const after = engine.parameters();
    for (const [name, right] of Object.entries(golden.paramsAfterAdam)) {
      compare(`${name} after Adam`, after.get(name)!.data, right);
    }
    return { worst, where };
  } finally {
    await engine.dispose();
  }
}

function compareSteps(
  golden: Golden,
  engine: Engine,
  compare: (what: string, got: Floats, right: Nested) => void,
): void {
  const { batch, length } = golden.config;
  const X = golden.input.shape[2]!;
  let state = engine.zeroState(batch);
  for (let t = 0; t < length; t++) {
    const x = new Float64Array(batch * X);
    for (let b = 0; b < batch; b++) {
      const at = (b * length + t) * X;
      x.set(golden.input.data.slice(at, at + X), b * X);
    }
    const result = engine.step(x, state);
    state = result.state;
    compare(
      `logits of step ${t}`,
      result.logits,
      golden.logits.map((episode) => episode[t]!),
    );
    const trace = golden.trace?.[t];
    if (!trace) continue;
    compare(`read weights of step ${t}`, state.readWeights, trace.readWeights);
    compare(`write weights of step ${t}`, state.writeWeights, trace.writeWeights);
    if (trace.usage) compare(`usage of step ${t}`, state.usage, trace.usage);
  }
  if (golden.finalMemory) compare('final memory', state.memory, golden.finalMemory);
}
