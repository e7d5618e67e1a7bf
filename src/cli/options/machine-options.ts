import type { Command } from 'commander';
import type { EngineKind } from '../../engine/engine.js';
import { choice, whole } from './values.js';

export interface MachineFlags {
  engine?: EngineKind | 'auto';
  threads?: number;
}

/** Which engine computes, and on how many threads. */
export function machineOptions(command: Command): Command {
  return command
    .optionsGroup('Machine:')
    .addOption(
      choice(
        '--engine <kind>',
        'compute backend: WebAssembly with relaxed SIMD or plain SIMD, or float64 in JavaScript; auto picks the fastest (default: auto)',
        ['auto', 'relaxed', 'simd', 'reference'],
      ),
    )
    .option(
      '--threads <n>',
      'threads to compute a batch on (default: one per core)',
      whole(1, 256),
    );
}
