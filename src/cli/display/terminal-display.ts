import colours from 'picocolors';
import type { Recipe } from '../../training/recipe.js';
import type { EvaluationLine, Progress } from '../../training/trainer.js';
import { barLines } from './bar.js';
import { type Display, TESTING } from './display.js';
import { count, trainingHeader, trainingRow } from './format.js';
import { LiveText } from './live-text.js';
import { trainingBlock } from './training-block.js';
import { wrapped } from './wrapped.js';

/** Milliseconds between two frames. */
const FRAME = 100;

/** A block that is drawn anew in place. */
export class TerminalDisplay implements Display {
  readonly #live: LiveText;
  readonly #recipe: Recipe;
  #last = 0;
  #headed = false;

  constructor(recipe: Recipe, stream: NodeJS.WriteStream) {
    this.#recipe = recipe;
    this.#live = new LiveText(stream);
  }

  progress(progress: Progress): void {
    if (!this.#isTime(progress.batch === progress.batches)) return;
    this.#live.show(trainingBlock(progress, this.#recipe, this.#live.width));
  }

  report(): void {}

  evaluation({ batch, evaluation }: EvaluationLine): void {
    const { width } = this.#live;
    const { loss, accuracy } = evaluation;
    const title = wrapped('Accuracy on unseen classes, %:', width);
    const head = [...title, trainingHeader(width)].map(colours.dim);
    this.#print([...(this.#headed ? [] : head), trainingRow(batch, loss, accuracy, width)]);
    this.#headed = true;
  }

  evaluating(batch: number, batches: number): void {
    this.#bar('Evaluating', batch, batches);
  }

  testing(batch: number, batches: number): void {
    this.#bar(TESTING, batch, batches);
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
