import type { Engine } from '../../engine/engine.js';
import { shapesOf } from '../../model/shapes.js';
import { sigmoid } from '../../reference/linear.js';
import type { CopyBatch } from '../../tasks/copy/copy-sampler.js';
import type { CopyRecord, SequenceRecord } from '../data.js';
import { MemoryRecorder } from './memory.js';

/** Lets a network copy the first sequence of each batch, and keeps the memory while it copies the first of all. */
export function recordCopies(engine: Engine, batches: readonly CopyBatch[]): CopyRecord {
  const recorder = new MemoryRecorder(engine, batches[0]?.length ?? 0);
  return {
    kind: 'copy',
    bits: engine.config.targetSize,
    sequences: batches.map((batch, i) => copied(engine, batch, i === 0 ? recorder : undefined)),
    ...recorder.record,
  };
}

function copied(
  engine: Engine,
  { length: T, vectors: L, inputs, targets }: CopyBatch,
  recorder: MemoryRecorder | undefined,
): SequenceRecord {
  const { X, D } = shapesOf(engine.config);
  const first = T - L; // vectors are asked for from this step on
  const answers = new Float32Array(L * D);
  let state = engine.zeroState(1);
  for (let t = 0; t < T; t++) {
    const result = engine.step(inputs.slice(t * X, (t + 1) * X), state);
    state = result.state;
    if (t >= first) answers.set(Float32Array.from(result.logits, sigmoid), (t - first) * D);
    recorder?.keep(t, state);
  }
  return { vectors: L, asked: targets.slice(first * D, T * D), answers };
}
