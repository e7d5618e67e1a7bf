/** How much memory this process may address (Node): shared hosts limit it, with `ulimit -v`. */
import { readFileSync } from 'node:fs';

export interface AddressSpace {
  /** Bytes; infinite where there is no limit, or none is known (it is on Linux). */
  readonly limit: number;
  /** What is left of them. */
  readonly left: number;
}

export function addressSpace(): AddressSpace {
  const limit = numberIn('/proc/self/limits', /^Max address space +(\d+)/m);
  const taken = numberIn('/proc/self/status', /^VmSize:\s+(\d+) kB/m);
  if (limit === undefined || taken === undefined) return { limit: Infinity, left: Infinity };
  return { limit, left: limit - 1024 * taken };
}

function numberIn(file: string, pattern: RegExp): number | undefined {
  try {
    const number = pattern.exec(readFileSync(file, 'utf8'))?.[1];
    return number === undefined ? undefined : Number(number);
  } catch {
    return undefined; // not Linux
  }
}

/** Without it V8 sets no addresses aside beyond the ends of a WebAssembly memory: 10 GB each, on 64-bit systems. */
export const WITHOUT_GUARDS = '--disable-wasm-trap-handler';

/** Whether this process was started without them. */
export function isWithoutGuards(): boolean {
  const options = `${process.env.NODE_OPTIONS ?? ''} ${process.execArgv.join(' ')}`;
  return options.split(' ').includes(WITHOUT_GUARDS);
}
