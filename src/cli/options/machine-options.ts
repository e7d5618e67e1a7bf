import type { Command } from 'commander';
import type { EngineKind } from '../../engine/engine.js';
import { choice, whole } from './values.js';

export interface MachineFlags {
  engine?: EngineKind | 'auto';
  threads?: number;
}

/**
 * Which engine computes, and on how many threads.
 * @param trains whether the command trains networks
 */
export function machineOptions(command: Command, { trains = false } = {}): Command {
  const auto = trains
    ? 'auto picks a GPU for batches of 64 or more, else the fastest on the CPU'
    : 'auto picks the fastest on the CPU';
  return command
    .optionsGroup('Machine:')
    .addOption(
      choice(
        '--engine <kind>',
        'compute backend: a GPU through WebGPU (needs npm install webgpu), WebAssembly with relaxed SIMD or plain SIMD, ' +
          `or float64 in JavaScript; ${auto} (default: auto)`,
        ['auto', 'webgpu', 'relaxed', 'simd', 'reference'],
      ),
    )
    .option(
      '--threads <n>',
      'threads to compute a batch on (default: one per core)',
      whole(1, 256),
    );
}
