import { UserError } from '../../common/errors.js';
import type { ModelConfig } from '../../model/config.js';
import type { Engine } from '../engine.js';
import { openDevice } from './device.js';
import { WebGpuEngine } from './engine.js';
import { gpuSupports } from './supports.js';

/**
 * An engine on the graphics processor of this machine.
 * @param cpu for single steps; it is disposed with this engine
 * @throws UserError where there is no such processor, and where a network has a part that no shader is there for
 */
export async function createWebGpuEngine(config: ModelConfig, cpu: Engine): Promise<Engine> {
  const missing = gpuSupports(config);
  if (missing) throw new UserError(missing);
  const { device, name } = await openDevice();
  return new WebGpuEngine(config, cpu, device, name);
}
