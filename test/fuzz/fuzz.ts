import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { Host, LIMITS, type Limits } from './host.ts';
import type { Target } from './target.ts';

export interface FuzzOptions {
  readonly name: string;
  /** The file of the target. */
  readonly file: URL;
  /** Of the first round; each round has the next one. */
  readonly seed: number;
  /** Ends after so many inputs or milliseconds. */
  readonly runs?: number;
  readonly milliseconds?: number;
  /** Where the smallest input that fails goes. */
  readonly folder: string;
  readonly limits?: Limits;
  /** Hears of the inputs so far, after each round. */
  readonly onRound?: (runs: number) => void;
}

export interface FuzzResult {
  readonly name: string;
  readonly runs: number;
  readonly accepted: number;
  readonly refused: number;
  readonly milliseconds: number;
  /** The slowest input in milliseconds, the most resident memory in bytes. */
  readonly slowest: number;
  readonly peak: number;
  readonly failure?: Failure;
}

export interface Failure {
  /** What happened. */
  readonly what: string;
  /** The seed of the round that found it. */
  readonly seed: number;
  /** Where the smallest input is. */
  readonly path: string;
}

/** Inputs of one round, all from one seed. */
const ROUND = 500;
/** Milliseconds to make a failing input smaller in: each that hangs costs its deadline. */
const SHRINKING = 60_000;

/** Feeds inputs to a target until time or runs are up, or one breaks the contract. */
export async function fuzz(options: FuzzOptions): Promise<FuzzResult> {
  const { name, file, folder, limits = LIMITS } = options;
  const { target }: { target: Target } = await import(file.href);
  const host = new Host(file, limits);
  const started = performance.now();
  const end = started + (options.milliseconds ?? Number.POSITIVE_INFINITY);
  let failure: Failure | undefined;
  let runs = 0;
  try {
    for (let seed = options.seed; !failure; seed = (seed + 1) | 0) {
      const left = (options.runs ?? Number.POSITIVE_INFINITY) - runs;
      if (left <= 0 || performance.now() >= end) break;
      let failed = Number.POSITIVE_INFINITY; // when the first one did
      const property = fc.asyncProperty(target.inputs, async (input) => {
        const now = performance.now();
        if ((now >= end && failed > now) || now > failed + SHRINKING) return;
        runs++;
        try {
          await host.check(input);
        } catch (error) {
          failed = Math.min(failed, performance.now());
          throw error;
        }
      });
      const round = await fc.check(property, { seed, numRuns: Math.min(ROUND, left) });
      options.onRound?.(runs);
      if (round.counterexample) {
        const what = (round.errorInstance as Error).message;
        const path = join(folder, `${name}-${seed >>> 0}.input`);
        mkdirSync(folder, { recursive: true });
        writeFileSync(path, round.counterexample[0]);
        failure = { what, seed, path };
      }
    }
  } finally {
    await host.end();
  }
  const { counts, slowest, peak } = host;
  const milliseconds = performance.now() - started;
  return { name, runs, ...counts, milliseconds, slowest, peak, ...(failure && { failure }) };
}

/** Feeds one input, a file that an earlier run has left. */
export async function replay(file: URL, input: Uint8Array, limits = LIMITS): Promise<string> {
  const host = new Host(file, limits);
  try {
    await host.check(input);
    return host.counts.accepted > 0 ? 'accepted' : 'refused with a sentence';
  } finally {
    await host.end();
  }
}
