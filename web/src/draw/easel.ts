import { Pad, type PadEvents } from '../pad/pad.js';
import type { Stroke } from '../pad/strokes.js';
import type { Look } from '../session/step.js';
import { byId } from '../ui/element.js';
import { thumbnail } from '../ui/thumbnail.js';

/** The pad with what lies on it: strokes of the pen, or a picture in their place. */
export class Easel {
  readonly #root = byId('pad');
  readonly #pad: Pad;
  #picture: Look | undefined;

  constructor(events: PadEvents) {
    this.#pad = new Pad(this.#root, events);
  }

  /** What is on the easel; undefined when it is blank. */
  get look(): Look | undefined {
    if (this.#picture) return this.#picture;
    return this.#pad.isEmpty ? undefined : { strokes: this.#pad.strokes };
  }

  /** Shows strokes that were not made here; they are not to be had as a look. */
  play(strokes: readonly Stroke[]): void {
    this.#pad.show(strokes);
  }

  /** Shows what was drawn here, after something else was. */
  showOwn(): void {
    this.#pad.show(this.#pad.strokes);
  }

  /** Puts a picture in place of all strokes. */
  put(picture: Look): void {
    this.clear();
    this.#picture = picture;
    this.#root.append(thumbnail(picture));
  }

  takePictureOff(): void {
    this.#picture = undefined;
    this.#root.querySelector('.thumb')?.remove();
  }

  undo(): void {
    this.#pad.undo();
  }

  clear(): void {
    this.takePictureOff();
    this.#pad.clear();
  }

  focus(): void {
    this.#root.focus();
  }
}
