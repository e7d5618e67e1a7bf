import { spawn } from 'node:child_process';
import { availableParallelism, constants } from 'node:os';
import { addressSpace, isWithoutGuards, WITHOUT_GUARDS } from '../../common/address-space.js';
import { inWords } from '../../common/bytes.js';
import { EXIT, tooLittleMemory } from './exit.js';

/** Bytes of addresses for two guarded memories (the kernels' and that of drawings), JavaScript and threads. */
const ENOUGH = 22.5e9 + 0.9e9 * availableParallelism();

/** How V8 ends a process in which it gets no memory, where it can't throw an error. */
const CRASHES: readonly NodeJS.Signals[] = ['SIGABRT', 'SIGTRAP', 'SIGILL', 'SIGSEGV'];

/** What needs no WebAssembly. */
const LIGHT = ['models', 'export', '--version', '-V', '--help', '-h'];

/**
 * Where a process may address too little for WebAssembly as Node sets it up (`ulimit -v`, as shared hosts have it):
 * runs the program again in a process that needs less.
 * @returns the exit code, or undefined where there is no need
 */
export async function runWithoutGuards(args: readonly string[]): Promise<number | undefined> {
  const { limit, left } = addressSpace();
  if (left > ENOUGH || isWithoutGuards() || args.length === 0) return undefined;
  if (args.some((arg) => LIGHT.includes(arg))) return undefined;
  process.stderr.write(
    `mann: with the limit of ${inWords(limit)} of address space (ulimit -v) computing takes about twice as long ` +
      `as with ${inWords(limit - left + ENOUGH)} or more\n`,
  );
  const child = spawn(
    process.execPath,
    [WITHOUT_GUARDS, ...process.execArgv, ...process.argv.slice(1)],
    { stdio: 'inherit' },
  );
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => child.kill(signal));
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      const isCrash = signal && CRASHES.includes(signal);
      if (isCrash) process.stderr.write(`mann: ${tooLittleMemory()}\n`);
      resolve(code ?? (isCrash ? EXIT.usage : 128 + constants.signals[signal!]));
    });
  });
}
