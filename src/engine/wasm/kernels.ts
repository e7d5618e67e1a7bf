import type { ModelConfig } from '../../model/config.js';
import { shapesOf } from '../../model/shapes.js';

/** What a compiled `src/kernels/` exports. Addresses are in bytes. */
export interface Kernels {
  shapeNetwork(...numbers: number[]): void;
  shapeBatch(batch: number, length: number, lanes: number, threads: number): number;
  zeroBatch(): void;
  resetBarrier(): void;
  run(
    what: number,
    rank: number,
    size: number,
    rate: number,
    correct1: number,
    correct2: number,
    epsilon: number,
    clip: number,
  ): void;
  readonly total: WebAssembly.Global;
  readonly weights: WebAssembly.Global;
  readonly gradients: WebAssembly.Global;
  readonly first: WebAssembly.Global;
  readonly second: WebAssembly.Global;
  readonly inputsIn: WebAssembly.Global;
  readonly targetsIn: WebAssembly.Global;
  readonly maskIn: WebAssembly.Global;
  readonly logitsOut: WebAssembly.Global;
  readonly familiarityOut: WebAssembly.Global;
  readonly outputOut: WebAssembly.Global;
  readonly losses: WebAssembly.Global;
  readonly stateCell: WebAssembly.Global;
  readonly stateHidden: WebAssembly.Global;
  readonly stateMemory: WebAssembly.Global;
  readonly stateReadVectors: WebAssembly.Global;
  readonly stateReadWeights: WebAssembly.Global;
  readonly stateWriteWeights: WebAssembly.Global;
  readonly stateUsage: WebAssembly.Global;
  readonly stateEmbedding: WebAssembly.Global;
}

/** Where something lies. The instance's globals are signed, and addresses beyond 2 GB negative in them. */
export const address = (at: WebAssembly.Global): number => at.value >>> 0;

/** What `run` does, one bit each: as in `src/kernels/index.ts`. */
export const PACK = 1;
export const FROM_STATE = 2;
export const LOSS = 4;
export const BACKWARD = 8;
export const UPDATE = 16;
export const MASK = 32;

/** The most layers of an encoder, as in `src/kernels/layout/shape.ts`. */
const MOST_LAYERS = 8;

/** The arguments of `shapeNetwork`. */
export function networkNumbers(config: ModelConfig): number[] {
  const { P, E, F, C, G, D, A, H, L, N, W, K, R, rin, Q, gates, kept } = shapesOf(config);
  const memory = R > 0;
  const form = [
    memory && config.controllerInput === 'read-weights',
    config.memory === 'lrua' && config.start === 'first-head',
    config.keyStrength === 'learned',
    kept > 0,
    config.lookup === 'after-write',
    gates > 0,
    config.controller === 'feedforward',
    config.familiarity === 'learned',
    config.memory === 'ntm',
  ].reduce((bits, is, bit) => bits | (+is << bit), 0);
  const output = ['classes', 'strings', 'gaussian', 'bits'].indexOf(config.output);
  const encoder = ['none', 'mlp', 'conv'].indexOf(config.encoder);
  const widths = Array.from({ length: MOST_LAYERS }, (_, i) => config.encoderWidths[i] ?? 0);
  return [
    ...[
      P,
      E,
      F,
      C,
      G,
      D,
      A,
      H,
      L,
      N,
      W,
      K,
      R,
      rin,
      memory ? Q : 0,
      config.outputHidden,
      output,
      form,
    ],
    config.gamma,
    ...[config.inputHeight, config.inputWidth, encoder, config.encoderWidths.length, ...widths],
  ];
}

/** One thread's part of one run. */
export interface Job {
  readonly batch: readonly [batch: number, length: number, lanes: number, threads: number];
  readonly what: number;
  readonly rate: number;
  readonly correct1: number;
  readonly correct2: number;
  /** Adam's, added to the bias-corrected root. */
  readonly epsilon: number;
  /** The largest norm of the gradient; 0: any. */
  readonly clip: number;
}

/** What a thread needs to begin. */
export interface ThreadStart {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly rank: number;
  readonly network: readonly number[];
}

/** A thread's kernels, laid out for its network: does jobs one after another. */
export function startThread({ module, memory, rank, network }: ThreadStart): (job: Job) => void {
  const kernels = instantiate(module, memory);
  kernels.shapeNetwork(...network);
  let shape = '';
  return ({ batch, what, rate, correct1, correct2, epsilon, clip }) => {
    if (shape !== batch.join()) kernels.shapeBatch(...batch);
    shape = batch.join();
    kernels.run(what, rank, batch[3], rate, correct1, correct2, epsilon, clip);
  };
}

export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernels {
  const abort = (_message: number, _file: number, line: number, column: number) => {
    throw new Error(`a kernel stopped at ${line}:${column}`);
  };
  // Threads that wait long for each other sleep in turns of 50 µs. (Not by memory.atomic.wait32: with it
  // V8 11.3 now and then let a thread through a barrier alone, in the first run of its code.)
  const pillow = canShare() ? new Int32Array(new SharedArrayBuffer(4)) : undefined;
  const rest = () => {
    if (pillow) Atomics.wait(pillow, 0, 0, 0.05);
  };
  const instance = new WebAssembly.Instance(module, { env: { memory, abort, rest } });
  return instance.exports as unknown as Kernels;
}

/** Memory can be shared with threads. */
export function canShare(): boolean {
  return typeof SharedArrayBuffer !== 'undefined';
}
