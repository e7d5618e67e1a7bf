import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Random } from '../../dist/common/random.js';
import { type ModelOptions, modelConfig } from '../../dist/model/config.js';
import { initialTensors } from '../../dist/model/tensors.js';
import type { Checkpoint } from '../../dist/training/state.js';

/** The weights that come with the package; those who build it from nothing may not have them yet. */
export const shipped = fileURLToPath(
  new URL('../../models/mann-omniglot-strings.safetensors', import.meta.url),
);
export const hasShipped = existsSync(shipped);

/** A small network that was never trained. */
export function untrained(options: ModelOptions = {}, seed = 1): Checkpoint {
  const config = modelConfig({
    ...{ numClasses: 3, lstmSize: 16, memorySize: 12, memoryDim: 6, nbReads: 2 },
    ...options,
  });
  return { config, step: 0, parameters: initialTensors(config, new Random(seed, 'weights')) };
}
