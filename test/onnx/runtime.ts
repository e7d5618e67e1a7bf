/** Runs exported models in ONNX Runtime, whole episodes or step by step, and what they are compared with. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Batch } from '../../dist/engine/engine.js';
import type { ModelConfig } from '../../dist/model/config.js';
import { shapesOf } from '../../dist/model/shapes.js';
import type { Tensors } from '../../dist/model/tensors.js';
import { onnxModel } from '../../dist/onnx/model.js';
import { isDecided, someEpisodes } from '../engine/random-networks.ts';

/** What ONNX Runtime is in Node and, as WebAssembly, in browsers. */
export interface Runtime {
  readonly InferenceSession: Pick<typeof InferenceSession, 'create'>;
  readonly Tensor: typeof Tensor;
}
export const native: Runtime = { InferenceSession, Tensor };

type Feeds = Record<string, Tensor>;

/** What an engine answers, of an exported model. */
export interface Answers {
  readonly logits: Float32Array;
  /** Empty where it is not learned. */
  readonly familiarity: Float32Array;
}

/** A network as ONNX, ready to run. */
export class Exported {
  readonly #config: ModelConfig;
  readonly #runtime: Runtime;
  readonly #session: InferenceSession;
  readonly isStep: boolean;

  private constructor(
    config: ModelConfig,
    runtime: Runtime,
    session: InferenceSession,
    isStep: boolean,
  ) {
    this.#config = config;
    this.#runtime = runtime;
    this.#session = session;
    this.isStep = isStep;
  }

  static async open(
    config: ModelConfig,
    parameters: Tensors,
    { runtime = native, step = false }: { runtime?: Runtime; step?: boolean } = {},
  ): Promise<Exported> {
    const { bytes } = onnxModel({ config, parameters }, { step });
    // 3: only errors
    const session = await runtime.InferenceSession.create(bytes, {
      logSeverityLevel: 3,
      intraOpNumThreads: 1,
    });
    return new Exported(config, runtime, session, step);
  }

  dispose(): Promise<void> {
    return this.#session.release();
  }

  /** A state without rows: all episodes begin at the start. */
  start(): Feeds {
    const { inputNames, inputMetadata } = this.#session;
    return Object.fromEntries(
      inputMetadata.flatMap((input, i) => {
        if (!input.isTensor || !inputNames[i]!.startsWith('state.')) return [];
        const shape = [0, ...(input.shape.slice(1) as number[])];
        return [[inputNames[i]!, new this.#runtime.Tensor('float32', new Float32Array(0), shape)]];
      }),
    );
  }

  /** Steps `from` to `to` of episodes, all in one go, and the state after them. */
  async steps(
    { batch: B, length: T, inputs }: Pick<Batch, 'batch' | 'length' | 'inputs'>,
    state: Feeds,
    from = 0,
    to = T,
  ): Promise<{ answers: Answers; state: Feeds }> {
    const { P, X, F } = shapesOf(this.#config);
    const steps = to - from;
    const drawings = new Float32Array(B * steps * P);
    const feedback = new Float32Array(B * steps * F);
    for (let b = 0; b < B; b++) {
      for (let t = 0; t < steps; t++) {
        const x = inputs.subarray((b * T + from + t) * X, (b * T + from + t + 1) * X);
        drawings.set(x.subarray(0, P), (b * steps + t) * P);
        feedback.set(x.subarray(P), (b * steps + t) * F);
      }
    }
    const { inputHeight: height, inputWidth: width } = this.#config;
    const front = this.isStep ? [B] : [B, steps];
    const sides = height > 1 ? [height, width] : [P];
    const [first, second] = this.#session.inputNames as [string, string];
    const { Tensor } = this.#runtime;
    const given = {
      [first]: new Tensor('float32', drawings, [...front, ...sides]),
      [second]: new Tensor('float32', feedback, [...front, F]),
    };
    const results = await this.#session.run({ ...given, ...state });
    const after = Object.keys(state).map((name) => [name, results[`next_${name}`]! as Tensor]);
    return { answers: this.#answers(results), state: Object.fromEntries(after) };
  }

  /** Whole episodes; of a model of one step, one after another. */
  async forward(episodes: Pick<Batch, 'batch' | 'length' | 'inputs'>): Promise<Answers> {
    if (!this.isStep) return (await this.steps(episodes, this.start())).answers;
    const { batch: B, length: T } = episodes;
    const all: Answers[] = [];
    let state = this.start();
    for (let t = 0; t < T; t++) {
      const result = await this.steps(episodes, state, t, t + 1);
      all.push(result.answers);
      state = result.state;
    }
    return {
      logits: inOrder(
        all.map(({ logits }) => logits),
        B,
      ),
      familiarity: inOrder(
        all.map(({ familiarity }) => familiarity),
        B,
      ),
    };
  }

  /** As engines answer: means and deviations one behind the other. */
  #answers(results: InferenceSession.OnnxValueMapType): Answers {
    const numbers = (name: string) => (results[name]?.data ?? new Float32Array(0)) as Float32Array;
    const familiarity = numbers('familiarity');
    if (this.#config.output !== 'gaussian') return { logits: numbers('logits'), familiarity };
    const { D } = shapesOf(this.#config);
    const [means, deviations] = [numbers('mean'), numbers('deviation')];
    const logits = new Float32Array(2 * means.length);
    for (let at = 0; at < means.length; at += D) {
      logits.set(means.subarray(at, at + D), 2 * at);
      logits.set(deviations.subarray(at, at + D), 2 * at + D);
    }
    return { logits, familiarity };
  }
}

/** Numbers of steps [T][B, ...] as those of episodes [B, T, ...]. */
function inOrder(steps: readonly Float32Array[], B: number): Float32Array {
  const size = steps[0]!.length / B;
  const whole = new Float32Array(steps.length * B * size);
  for (const [t, numbers] of steps.entries()) {
    for (let b = 0; b < B; b++) {
      whole.set(numbers.subarray(b * size, (b + 1) * size), (b * steps.length + t) * size);
    }
  }
  return whole;
}

/** The logits of an engine as an exported model gives them: of a normal distribution its deviations. */
export function answersOf(
  config: ModelConfig,
  { logits, familiarity }: { logits: ArrayLike<number>; familiarity: ArrayLike<number> },
) {
  const { D } = shapesOf(config);
  const isSpread = (n: number) => config.output === 'gaussian' && n % (2 * D) >= D;
  return {
    logits: Array.from(logits, (x, n) => (isSpread(n) ? Math.log1p(Math.exp(x)) + 0.001 : x)),
    familiarity: Array.from(familiarity),
  };
}

/** Episodes in which rounding does not decide what is least used: shorter ones where two slots are soon as good as alike. */
export async function decidedEpisodes(
  config: ModelConfig,
  parameters: Tensors,
  batch: number,
  lengths: readonly number[],
): Promise<Batch> {
  for (const length of lengths) {
    for (let seed = 1; seed < 10; seed++) {
      const episodes = someEpisodes(config, batch, length, seed);
      if (await isDecided(config, parameters, episodes)) return episodes;
    }
  }
  throw new Error('rounding decides in all of them');
}
