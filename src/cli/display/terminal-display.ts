import colours from 'picocolors';
import type { Measure } from '../../tasks/scores.js';
import type { EvaluationLine, Progress } from '../../training/trainer.js';
import { barLines } from './bar.js';
import { type Display, type Shown, testing } from './display.js';
import { count, trainingHeader, trainingRow } from './format.js';
import { LiveText } from './live-text.js';
import { trainingBlock } from './training-block.js';
import { wrapped } from './wrapped.js';

/** Milliseconds between two frames. */
const FRAME = 100;

/** Such as: Accuracy on unseen classes, %. */
function headingOf({ title }: Measure, unseen: string): string {
  const [what, unit] = title.split(', ');
  const heading = `${what![0]!.toUpperCase()}${what!.slice(1)} on ${unseen}`;
  return unit ? `${heading}, ${unit}` : heading;
}

/** A block that is drawn anew in place. */
export class TerminalDisplay implements Display {
  readonly #live: LiveText;
  readonly #shown: Shown;
  #last = 0;
  #headed = false;

  constructor(shown: Shown, stream: NodeJS.WriteStream) {
    this.#shown = shown;
    this.#live = new LiveText(stream);
  }

  progress(progress: Progress): void {
    if (!this.#isTime(progress.batch === progress.batches)) return;
    this.#live.show(trainingBlock(progress, this.#shown, this.#live.width));
  }

  report(): void {}

  evaluation({ batch, evaluation }: EvaluationLine): void {
    const { width } = this.#live;
    const { loss, scores } = evaluation;
    const { measure, unseen } = this.#shown;
    const title = wrapped(`${headingOf(measure, unseen)}:`, width);
    const head = [...title, trainingHeader(measure, width)].map(colours.dim);
    this.#print([...(this.#headed ? [] : head), trainingRow(measure, batch, loss, scores, width)]);
    this.#headed = true;
  }

  evaluating(batch: number, batches: number): void {
    this.#bar('Evaluating', batch, batches);
  }

  testing(batch: number, batches: number): void {
    this.#bar(testing(this.#shown), batch, batches);
  }

  note(text: string): void {
    this.#print(wrapped(text, this.#live.width));
  }

  done(): void {
    this.#live.clear();
  }

  #print(lines: readonly string[]): void {
    this.#live.print(lines);
    this.#last = 0;
  }

  #bar(what: string, batch: number, batches: number): void {
    if (!this.#isTime(batch === batches)) return;
    const counted = `${what}: batch ${count(batch)} of ${count(batches)}`;
    this.#live.show(['', ...barLines(batch / batches, counted, this.#live.width)]);
  }

  #isTime(always: boolean): boolean {
    const now = Date.now();
    if (!always && now - this.#last < FRAME) return false;
    this.#last = now;
    return true;
  }
}
