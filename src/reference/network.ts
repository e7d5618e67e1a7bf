/**
 * The whole network on one episode, forward and backward through time, one sample at a time in
 * float64. Slow and frozen: this is what every other engine is held against.
 */
import type { ModelConfig } from '../model/config.js';
import { shapesOf } from '../model/shapes.js';
import { concat, linear, linearBackward } from './linear.js';
import { type LstmStep, lstmBackward, lstmForward } from './lstm.js';
import {
  initialMemory,
  type MemoryState,
  type MemoryStep,
  memoryBackward,
  memoryForward,
} from './memory.js';

/** Float64 weights or gradients by tensor name. */
export type Weights = ReadonlyMap<string, Float64Array>;

/** What one sample's network carries from a step to the next. */
export interface NetworkState {
  /** [L][H] each. */
  readonly cell: readonly Float64Array[];
  readonly hidden: readonly Float64Array[];
  /** [R, W]. */
  readonly readVectors: Float64Array;
  readonly memory: MemoryState;
}

/** One step of one sample, with all that its backward needs. */
export interface NetworkStep {
  readonly layers: readonly LstmStep[];
  readonly memory: MemoryStep | undefined;
  /** [O] = [h_t, r_t]. */
  readonly output: Float64Array;
  /** [C]. */
  readonly logits: Float64Array;
  readonly state: NetworkState;
}

const layerName = (layer: number): string => (layer === 0 ? 'lstm' : `lstm${layer + 1}`);

export function initialState(config: ModelConfig): NetworkState {
  const shapes = shapesOf(config);
  const zeros = () => Array.from({ length: shapes.L }, () => new Float64Array(shapes.H));
  return {
    cell: zeros(),
    hidden: zeros(),
    readVectors: new Float64Array(shapes.R * shapes.W),
    memory: initialMemory(config),
  };
}

/** One step: x_t [X] and the state before give output, logits and the state after. */
export function stepForward(
  config: ModelConfig,
  weights: Weights,
  x: Float64Array,
  before: NetworkState,
): NetworkStep {
  const shapes = shapesOf(config);
  const rin =
    config.controllerInput === 'read-vectors' ? before.readVectors : before.memory.readWeights;
  const layers: LstmStep[] = [];
  for (let layer = 0; layer < shapes.L; layer++) {
    const below = layer === 0 ? concat(x, rin) : layers[layer - 1]!.h;
    const input = concat(below, before.hidden[layer]!);
    const name = layerName(layer);
    const kernel = weights.get(`${name}.kernel`)!;
    layers.push(lstmForward(input, before.cell[layer]!, kernel, weights.get(`${name}.bias`)!));
  }
  const h = layers.at(-1)!.h;
  let memory: MemoryStep | undefined;
  if (shapes.R > 0) {
    const q = linear(h, weights.get('heads.kernel')!, weights.get('heads.bias')!);
    memory = memoryForward(shapes, config.gamma, q, before.memory);
  }
  const output = memory ? concat(h, memory.readVectors) : h;
  const logits = linear(output, weights.get('out.kernel')!, weights.get('out.bias')!);
  const state = {
    cell: layers.map((step) => step.c),
    hidden: layers.map((step) => step.h),
    readVectors: memory?.readVectors ?? before.readVectors,
    memory: memory ?? before.memory,
  };
  return { layers, memory, output, logits, state };
}

/** Cross entropy of logits [C] with the true class, and its gradient softmax(logits) - onehot(label). */
export function crossEntropy(logits: Float64Array, label: number) {
  const largest = Math.max(...logits);
  const gradient = logits.map((x) => Math.exp(x - largest));
  const sum = gradient.reduce((a, b) => a + b, 0);
  for (let c = 0; c < gradient.length; c++) gradient[c]! /= sum;
  const loss = Math.log(sum) + largest - logits[label]!;
  gradient[label]! -= 1;
  return { loss, gradient };
}

/** An episode forward: inputs [T, X] from the start state. */
export function episodeForward(
  config: ModelConfig,
  weights: Weights,
  inputs: Float64Array,
): NetworkStep[] {
  const shapes = shapesOf(config);
  const steps: NetworkStep[] = [];
  let state = initialState(config);
  for (let at = 0; at < inputs.length; at += shapes.X) {
    const step = stepForward(config, weights, inputs.subarray(at, at + shapes.X), state);
    steps.push(step);
    state = step.state;
  }
  return steps;
}

/** Backward through time: adds to `gradients` those of this episode, given dlogits of every step. */
export function episodeBackward(
  config: ModelConfig,
  weights: Weights,
  steps: readonly NetworkStep[],
  dLogits: readonly Float64Array[],
  gradients: Weights,
): void {
  const shapes = shapesOf(config);
  const { H, L, N, W, R } = shapes;
  const dHidden = Array.from({ length: L }, () => new Float64Array(H)); // from the step after
  const dCell = Array.from({ length: L }, () => new Float64Array(H));
  let dReadVectors = new Float64Array(R * W); // through rin of the step after
  let dReadWeights = new Float64Array(R * N); // through rin and equation 22 of the step after
  let dMemory = new Float64Array(N * W);

  for (let t = steps.length - 1; t >= 0; t--) {
    const { layers, memory, output } = steps[t]!;
    const affineBack = (name: string, x: Float64Array, dy: Float64Array) =>
      linearBackward(
        x,
        weights.get(`${name}.kernel`)!,
        dy,
        gradients.get(`${name}.kernel`)!,
        gradients.get(`${name}.bias`)!,
      );
    const dOutput = affineBack('out', output, dLogits[t]!);
    const dTop = dHidden[L - 1]!;
    for (let n = 0; n < H; n++) dTop[n]! += dOutput[n]!;

    if (memory) {
      for (let n = 0; n < R * W; n++) dReadVectors[n]! += dOutput[H + n]!;
      const back = memoryBackward(shapes, memory, dReadVectors, dMemory, dReadWeights);
      const dh = affineBack('heads', layers[0]!.h, back.dq);
      for (let n = 0; n < H; n++) dTop[n]! += dh[n]!;
      dMemory = new Float64Array(back.dMemory);
      dReadWeights = new Float64Array(back.dReadWeights);
    }

    for (let layer = L - 1; layer >= 0; layer--) {
      const name = layerName(layer);
      const { dInput, dcBefore } = lstmBackward(
        layers[layer]!,
        dHidden[layer]!,
        dCell[layer]!,
        weights.get(`${name}.kernel`)!,
        gradients.get(`${name}.kernel`)!,
        gradients.get(`${name}.bias`)!,
      );
      dCell[layer] = new Float64Array(dcBefore);
      dHidden[layer] = dInput.slice(-H);
      if (layer > 0) {
        const below = dHidden[layer - 1]!;
        for (let n = 0; n < H; n++) below[n]! += dInput[n]!;
      } else if (R > 0) {
        const dRin = dInput.slice(shapes.X, shapes.X + shapes.rin);
        if (config.controllerInput === 'read-vectors') dReadVectors = dRin;
        else {
          dReadVectors = new Float64Array(R * W);
          for (let n = 0; n < R * N; n++) dReadWeights[n]! += dRin[n]!;
        }
      }
    }
  }
}
