import type { EvaluationLine, TrainingRow } from '../../training/trainer.js';
import { type Display, TESTING } from './display.js';
import { count, trainingHeader, trainingRow } from './format.js';

/** The columns of run_mann.py, a line each. */
export class PlainDisplay implements Display {
  #headed = false;
  #tested = 0;

  constructor(readonly stream: NodeJS.WriteStream) {}

  progress(): void {}

  report({ batch, loss, accuracy }: TrainingRow): void {
    if (!this.#headed) this.note(trainingHeader());
    this.#headed = true;
    this.note(trainingRow(batch, loss, accuracy));
  }

  evaluation({ evaluation }: EvaluationLine): void {
    this.note(trainingRow('unseen', evaluation.loss, evaluation.accuracy));
  }

  evaluating(): void {}

  testing(batch: number, batches: number): void {
    const quarter = Math.floor((4 * batch) / batches);
    if (batch < batches && quarter === this.#tested) return;
    this.#tested = quarter % 4;
    this.note(`${TESTING}: ${count(batch)} of ${count(batches)} batches`);
  }

  note(text: string): void {
    this.stream.write(`${text}\n`);
  }

  done(): void {}
}
