import type { ModelConfig } from '../model/config.js';
import type { Tensors } from '../model/tensors.js';
import type { Engine, EngineKind } from './engine.js';
import { ReferenceEngine } from './reference.js';

export interface EngineOptions {
  /** Default: the fastest that this machine has. */
  readonly kind?: EngineKind;
  /**
   * Threads that work on one batch, beside the calling one. Default: the cores there are;
   * 0: the calling thread does the work itself, which blocks it.
   */
  readonly threads?: number;
  /** Default: zeros. */
  readonly parameters?: Tensors;
}

/** Makes an engine for a network. */
export async function createEngine(
  config: ModelConfig,
  options: EngineOptions = {},
): Promise<Engine> {
  const engine = new ReferenceEngine(config);
  if (options.parameters) engine.setParameters(options.parameters);
  return engine;
}
