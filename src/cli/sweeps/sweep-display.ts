/** How a sweep looks while it runs. All of it goes to stderr: stdout is for results. */
import colours from 'picocolors';
import {
  columnInWords,
  headline,
  measureOf,
  type RunResult,
  scoreInWords,
} from '../../sweeps/result.js';
import { duration } from '../display/format.js';
import { LiveText } from '../display/live-text.js';
import { drawsInPlace } from '../display/terminal.js';
import { wrapped } from '../display/wrapped.js';
import type { SweepProgress } from './progress.js';
import { bestLine, countsOf, sweepBlock } from './sweep-block.js';

/** Milliseconds between two frames. */
const FRAME = 200;

export interface SweepDisplay {
  /** Something changed. */
  update(): void;
  /** A run ended. */
  ended(name: string, result: RunResult): void;
  /** A line that stays. */
  note(text: string): void;
  /** Takes away what moves. */
  done(): void;
}

/** In place on a terminal, plain lines elsewhere. */
export function makeSweepDisplay(
  progress: SweepProgress,
  stream: NodeJS.WriteStream = process.stderr,
): SweepDisplay {
  return drawsInPlace(stream)
    ? new TerminalSweep(progress, stream)
    : new PlainSweep(progress, stream);
}

/** A block that is drawn anew in place; what went wrong stays above it. */
class TerminalSweep implements SweepDisplay {
  readonly #live: LiveText;
  #last = 0;

  constructor(
    readonly progress: SweepProgress,
    stream: NodeJS.WriteStream,
  ) {
    this.#live = new LiveText(stream);
  }

  update(): void {
    const now = Date.now();
    if (now - this.#last < FRAME) return;
    this.#last = now;
    this.#live.show(sweepBlock(this.progress, this.#live.width));
  }

  ended(name: string, result: RunResult): void {
    this.#last = 0;
    if (result.status === 'failed') this.note(colours.bold(endOf(name, result)));
    this.update();
  }

  note(text: string): void {
    this.#live.print(wrapped(text, this.#live.width));
    this.#last = 0;
  }

  done(): void {
    this.#live.clear();
  }
}

/** A line for each run that ends. */
class PlainSweep implements SweepDisplay {
  constructor(
    readonly progress: SweepProgress,
    readonly stream: NodeJS.WriteStream,
  ) {}

  update(): void {}

  ended(name: string, result: RunResult): void {
    const { secondsLeft } = this.progress;
    this.note(endOf(name, result));
    const left = secondsLeft ? [`${duration(secondsLeft)} left`] : [];
    this.note(`  ${[countsOf(this.progress), ...left, ...bestLine(this.progress)].join('; ')}`);
  }

  note(text: string): void {
    this.stream.write(`${text}\n`);
  }

  done(): void {}
}

/** What came of a run, in words. */
function endOf(name: string, result: RunResult): string {
  if (result.status === 'failed') return `${name} failed: ${result.error}`;
  if (result.status === 'stopped') return `${name}: stopped, and saved`;
  const [tested] = Object.entries(result.figures);
  if (!tested) return `${name}: done`;
  const [test, figures] = tested;
  const { name: measure, scores } = measureOf(figures);
  const column = headline(Object.keys(scores));
  const score = scores[column];
  if (score === undefined) return `${name}: done`;
  return `${name}: ${test} ${columnInWords(measure, column)}: ${scoreInWords(measure, score)}`;
}
