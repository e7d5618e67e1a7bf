import type { Engine } from '../engine/engine.js';
import { shapesOf } from '../model/shapes.js';
import type { Floats } from '../model/tensors.js';
import type { EpisodeBatch } from '../tasks/classification/episodes.js';
import type { EpisodeRecord } from './data.js';

/**
 * Runs one episode of a batch step by step and keeps what can be looked at.
 * @param index which episode of the batch
 */
export function recordEpisode(
  engine: Engine,
  batch: Pick<EpisodeBatch, 'batch' | 'length' | 'inputs' | 'labels' | 'targets'>,
  index = 0,
): EpisodeRecord {
  const { P, X, C, N, W, R } = shapesOf(engine.config);
  const T = batch.length;
  const inputs = batch.inputs.subarray(index * T * X, (index + 1) * T * X);
  const pictures = new Float32Array(T * P);
  const probabilities = new Float32Array(T * C);
  const memory = new Float32Array(T * N * W);
  const readWeights = new Float32Array(T * R * N);
  const writeWeights = new Float32Array(T * R * N);
  const usage = new Float32Array(T * N);

  let state = engine.zeroState(1);
  for (let t = 0; t < T; t++) {
    const input = inputs.slice(t * X, (t + 1) * X);
    const result = engine.step(input, state);
    state = result.state;
    pictures.set(input.subarray(0, P), t * P);
    probabilities.set(softmax(result.logits), t * C);
    memory.set(state.memory, t * N * W);
    readWeights.set(state.readWeights, t * R * N);
    writeWeights.set(state.writeWeights, t * R * N);
    usage.set(state.usage, t * N);
  }
  return {
    length: T,
    height: engine.config.inputHeight,
    width: engine.config.inputWidth,
    classes: C,
    pictures,
    labels: Array.from(batch.labels.subarray(index * T, (index + 1) * T)),
    probabilities,
    ...(N > 0 && {
      memory: { slots: N, wordSize: W, heads: R, memory, readWeights, writeWeights, usage },
    }),
  };
}

function softmax(logits: Floats): number[] {
  const top = Math.max(...logits);
  const exps = Array.from(logits, (logit) => Math.exp(logit - top));
  const sum = exps.reduce((a, b) => a + b, 0);
  return exps.map((value) => value / sum);
}
