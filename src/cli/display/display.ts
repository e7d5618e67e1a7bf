/** How a training looks while it runs. All of it goes to stderr: stdout is for results. */
import type { Measure } from '../../tasks/scores.js';
import type { Recipe } from '../../training/recipe/recipe.js';
import type { EvaluationLine, Progress, TrainingRow } from '../../training/trainer.js';

export interface Display {
  /** After every batch. */
  progress(progress: Progress): void;
  /** A row of the training table. */
  report(row: TrainingRow): void;
  /** How it does on what is new. */
  evaluation(line: EvaluationLine): void;
  /** Evaluating in the midst of training, batch by batch. */
  evaluating(batch: number, batches: number): void;
  /** Testing at the end, batch by batch. */
  testing(batch: number, batches: number): void;
  /** A line that stays. */
  note(text: string): void;
  /** Takes away what moves. */
  done(): void;
}

/** What a display shows numbers of. */
export interface Shown {
  readonly recipe: Recipe;
  readonly measure: Measure;
  /** What is new in tests, in words. */
  readonly unseen: string;
}

/** Of the bar of a test. */
export const testing = ({ unseen }: Shown) => `Testing on ${unseen}`;
