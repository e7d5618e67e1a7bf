/** How a training looks while it runs. All of it goes to stderr: stdout is for results. */
import type { EvaluationLine, Progress, TrainingRow } from '../../training/trainer.js';

export interface Display {
  /** After every batch. */
  progress(progress: Progress): void;
  /** A row of the training table. */
  report(row: TrainingRow): void;
  /** How it does on unseen classes. */
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

export const TESTING = 'Testing on unseen classes';
