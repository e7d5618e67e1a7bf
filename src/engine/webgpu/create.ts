import type { ModelConfig } from '../../model/config.js';
import type { Engine } from '../engine.js';

/**
 * An engine on the graphics processor of this machine.
 * @param cpu for single steps; it is disposed with this engine
 * @throws UserError where there is no such processor, and where a network has a part that no shader is there for
 */
export async function createWebGpuEngine(_config: ModelConfig, _cpu: Engine): Promise<Engine> {
  throw new Error('not yet');
}
