/** Which graphics processor there is. Apart from device.ts, whose types programs without those of WebGPU do not know. */
import { UserError } from '../../common/errors.js';
import { findAdapter, isReal, nameOf } from './device.js';

/** The graphics processor of this machine. */
export interface Gpu {
  /** Browsers give the maker and the kind at most, such as `NVIDIA ampere`; where they give nothing it is `GPU`. */
  readonly name: string;
  /** False where a program on the CPU imitates one: training would be slower with it than without. */
  readonly real: boolean;
}

/**
 * The graphics processor that the backend `webgpu` would compute on:
 *
 * ```ts
 * const gpu = await describeGpu(); // { name: 'NVIDIA H100 80GB HBM3', real: true }
 * const engine = await createEngine(config, { kind: gpu?.real ? 'webgpu' : fastestKind() });
 * ```
 * @returns undefined where there is none, or where Node has no package webgpu
 */
export async function describeGpu(): Promise<Gpu | undefined> {
  try {
    const adapter = await findAdapter();
    return adapter && { name: nameOf(adapter), real: isReal(adapter) };
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
