import { beginning, type Stroke } from '../pad/strokes.js';
import { Timeline } from '../ui/timeline.js';
import type { Easel } from './easel.js';
import { showMode } from './mode.js';

/** How long somebody else takes for a drawing, milliseconds. */
const DRAWING = 900;

/** Whose turn it is at the pad: that of a recording, of somebody else who draws, or the visitor's. */
export class Turn {
  readonly #easel: Easel;
  /** Begins the recording and returns what ends it. */
  #begin: (() => () => void) | undefined;
  /** Ends the recording; undefined once the visitor draws. */
  #end: (() => void) | undefined = () => undefined;
  /** Somebody else's drawing on its way to the pad. */
  #drawing: Timeline | undefined;

  constructor(easel: Easel) {
    this.#easel = easel;
  }

  /** Whether the visitor has the pen: no recording plays or has just been shown. */
  get isVisitors(): boolean {
    return this.#end === undefined;
  }

  /** There is a recording now. @param begin begins it and returns what ends it */
  offer(begin: () => () => void): void {
    this.#begin = begin;
  }

  /** The recording plays, from its beginning. @param before what has to be put away for it */
  play(before: () => void): void {
    if (!this.#begin) return;
    this.#end?.();
    this.#easel.hide();
    showMode('playing');
    before();
    this.#end = this.#begin();
  }

  /** Draws as somebody else would. @param then the drawing is there */
  draw(strokes: readonly Stroke[], then: () => void): void {
    this.#drawing = new Timeline([
      { at: 0, until: DRAWING, move: (share) => this.#easel.play(beginning(strokes, share)) },
      { at: DRAWING, act: then },
    ]);
  }

  /** The visitor takes the pen, from whoever has it. @returns whether a recording had it */
  take(): boolean {
    if (this.#drawing) {
      this.#drawing.stop();
      this.#drawing = undefined;
      this.#easel.showOwn();
    }
    if (!this.#end) return false;
    this.#end();
    this.#end = undefined;
    this.#easel.showOwn();
    showMode('own');
    return true;
  }
}
