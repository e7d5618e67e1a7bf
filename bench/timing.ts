import { cpus } from 'node:os';

/** The median of `count` timings in milliseconds, after `warmUp` that do not count. */
export async function median(
  count: number,
  work: () => unknown,
  { warmUp = 4 }: { warmUp?: number } = {},
): Promise<number> {
  for (let i = 0; i < warmUp; i++) await work();
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return middle(times);
}

/**
 * The medians of several works that take turns, so that a slow spell of the machine hits them alike.
 * @returns in the order of `works`
 */
export async function medians(
  count: number,
  works: readonly (() => unknown)[],
  { warmUp = 4 }: { warmUp?: number } = {},
): Promise<number[]> {
  const times = works.map((): number[] => []);
  for (let i = -warmUp; i < count; i++) {
    for (const [w, work] of works.entries()) {
      const start = performance.now();
      await work();
      if (i >= 0) times[w]!.push(performance.now() - start);
    }
  }
  return times.map(middle);
}

/**
 * Milliseconds of processor time that this process has used: unlike time on the clock, it stands still while other programs
 * have the core. Exact for the calling thread.
 */
export function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

export function middle(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}

export function machine(): string {
  return `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}`;
}
