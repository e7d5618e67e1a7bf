import { Random } from '../common/random.js';
import type { ModelConfig } from '../model/fields.js';
import { initialTensors, type Tensors } from '../model/tensors.js';

/** The initial weights of a training with this seed. */
export function initialWeights(config: ModelConfig, seed: number): Tensors {
  return initialTensors(config, new Random(seed, 'weights'));
}
