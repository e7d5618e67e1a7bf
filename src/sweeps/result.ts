/** What came of a run of a sweep. */
import { ordinal } from '../tasks/scores.js';

/** The figures of one test, as `mann test --json` prints them; what is measured is one of the other fields, such as `accuracy`. */
export interface Figures {
  /** Half the width of the scores' 95% intervals over episodes, by column. */
  readonly ci95: Readonly<Record<string, number>>;
  readonly loss: number;
  readonly episodes: number;
  readonly [field: string]: unknown;
}

/** A training that came to its end, with all of its tests. */
export interface DoneRun {
  readonly status: 'done';
  /** Batches trained. */
  readonly steps: number;
  /** The file name of the last checkpoint, in the run folder. */
  readonly checkpoint: string;
  /** SHA-256 of that file, in hexadecimal. */
  readonly digest: string;
  /** By the names of the run's tests. */
  readonly figures: Readonly<Record<string, Figures>>;
}

export type RunResult =
  | DoneRun
  /** Stopped by the signal, or by somebody else. What was trained is saved, and goes on when the run is started again in its folder. */
  | { readonly status: 'stopped' }
  /** With the sentence that the training ended with. */
  | { readonly status: 'failed'; readonly error: string };

/** How far a run is. */
export interface RunProgress {
  readonly phase: 'training' | 'testing';
  /** Batches done, of the training or the test. */
  readonly step: number;
  readonly steps: number;
  /** On new data, at the last evaluation: the score of the column that a sweep is judged by, for drawings the 2nd instance. */
  readonly accuracy?: number | undefined;
  /** Of the training. */
  readonly secondsLeft?: number | undefined;
}

/** What is measured and its scores by column: of drawings `accuracy`, by instance. */
export function measureOf(figures: Figures): {
  name: string;
  scores: Readonly<Record<string, number>>;
} {
  for (const [name, value] of Object.entries(figures)) {
    const isOther = ['ci95', 'bound', 'familiarity'].includes(name);
    if (!isOther && typeof value === 'object' && value !== null) {
      // JSON has null for what is infinite.
      const finite = Object.entries(value).filter(([, score]) => Number.isFinite(score));
      return { name, scores: Object.fromEntries(finite) as Record<string, number> };
    }
  }
  return { name: 'accuracy', scores: {} };
}

/** The column that runs are compared by: the second, of drawings the first time that a class can be known. */
export function headline(columns: readonly string[]): string {
  return columns[1] ?? columns[0] ?? '';
}

/** `accuracy on the 2nd instance, %`; of other tasks `logDensity 2`. */
export function columnInWords(measure: string, column: string): string {
  const isInstance = measure === 'accuracy' && /^\d+$/.test(column);
  return isInstance
    ? `accuracy on the ${ordinal(Number(column))} instance, %`
    : `${measure} ${column}`;
}

/** As it is shown to people. */
export function scoreInWords(measure: string, score: number): string {
  return score.toFixed(measure === 'logDensity' ? 2 : 1);
}
