import type { RunProgress } from '../../sweeps/result.js';
import type { Measure, Scores } from '../../tasks/scores.js';
import type { EvaluationLine, Progress } from '../../training/trainer.js';
import type { Display } from './display.js';

/** Milliseconds between two messages. */
const PAUSE = 200;

/** Tells a sweep how far its run is. */
export class ChildDisplay implements Display {
  #last = 0;
  #accuracy: number | undefined;

  constructor(
    readonly measure: Measure,
    readonly stream: NodeJS.WriteStream,
  ) {}

  progress({ batch, batches, secondsLeft }: Progress): void {
    if (!this.#isTime(batch === batches)) return;
    const accuracy = this.#accuracy;
    tellParent({ phase: 'training', step: batch, steps: batches, accuracy, secondsLeft });
  }

  report(): void {}

  evaluation({ evaluation }: EvaluationLine): void {
    this.#accuracy = headline(evaluation.scores, this.measure);
    this.#last = 0;
  }

  evaluating(): void {}

  testing(batch: number, batches: number): void {
    if (!this.#isTime(batch === batches)) return;
    const accuracy = this.#accuracy;
    tellParent({ phase: 'testing', step: batch, steps: batches, accuracy });
  }

  note(text: string): void {
    this.stream.write(`${text}\n`);
  }

  done(): void {}

  #isTime(always: boolean): boolean {
    const now = Date.now();
    if (!always && now - this.#last < PAUSE) return false;
    this.#last = now;
    return true;
  }
}

/** The column that a sweep is judged by: the second, of drawings the first time that a class can be known. */
function headline(scores: Scores, { columns }: Measure): number | undefined {
  return scores[(columns[1] ?? columns[0])?.key ?? ''];
}

/** Tells the program that started this one, if it still listens. */
function tellParent(progress: RunProgress): void {
  if (!process.connected) return;
  process.send!({ progress }, undefined, undefined, () => undefined); // it may be gone by now
}
