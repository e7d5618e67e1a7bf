/** Programs of other libraries, run as processes of their own. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const python = process.env.PYTHON ?? 'python3';

/** The path of a script of `bench/peers/`. */
export const pathOfPeer = (script: string): string =>
  fileURLToPath(new URL(`peers/${script}`, import.meta.url));

export interface Ended {
  readonly ok: boolean;
  /** The lines of the standard output. */
  readonly lines: readonly string[];
  /** What went wrong, in one line; empty if nothing did. */
  readonly trouble: string;
}

/**
 * Runs a command to its end, or until it has been silent for too long.
 * @param patience seconds from one line of its standard output to the next
 * @param until time, as `performance.now()`, at which it is ended in any case
 */
export function run(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  { patience, until = Number.POSITIVE_INFINITY }: { patience: number; until?: number },
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const lines: string[] = [];
    let errors = '';
    let silent = '';
    const silence = () => {
      const left = until - performance.now();
      const milliseconds = Math.max(0, Math.min(patience * 1000, left));
      return setTimeout(() => {
        silent = left < patience * 1000 ? 'no time was left' : `no answer in ${patience} seconds`;
        child.kill('SIGKILL');
      }, milliseconds);
    };
    let timer = silence();
    createInterface(child.stdout).on('line', (line) => {
      lines.push(line);
      clearTimeout(timer);
      timer = silence();
    });
    child.stderr.on('data', (data) => {
      errors += data;
    });
    const end = (ok: boolean, trouble: string) => {
      clearTimeout(timer);
      resolve({ ok, lines, trouble });
    };
    child.on('error', ({ message }) => end(false, message));
    child.on('close', (code) => {
      const said = errors.trim().split('\n');
      const last = said.findLast((line) => /error/i.test(line)) ?? said.at(-1) ?? '';
      end(code === 0, code === 0 ? '' : silent || last || `exit code ${code}`);
    });
  });
}

/** Whether Python and a package of it are there. */
export async function hasPythonPackage(name: string): Promise<boolean> {
  const look = `import importlib.util, sys; sys.exit(importlib.util.find_spec("${name}") is None)`;
  return (await run(python, ['-c', look], process.env, { patience: 60 })).ok;
}
