/**
 * Text that is drawn anew in place at the bottom of a terminal. Each frame is written whole: patches of the lines
 * that changed (log-update 7) lose one where a frame gets shorter or ends in an empty line.
 */
import wrapAnsi from 'wrap-ansi';
import { columnsOf } from './terminal.js';

const ESC = '\u001b[';
/** Terminals that know this show what is between them at once, without flicker; others pass it over. */
const [TOGETHER, SHOWN] = [`${ESC}?2026h`, `${ESC}?2026l`];
const ERASE_TO_LINE_END = `${ESC}K`;
const ERASE_BELOW = `${ESC}J`;

export class LiveText {
  readonly #stream: NodeJS.WriteStream;
  /** The lines on the screen; the cursor is at the start of the line below them. */
  #lines: readonly string[] = [];

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  /** Replaces the frame. Its lines must be no longer than {@link width}; those that don't fit below are left out. */
  show(lines: readonly string[]): void {
    this.#draw([], fitted(lines, (this.#stream.rows || 24) - 1));
  }

  /** Writes lines that stay, in place of the frame. */
  print(lines: readonly string[]): void {
    this.#draw(lines, []);
  }

  clear(): void {
    if (this.#lines.length > 0) this.#draw([], []);
  }

  /** Columns for text: a line that fills the last one would wrap on some terminals. */
  get width(): number {
    return columnsOf(this.#stream) - 1;
  }

  #draw(kept: readonly string[], frame: readonly string[]): void {
    const height = this.#lines.reduce((sum, line) => sum + this.#rowsOf(line), 0);
    const up = height > 0 ? `${ESC}${height}A` : '';
    const text = [...kept, ...frame].map((line) => `${line}${ERASE_TO_LINE_END}\n`).join('');
    this.#stream.write(`${TOGETHER}\r${up}${text}${ERASE_BELOW}${SHOWN}`);
    this.#lines = frame;
  }

  /** Rows that a line takes: after the terminal was made narrower it may be several. */
  #rowsOf(line: string): number {
    const columns = columnsOf(this.#stream);
    const options = { hard: true, trim: false, wordWrap: false };
    return wrapAnsi(line, columns, options).split('\n').length;
  }
}

/** As many lines as fit: without the empty ones if need be, then without the last. */
function fitted(lines: readonly string[], height: number): readonly string[] {
  if (lines.length <= height) return lines;
  return lines.filter((line) => line !== '').slice(0, Math.max(0, height));
}
