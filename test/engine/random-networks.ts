import { Random } from '../../dist/common/random.js';
import type { Batch } from '../../dist/engine/engine.js';
import type { ModelConfig } from '../../dist/model/config.js';
import { shapesOf } from '../../dist/model/shapes.js';
import { initialTensors, type Tensors } from '../../dist/model/tensors.js';

/** Weights of a trained network's size: larger than fresh ones, so that nothing stays near zero. */
export function someWeights(config: ModelConfig, seed: number): Tensors {
  const random = new Random(seed, 'weights');
  const tensors = initialTensors(config, random);
  for (const [name, { data }] of tensors) {
    if (name.startsWith('lstm')) continue;
    for (let i = 0; i < data.length; i++) data[i]! += random.uniform(-0.3, 0.3);
  }
  return tensors;
}

/** Episodes of sparse ink and labels that come a step late. */
export function someEpisodes(
  config: ModelConfig,
  batch: number,
  length: number,
  seed: number,
): Batch {
  const random = new Random(seed, 'episodes');
  const { X, P, C } = shapesOf(config);
  const inputs = new Float32Array(batch * length * X);
  const labels = new Uint8Array(batch * length);
  for (let step = 0; step < labels.length; step++) {
    for (let p = 0; p < P; p++) {
      if (random.uniform() < 0.3) inputs[step * X + p] = random.uniform();
    }
    labels[step] = random.below(C);
    if (step % length > 0) inputs[step * X + P + labels[step - 1]!] = 1;
  }
  return { batch, length, inputs, labels };
}
