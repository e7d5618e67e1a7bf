/** Replaces the library's engine on graphics processors in scripts that do not train: see build/shaders.ts. */
import { UserError } from 'mann';

export async function createWebGpuEngine(): Promise<never> {
  throw new UserError('only the worker that trains has this engine');
}
