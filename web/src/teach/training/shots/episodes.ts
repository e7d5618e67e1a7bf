/**
 * N-way K-shot classification: K labelled drawings of each of N new classes, then a drawing without a label. The drawings
 * come in rounds, each class once a round in random order, their labels one step late as in training. After some rounds
 * the network is asked, and what it is asked leaves no trace in its state.
 */
import {
  type Batch,
  type Counts,
  type DataSet,
  EpisodeSampler,
  type Floats,
  type Forward,
  type Measure,
  type ModelConfig,
  Random,
  type TestEpisodes,
} from 'mann';
import { labelsOf, readLabels } from './labels.js';

/** K: rounds after which the network is asked. */
export const SHOTS = [1, 2, 3, 5, 10] as const;
export const ROUNDS = Math.max(...SHOTS);
/** Episodes in a batch. */
const BATCH = 20;
/** Q, at most. */
const ASKED = 5;
/** Drawings of a class: those with labels, and the one that is asked for. */
export const DRAWN = ROUNDS + 1;

/** N: the numbers of classes that a network is tested with. */
export function waysOf({ output, numClasses }: ModelConfig): number[] {
  const all = [2, 3, 5, 10, 15, 20];
  if (output === 'strings') return all;
  return [...new Set([...all.filter((ways) => ways < numClasses), numClasses])];
}

export interface ShotBatch extends Batch {
  readonly ways: number;
  /** [B, N, ROUNDS + 1, P]: the drawings of each class. */
  readonly pixels: Floats;
  /** [B, N]: numbers of labels. */
  readonly names: Uint16Array;
  /** [B, ROUNDS, N]: the order of the classes in each round. */
  readonly order: Uint16Array;
  /** [B, SHOTS, Q]: the classes that are asked for. */
  readonly asked: Uint16Array;
}

/** Q: classes that are asked for after a round, in each episode. */
export const queries = (ways: number) => Math.min(ways, ASKED);

/** Test batches of N classes; a seed always gives the same. */
export class ShotEpisodes implements TestEpisodes<ShotBatch> {
  readonly #classes: EpisodeSampler;
  readonly #random: Random;
  readonly #config: ModelConfig;
  readonly #ways: number;

  constructor(
    data: DataSet,
    classes: readonly number[],
    config: ModelConfig,
    ways: number,
    seed: number,
  ) {
    const { inputHeight, inputWidth } = config;
    this.#random = new Random(seed, `${ways} ways`);
    // an "episode" of one class is its drawings: none twice, varied as in all tests
    this.#classes = new EpisodeSampler(
      data,
      classes,
      { batchSize: ways, numClasses: 1, inputHeight, inputWidth, augment: true },
      this.#random,
    );
    this.#config = config;
    this.#ways = ways;
  }

  get measure(): Measure {
    return {
      ...{ name: 'accuracy', title: 'accuracy, %', by: 'examples', scale: 100, digits: 1 },
      columns: SHOTS.map((shots) => ({ key: String(shots), title: `${shots}-shot` })),
    };
  }

  next(): ShotBatch {
    const [N, Q, random] = [this.#ways, queries(this.#ways), this.#random];
    const P = this.#config.inputHeight * this.#config.inputWidth;
    const pixels = new Float32Array(BATCH * N * DRAWN * P);
    const [names, order, asked] = [BATCH * N, BATCH * ROUNDS * N, BATCH * SHOTS.length * Q].map(
      (size) => new Uint16Array(size),
    ) as [Uint16Array, Uint16Array, Uint16Array];
    for (let b = 0; b < BATCH; b++) {
      const { inputs } = this.#differentClasses();
      for (let i = 0; i < N * DRAWN; i++) {
        // behind the pixels is the one label that there is
        pixels.set(inputs.subarray(i * (P + 1), i * (P + 1) + P), (b * N * DRAWN + i) * P);
      }
      names.set(random.sample(labelsOf(this.#config), N), b * N);
      for (let round = 0; round < ROUNDS; round++) {
        order.set(random.sample(N, N), (b * ROUNDS + round) * N);
      }
      for (let k = 0; k < SHOTS.length; k++)
        asked.set(random.sample(N, Q), (b * SHOTS.length + k) * Q);
    }
    const length = SHOTS.length * Q;
    const targets = new Uint16Array(BATCH * length);
    return { batch: BATCH, length, inputs: pixels, targets, ways: N, pixels, names, order, asked };
  }

  #differentClasses() {
    while (true) {
      const drawn = this.#classes.next({ classes: 1, length: DRAWN });
      if (new Set(drawn.classes).size === drawn.classes.length) return drawn;
    }
  }

  grade({ batch, ways, names, asked }: ShotBatch, { logits }: Pick<Forward, 'logits'>): Counts[] {
    const said = readLabels(logits, this.#config);
    const Q = queries(ways);
    return Array.from({ length: batch }, (_, b) => {
      const sum = SHOTS.map((_, k) => {
        const from = (b * SHOTS.length + k) * Q;
        const isRight = (i: number) => said[i] === names[b * ways + asked[i]!];
        return Array.from({ length: Q }, (_, q) => from + q).filter(isRight).length;
      });
      return { sum, total: SHOTS.map(() => Q) };
    });
  }
}
