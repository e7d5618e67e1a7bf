/** What a training runs on: the choice of `mann train --engine auto`. */
import {
  createEngine,
  describeGpu,
  type Engine,
  type ModelConfig,
  messageOf,
  type Recipe,
  type Tensors,
} from 'mann';
import { GPU_BATCH } from '../task/network.js';

export interface Chosen {
  readonly engine: Engine;
  /** In words: `on your processor (1 thread, relaxed SIMD)`. */
  readonly machine: string;
}

export async function chooseEngine(
  config: ModelConfig,
  { batchSize, keepMemory }: Recipe,
  parameters: Tensors,
  threads: number,
): Promise<Chosen> {
  const why = batchSize >= GPU_BATCH && !keepMemory ? await onGpu(config, parameters) : undefined;
  if (why && typeof why === 'object') return why;
  return { ...(await onProcessor(config, parameters, threads, why)) };
}

/** @returns why not; undefined where nobody has to know */
async function onGpu(
  config: ModelConfig,
  parameters: Tensors,
): Promise<Chosen | string | undefined> {
  const gpu = await describeGpu();
  // one that a program imitates is slower than the processor
  if (!gpu?.real) return undefined;
  try {
    const engine = await createEngine(config, { kind: 'webgpu', parameters });
    return {
      engine,
      machine: `on your graphics processor${gpu.name === 'GPU' ? '' : ` (${gpu.name})`}`,
    };
  } catch (error) {
    return messageOf(error);
  }
}

export async function onProcessor(
  config: ModelConfig,
  parameters: Tensors,
  threads: number,
  why?: string,
): Promise<Chosen> {
  const engine = await createEngine(config, { parameters, threads });
  const simd = engine.kind === 'relaxed' ? 'relaxed SIMD' : 'SIMD';
  const number = engine.threads === 1 ? '1 thread' : `${engine.threads} threads`;
  // what to do about it is said to those who chose the engine
  const because = why ? `, because ${why.split(': ')[0]}` : '';
  return { engine, machine: `on your processor (${number}, ${simd})${because}` };
}
