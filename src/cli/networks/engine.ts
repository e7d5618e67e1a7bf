import { availableParallelism, cpus } from 'node:os';
import { messageOf, UserError } from '../../common/errors.js';
import { createEngine, fastestKind } from '../../engine/create.js';
import type { Engine, EngineKind } from '../../engine/engine.js';
import type { ModelConfig } from '../../model/config.js';
import type { Tensors } from '../../model/tensors.js';
import type { Recipe } from '../../training/recipe/recipe.js';
import type { MachineFlags } from '../options/machine-options.js';

/** Episodes in a batch from which training on a graphics processor is worth it. */
export const GPU_BATCH = 64;

/**
 * The engine that was asked for.
 * @param begunOn what made the weights; it is taken where nothing, or `auto`, was asked for, if it is on the CPU
 */
export async function openEngine(
  config: ModelConfig,
  flags: MachineFlags,
  parameters: Tensors,
  begunOn?: EngineKind,
): Promise<Engine> {
  const fastest = fastestKind();
  const asked = askedOf(flags);
  if (asked === 'relaxed' && fastest !== 'relaxed') {
    throw new UserError('--engine relaxed: this machine has no relaxed SIMD, use simd or auto');
  }
  const wanted = asked ?? (begunOn === 'webgpu' ? fastest : (begunOn ?? fastest));
  const kind = wanted === 'relaxed' ? fastest : wanted;
  return createEngine(config, {
    kind,
    parameters,
    threads: flags.threads ?? availableParallelism(),
  });
}

/** An engine, and why it was chosen, where there is something to say. */
export interface ChosenEngine {
  readonly engine: Engine;
  readonly why?: string | undefined;
}

/**
 * The engine of a training: where nothing, or `auto`, was asked for, the one that it was begun on; for a new one with
 * large batches a graphics processor, if there is one.
 */
export async function openTrainingEngine(
  config: ModelConfig,
  flags: MachineFlags,
  parameters: Tensors,
  { batchSize, keepMemory }: Pick<Recipe, 'batchSize' | 'keepMemory'>,
  begunOn: EngineKind | undefined,
): Promise<ChosenEngine> {
  const isKept = keepMemory && config.memory !== 'none';
  if (flags.engine === 'webgpu' && isKept) {
    throw new UserError(
      '--engine webgpu cannot keep the memory between episodes (--keep-memory): use another engine',
    );
  }
  const mayBeGpu = begunOn === 'webgpu' || (begunOn === undefined && batchSize >= GPU_BATCH);
  if (askedOf(flags) !== undefined || !mayBeGpu) {
    return { engine: await openEngine(config, flags, parameters, begunOn) };
  }
  const { describeGpu } = await import('../../engine/webgpu/describe.js');
  const { gpuSupports } = await import('../../engine/webgpu/supports.js');
  const missing = isKept ? 'no memory that is kept between episodes' : gpuSupports(config);
  const against = againstGpu(await describeGpu(), missing, begunOn);
  const onCpu = async (why: string | undefined) => ({
    engine: await openEngine(config, flags, parameters, begunOn),
    why,
  });
  if (against !== false) return onCpu(against);
  try {
    const engine = await createEngine(config, { kind: 'webgpu', parameters });
    return { engine, why: begunOn ? undefined : `fastest for batches of ${batchSize} episodes` };
  } catch (error) {
    return onCpu(`GPU not used: ${messageOf(error)}`);
  }
}

/**
 * Why a training is not on a graphics processor; false where nothing is against it.
 * @param missing what it can't do of this training, if anything
 */
export function againstGpu(
  gpu: { readonly name: string; readonly real: boolean } | undefined,
  missing: string | undefined,
  begunOn: EngineKind | undefined,
): string | undefined | false {
  if (!gpu) return begunOn === 'webgpu' ? 'begun on a GPU, which is missing here' : undefined;
  if (!gpu.real) return `GPU not used: ${gpu.name} is emulated in software`;
  return missing !== undefined && 'GPU not used: it does not support this training yet';
}

/** Undefined for `auto`. */
function askedOf({ engine }: MachineFlags): EngineKind | undefined {
  return engine === 'auto' ? undefined : engine;
}

/** Where this runs, in words. */
export function machineName({ kind, threads, device }: Engine): string {
  const processor = cpus()[0]?.model.trim() || process.arch;
  const means = device ?? (threads === 1 ? '1 thread' : `${threads} threads`);
  return `${kind} engine, ${means}, Node ${process.versions.node}, ${processor}`;
}
