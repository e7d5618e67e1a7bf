/** How a training looks while it runs. All of it goes to stderr: stdout is for results. */
import { createLogUpdate } from 'log-update';
import colours from 'picocolors';
import { chance, ordinal, TABLE_INSTANCES } from '../training/metrics.js';
import { meanLength, type Recipe, tasksInWords } from '../training/recipe.js';
import { WINDOW } from '../training/running-statistics.js';
import type { EvaluationLine, Progress, TrainingRow } from '../training/trainer.js';
import { bar, count, duration, trainingHeader, trainingRow } from './format.js';

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

/** In place on a terminal, plain lines elsewhere. */
export function makeDisplay(recipe: Recipe, stream = process.stderr): Display {
  return stream.isTTY && process.env.TERM !== 'dumb'
    ? new TerminalDisplay(recipe, stream)
    : new PlainDisplay(stream);
}

/** Rows of the training table as plain lines. */
class PlainDisplay implements Display {
  #headed = false;
  #tested = 0;

  constructor(readonly stream: NodeJS.WriteStream) {}

  progress(): void {}

  report({ batch, loss, accuracy }: TrainingRow): void {
    if (!this.#headed) this.note(trainingHeader);
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

const TESTING = 'Testing on unseen classes';

/** Milliseconds between two pictures. */
const FRAME = 100;

/** A block that is drawn anew in place. */
class TerminalDisplay implements Display {
  readonly #update;
  readonly #recipe: Recipe;
  readonly #stream: NodeJS.WriteStream;
  #last = 0;
  #headed = false;

  constructor(recipe: Recipe, stream: NodeJS.WriteStream) {
    this.#recipe = recipe;
    this.#stream = stream;
    this.#update = createLogUpdate(stream, { showCursor: true });
  }

  progress(progress: Progress): void {
    if (!this.#isTime(progress.batch === progress.batches)) return;
    this.#update(trainingBlock(progress, this.#recipe, this.#stream.columns ?? 80));
  }

  report(): void {}

  evaluation({ batch, evaluation }: EvaluationLine): void {
    if (!this.#headed) this.note(colours.dim(`On classes it never trains on:\n${trainingHeader}`));
    this.#headed = true;
    this.note(trainingRow(batch, evaluation.loss, evaluation.accuracy));
  }

  evaluating(batch: number, batches: number): void {
    this.#bar('Evaluating', batch, batches);
  }

  testing(batch: number, batches: number): void {
    this.#bar(TESTING, batch, batches);
  }

  note(text: string): void {
    this.#update.persist(text);
    this.#last = 0;
  }

  done(): void {
    this.#update.clear();
    this.#update.done();
  }

  #bar(what: string, batch: number, batches: number): void {
    if (!this.#isTime(batch === batches)) return;
    const share = colours.cyan(bar(batch / batches, 24));
    this.#update(`\n  ${share}  ${what}: batch ${count(batch)} of ${count(batches)}`);
  }

  #isTime(always: boolean): boolean {
    const now = Date.now();
    if (!always && now - this.#last < FRAME) return false;
    this.#last = now;
    return true;
  }
}

/** The block of a training, as text. */
function trainingBlock(progress: Progress, recipe: Recipe, columns: number): string {
  const { batch, batches, position, loss, accuracy, speed, secondsLeft } = progress;
  const share = batch / batches;
  const { numClasses } = recipe;
  const stages = recipe.curriculum.length + 1;
  const { bold, cyan, dim } = colours;
  const tasks = recipe.curriculum[position.stage]?.tasks ?? [position];
  const task = `episodes of ${tasksInWords(tasks)} (classes × drawings)`;
  const stage = stages > 1 ? `stage ${position.stage + 1} of ${stages}: ${task}` : task;
  const drawings = meanLength(recipe, Math.max(0, batch - WINDOW), batch);
  const guessing = drawings * Math.log(numClasses);
  const second = accuracy[2];
  const isFlat = second !== undefined && second < 1.25 * chance(numClasses);
  const cells = (values: readonly string[]) => values.map((value) => value.padStart(7)).join('');
  const width = Math.max(10, Math.min(40, columns - 42));
  const lines = [
    '',
    `  ${cyan(bar(share, width))} ${bold(`${Math.floor(100 * share)}%`.padStart(4))}  batch ${count(batch)} of ${count(batches)}`,
    `  ${speed.toFixed(1)} batches/s, ${duration(secondsLeft)} left`,
    '',
    `  ${stage}`,
    `  loss ${bold(loss.toFixed(2))} ${dim(`(guessing: ${guessing.toFixed(1)})`)}`,
    '',
    dim(`  appearance ${cells(TABLE_INSTANCES.map(ordinal))}`),
    `  right, %   ${bold(cells(TABLE_INSTANCES.map((i) => accuracy[i]?.toFixed(0) ?? '-')))}`,
    '',
    isFlat
      ? dim('  Near chance for now. That is normal: it takes a while to find out how to remember.')
      : '',
    dim('  Ctrl-C saves and stops.'),
  ];
  return lines.join('\n');
}
