import { availableParallelism, cpus } from 'node:os';
import { UserError } from '../../common/errors.js';
import { createEngine, fastestKind } from '../../engine/create.js';
import type { Engine, EngineKind } from '../../engine/engine.js';
import type { ModelConfig } from '../../model/config.js';
import type { Tensors } from '../../model/tensors.js';
import type { MachineFlags } from '../options/machine-options.js';

/**
 * The engine that was asked for.
 * @param preferred what to take when nothing, or `auto`, was asked for
 */
export async function openEngine(
  config: ModelConfig,
  flags: MachineFlags,
  parameters: Tensors,
  preferred?: EngineKind,
): Promise<Engine> {
  const fastest = fastestKind();
  const asked = flags.engine === 'auto' ? undefined : flags.engine;
  if (asked === 'relaxed' && fastest !== 'relaxed') {
    throw new UserError('--engine relaxed: this machine has no relaxed SIMD, use simd or auto');
  }
  const wanted = asked ?? preferred ?? fastest;
  const kind = wanted === 'relaxed' ? fastest : wanted;
  return createEngine(config, {
    kind,
    parameters,
    threads: flags.threads ?? availableParallelism(),
  });
}

/** Where this runs, in words. */
export function machineName(engine: Engine): string {
  const threads = engine.threads === 1 ? '1 thread' : `${engine.threads} threads`;
  const processor = cpus()[0]?.model.trim() || process.arch;
  return `${engine.kind} engine, ${threads}, Node ${process.versions.node}, ${processor}`;
}
