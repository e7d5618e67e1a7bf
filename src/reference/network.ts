/**
 * The whole network on one episode, forward and backward through time, one sample at a time in
 * float64. Slow and plain: this is what every other engine is held against.
 */
import type { ModelConfig } from '../model/config.js';
import { shapesOf } from '../model/shapes.js';
import { layerName } from '../model/tensors.js';
import { type Bound, bindBackward, bindForward } from './binding.js';
import {
  feedforwardBackward,
  feedforwardForward,
  type LstmStep,
  lstmBackward,
  lstmForward,
} from './controller.js';
import { type Encoding, encoderBackward, encoderForward } from './encoder.js';
import { affineOf, concat, linear, linearBackward, type Weights } from './linear.js';
import {
  initialMemory,
  type MemoryState,
  type MemoryStep,
  memoryBackward,
  memoryForward,
} from './memory.js';
import { initialNtm, type NtmStep, ntmBackward, ntmForward } from './ntm.js';
import { type OutputStep, outputBackward, outputForward } from './output.js';

/** What one sample's network carries from a step to the next. */
export interface NetworkState {
  /** [L][H] each; of a feed-forward controller without meaning. */
  readonly cell: readonly Float64Array[];
  readonly hidden: readonly Float64Array[];
  /** [R, W]. */
  readonly readVectors: Float64Array;
  readonly memory: MemoryState;
  /** [E]: e_t with direct binding, else empty. */
  readonly embedding: Float64Array;
}

/** One step of one sample, with all that its backward needs. */
export interface NetworkStep {
  readonly encoding: Encoding;
  readonly bound: Bound;
  /** [e_t, y_{t-1}, rin]. */
  readonly input: Float64Array;
  /** The LSTM's layers; none of a feed-forward controller. */
  readonly layers: readonly LstmStep[];
  /** [H]: h_t. */
  readonly h: Float64Array;
  readonly memory: MemoryStep | NtmStep | undefined;
  readonly out: OutputStep;
  readonly state: NetworkState;
}

export function initialState(config: ModelConfig): NetworkState {
  const { H, L, R, W, kept } = shapesOf(config);
  const zeros = () => Array.from({ length: L }, () => new Float64Array(H));
  return {
    cell: zeros(),
    hidden: zeros(),
    readVectors: new Float64Array(R * W),
    memory: config.memory === 'ntm' ? initialNtm(config) : initialMemory(config),
    embedding: new Float64Array(kept),
  };
}

/** One step: x_t = [drawing_t, y_{t-1}] and the state before give logits and the state after. */
export function stepForward(
  config: ModelConfig,
  weights: Weights,
  x: Float64Array,
  before: NetworkState,
): NetworkStep {
  const { P, L, kept } = shapesOf(config);
  const encoding = encoderForward(config, weights, x.subarray(0, P));
  const { embedding } = encoding;
  const label = x.subarray(P);
  const rin =
    config.controllerInput === 'read-vectors' ? before.readVectors : before.memory.readWeights;
  const input = concat(embedding, label, rin);

  const layers: LstmStep[] = [];
  let h = input;
  if (config.controller === 'feedforward') {
    const [kernel, bias] = affineOf(weights, 'feedforward');
    h = feedforwardForward(input, kernel, bias);
  } else {
    for (let layer = 0; layer < L; layer++) {
      const [kernel, bias] = affineOf(weights, layerName(layer));
      layers.push(lstmForward(concat(h, before.hidden[layer]!), before.cell[layer]!, kernel, bias));
      h = layers[layer]!.h;
    }
  }

  const bound = { embedding, before: before.embedding, label };
  let memory: MemoryStep | NtmStep | undefined;
  if (config.memory !== 'none') {
    const q = linear(h, ...affineOf(weights, 'heads'));
    if (kept > 0) bindForward(weights, bound, q);
    memory = (config.memory === 'ntm' ? ntmForward : memoryForward)(config, q, before.memory);
  }
  const out = outputForward(weights, memory ? concat(h, memory.readVectors) : h);
  const state = {
    cell: layers.length > 0 ? layers.map((step) => step.c) : before.cell,
    hidden: layers.length > 0 ? layers.map((step) => step.h) : [h],
    readVectors: memory?.readVectors ?? before.readVectors,
    memory: memory ?? before.memory,
    embedding: kept > 0 ? embedding : before.embedding,
  };
  return { encoding, bound, input, layers, h, memory, out, state };
}

/** An episode forward: inputs [T, X]. @param start default: the start state */
export function episodeForward(
  config: ModelConfig,
  weights: Weights,
  inputs: Float64Array,
  start = initialState(config),
): NetworkStep[] {
  const { X } = shapesOf(config);
  const steps: NetworkStep[] = [];
  let state = start;
  for (let at = 0; at < inputs.length; at += X) {
    const step = stepForward(config, weights, inputs.subarray(at, at + X), state);
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
  const { E, F, H, L, N, W, R, rin, kept } = shapesOf(config);
  const dHidden = Array.from({ length: L }, () => new Float64Array(H)); // from the step after
  const dCell = Array.from({ length: L }, () => new Float64Array(H));
  let dReadVectors = new Float64Array(R * W); // through rin of the step after
  let dReadWeights = new Float64Array(R * N); // through rin and the weights of the step after
  let dWriteWeights = new Float64Array(R * N); // through those of an NTM
  let dMemory = new Float64Array(N * W);
  let dEmbedding = new Float64Array(E); // through what the step after has bound

  for (let t = steps.length - 1; t >= 0; t--) {
    const { encoding, bound, input, layers, h, memory, out } = steps[t]!;
    const dOutput = outputBackward(weights, out, dLogits[t]!, gradients);
    const dBefore = new Float64Array(E); // de_{t-1}

    const dTop = layers.length > 0 ? dHidden[L - 1]! : new Float64Array(H);
    for (let n = 0; n < H; n++) dTop[n]! += dOutput[n]!;
    if (memory) {
      for (let n = 0; n < R * W; n++) dReadVectors[n]! += dOutput[H + n]!;
      const back =
        memory.kind === 'ntm'
          ? ntmBackward(config, memory, dReadVectors, dMemory, dReadWeights, dWriteWeights)
          : {
              ...memoryBackward(config, memory, dReadVectors, dMemory, dReadWeights),
              dWriteWeights,
            };
      if (kept > 0) bindBackward(weights, bound, back.dq, gradients, dEmbedding, dBefore);
      const [kernel] = affineOf(weights, 'heads');
      const dh = linearBackward(h, kernel, back.dq, ...affineOf(gradients, 'heads'));
      for (let n = 0; n < H; n++) dTop[n]! += dh[n]!;
      dMemory = new Float64Array(back.dMemory);
      dReadWeights = new Float64Array(back.dReadWeights);
      dWriteWeights = new Float64Array(back.dWriteWeights);
    }

    let dInput = new Float64Array(0); // d[e_t, y_{t-1}, rin]
    if (layers.length === 0) {
      const [kernel] = affineOf(weights, 'feedforward');
      const back = affineOf(gradients, 'feedforward');
      dInput = new Float64Array(feedforwardBackward(input, h, dTop, kernel, ...back));
    }
    for (let layer = layers.length - 1; layer >= 0; layer--) {
      const name = layerName(layer);
      const back = lstmBackward(
        layers[layer]!,
        dHidden[layer]!,
        dCell[layer]!,
        affineOf(weights, name)[0],
        ...affineOf(gradients, name),
      );
      dCell[layer] = new Float64Array(back.dcBefore);
      dHidden[layer] = back.dInput.slice(-H);
      if (layer === 0) dInput = new Float64Array(back.dInput);
      else {
        const below = dHidden[layer - 1]!;
        for (let n = 0; n < H; n++) below[n]! += back.dInput[n]!;
      }
    }

    for (let n = 0; n < E; n++) dEmbedding[n]! += dInput[n]!;
    encoderBackward(config, weights, encoding, dEmbedding, gradients);
    dEmbedding = dBefore;

    const dRin = dInput.slice(E + F, E + F + rin);
    dReadVectors = new Float64Array(R * W);
    if (config.controllerInput === 'read-vectors') dReadVectors.set(dRin);
    else for (let n = 0; n < R * N; n++) dReadWeights[n]! += dRin[n]!;
  }
}
