import type { EvaluationLine, TrainingRow } from '../../training/trainer.js';
import { type Display, type Shown, testing } from './display.js';
import { count, trainingHeader, trainingRow } from './format.js';

/** The columns of run_mann.py, a line each. */
export class PlainDisplay implements Display {
  #headed = false;
  #tested = 0;

  constructor(
    readonly shown: Shown,
    readonly stream: NodeJS.WriteStream,
  ) {}

  progress(): void {}

  report({ batch, loss, scores }: TrainingRow): void {
    if (!this.#headed) this.note(trainingHeader(this.shown.measure));
    this.#headed = true;
    this.note(trainingRow(this.shown.measure, batch, loss, scores));
  }

  evaluation({ evaluation }: EvaluationLine): void {
    this.note(trainingRow(this.shown.measure, 'unseen', evaluation.loss, evaluation.scores));
  }

  evaluating(): void {}

  testing(batch: number, batches: number): void {
    const quarter = Math.floor((4 * batch) / batches);
    if (batch < batches && quarter === this.#tested) return;
    this.#tested = quarter % 4;
    this.note(`${testing(this.shown)}: ${count(batch)} of ${count(batches)} batches`);
  }

  note(text: string): void {
    this.stream.write(`${text}\n`);
  }

  done(): void {}
}
