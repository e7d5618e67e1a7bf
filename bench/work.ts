/** The work that everything is measured on: random drawings through the preset `flat`. */
import { Random } from '../dist/common/random.js';
import { createEngine } from '../dist/engine/create.js';
import type { Batch, Engine, EngineKind } from '../dist/engine/engine.js';
import { type ModelConfig, modelConfig } from '../dist/model/config.js';
import { modelPresets } from '../dist/model/presets.js';
import { shapesOf } from '../dist/model/shapes.js';
import { initialTensors } from '../dist/model/tensors.js';

/** The share of foreground pixels, about that of glyphs (0.19) and Omniglot (0.17). */
export const INK = 0.2;

/** Random episodes: one pixel in five is foreground; labels are uniformly random and given one step later in the input. */
export function randomBatch(config: ModelConfig, batch: number, length: number, seed = 1): Batch {
  const { X, P, C } = shapesOf(config);
  const random = new Random(seed);
  const inputs = new Float32Array(batch * length * X);
  const labels = C > 256 ? new Uint16Array(batch * length) : new Uint8Array(batch * length);
  for (let step = 0; step < batch * length; step++) {
    for (let p = 0; p < P; p++) {
      if (random.uniform() < INK) inputs[step * X + p] = random.uniform();
    }
    labels[step] = random.below(C);
    if (step % length > 0) inputs[step * X + P + labels[step - 1]!] = 1;
  }
  return { batch, length, inputs, targets: labels };
}

export function engineFor(config: ModelConfig, kind: EngineKind, threads: number): Promise<Engine> {
  const parameters = initialTensors(config, new Random(2, 'weights'));
  return createEngine(config, { kind, threads, parameters });
}

/** B, T and the network that all libraries are measured with: the preset `flat`, which each can write in a few lines. */
export const usual = { config: modelConfig(modelPresets.flat), batch: 16, length: 50 } as const;
