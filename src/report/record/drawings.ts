import type { Engine } from '../../engine/engine.js';
import { shapesOf } from '../../model/shapes.js';
import type { Floats } from '../../model/tensors.js';
import type { EpisodeBatch } from '../../tasks/classification/episodes.js';
import type { EpisodeRecord } from '../data.js';
import { MemoryRecorder } from './memory.js';

/**
 * Runs one episode of a batch step by step and keeps what can be looked at.
 * @param index which episode of the batch
 */
export function recordEpisode(
  engine: Engine,
  batch: Pick<EpisodeBatch, 'batch' | 'length' | 'inputs' | 'labels' | 'targets'>,
  index = 0,
): EpisodeRecord {
  const { P, X, C, G, A } = shapesOf(engine.config);
  const T = batch.length;
  const inputs = batch.inputs.subarray(index * T * X, (index + 1) * T * X);
  const pictures = new Float32Array(T * P);
  const probabilities = new Float32Array(T * A);
  const recorder = new MemoryRecorder(engine, T);

  let state = engine.zeroState(1);
  for (let t = 0; t < T; t++) {
    const input = inputs.slice(t * X, (t + 1) * X);
    const result = engine.step(input, state);
    state = result.state;
    pictures.set(input.subarray(0, P), t * P);
    for (let at = 0; at < A; at += C) {
      probabilities.set(softmax(result.logits.subarray(at, at + C)), t * A + at);
    }
    recorder.keep(t, state);
  }
  return {
    kind: 'drawings',
    length: T,
    height: engine.config.inputHeight,
    width: engine.config.inputWidth,
    classes: C,
    ...(G > 0 && { spelling: { characters: G, alphabet: C } }),
    pictures,
    labels: Array.from(batch.labels.subarray(index * T, (index + 1) * T)),
    probabilities,
    ...recorder.record,
  };
}

function softmax(logits: Floats): number[] {
  const top = Math.max(...logits);
  const exps = Array.from(logits, (logit) => Math.exp(logit - top));
  const sum = exps.reduce((a, b) => a + b, 0);
  return exps.map((value) => value / sum);
}
