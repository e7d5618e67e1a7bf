import { Pad, type PadEvents } from '../pad/pad.js';
import type { Stroke } from '../pad/strokes.js';
import type { Look } from '../session/step.js';
import { byId } from '../ui/element.js';
import { thumbnail } from '../ui/thumbnail.js';

/** The pad with what lies on it: strokes of the pen, or a picture instead. */
export class Easel {
  readonly #root = byId('pad');
  readonly #pad: Pad;
  #picture: Look | undefined;

  constructor(events: PadEvents) {
    this.#pad = new Pad(this.#root, events);
  }

  /** What is on the pad; undefined when it is blank. */
  get look(): Look | undefined {
    if (this.#picture) return this.#picture;
    return this.#pad.isEmpty ? undefined : { strokes: this.#pad.strokes };
  }

  /** Shows strokes that were not made here; they are not to be had as a look. */
  play(strokes: readonly Stroke[]): void {
    this.#pad.show(strokes);
  }

  /** Shows none of what was drawn here, until `showOwn`. */
  hide(): void {
    this.#root.querySelector('.thumb')?.remove();
    this.#pad.show([]);
  }

  /** Shows what was drawn here, after something else was. */
  showOwn(): void {
    this.#pad.show(this.#pad.strokes);
    if (this.#picture) this.#root.append(thumbnail(this.#picture));
  }

  /** Puts strokes, to be drawn on, or a picture in place of what was there. */
  put(look: Look): void {
    this.clear();
    if ('strokes' in look) {
      this.#pad.load(look.strokes);
      return;
    }
    this.#picture = look;
    this.#root.append(thumbnail(look));
  }

  takePictureOff(): void {
    this.#picture = undefined;
    this.#root.querySelector('.thumb')?.remove();
  }

  /** Takes back a stroke, or the picture. */
  undo(): void {
    this.takePictureOff();
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
