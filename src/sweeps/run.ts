/** One training of a sweep: what is started, and what tells it from every other. */
import { createHash } from 'node:crypto';

/** A test of a trained network. */
export interface SweepTest {
  /** What its figures are called, such as `validation`, `test` or `test-upright`. */
  readonly name: string;
  /** Options of `mann test`, checked, each as `--name=value`. */
  readonly args: readonly string[];
}

/** A training of a sweep, and the tests of its network. It can be kept as JSON. */
export interface SweepRun {
  /** For people, and for the run's folder: `encoder=conv,seed=1`. No two runs of a sweep have the same. */
  readonly name: string;
  /**
   * SHA-256 of the training's whole configuration, in hexadecimal: of the network, recipe, seed and data, with defaults
   * filled in. Two runs with the same digest train the same network. Tests and threads are no part of it.
   */
  readonly digest: string;
  /** Options of `mann train`, checked, each as `--name=value`. The folder is not among them. */
  readonly args: readonly string[];
  /** At least one. The first is the one that `mann train` makes at its end; its options are given to it. */
  readonly tests: readonly SweepTest[];
}

/** A run as a sweep's tables know it. */
export interface PlannedRun extends SweepRun {
  /** What the runs that differ in their seed alone have in common: the name without the seed. */
  readonly group: string;
  readonly seed: number;
  /** The options that it has beside those of all runs, as text. */
  readonly own: Readonly<Record<string, string>>;
  /** Batches to train. */
  readonly steps: number;
}

/**
 * The digest of a configuration: `digestOf({ recipe, config, seed: 1 })`. The order of its keys makes no difference, and
 * a field that is undefined is none.
 */
export function digestOf(configuration: unknown): string {
  return createHash('sha256').update(canonical(configuration)).digest('hex');
}

/** JSON whose keys are sorted. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
