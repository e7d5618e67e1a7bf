import type { ModelConfig } from '../../model/config.js';

/**
 * Why there are no shaders for a network, in words; undefined where there are:
 * `gpuSupports(modelConfig())` is undefined.
 */
export function gpuSupports(config: ModelConfig): string | undefined {
  const { controller, memory, numLayers, output } = config;
  const missing =
    (memory === 'ntm' && 'memory of the Neural Turing Machine') ||
    (controller === 'feedforward' && 'feed-forward controller') ||
    (numLayers > 1 && 'stacked LSTM layers') ||
    ((output === 'gaussian' || output === 'bits') && `output ${output}`) ||
    undefined;
  return missing && `the webgpu engine has no ${missing} yet: use another engine`;
}
