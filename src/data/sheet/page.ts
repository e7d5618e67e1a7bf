import { encode } from 'fast-png';
import { FONT_HEIGHT, widthOf, write } from './font.js';

/** A colour: red, green, blue, 0 to 255. */
export type Colour = readonly [number, number, number];

const PAGE: Colour = [236, 236, 233];
const PAPER: Colour = [255, 255, 255];
const INK: Colour = [24, 26, 33];

/** Something to paint on, in colours, its origin the upper left. */
export class Page {
  readonly #data: Uint8Array;

  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.#data = new Uint8Array(3 * width * height);
    this.fill(0, 0, width, height, PAGE);
  }

  fill(left: number, top: number, width: number, height: number, colour: Colour): void {
    for (let y = top; y < top + height; y++) {
      for (let x = left; x < left + width; x++) this.#data.set(colour, 3 * (y * this.width + x));
    }
  }

  /** Lines of text, right-aligned at `right` and vertically centred on `middle`. */
  label(right: number, middle: number, lines: readonly string[]): void {
    lines.forEach((line, i) => {
      const left = right - widthOf(line);
      const top = Math.round(middle + (i - lines.length / 2) * FONT_HEIGHT);
      write(line, (x, y) => this.fill(left + x, top + y, 1, 1, INK));
    });
  }

  /** @param ink of each pixel [height, width], 0 to 1 */
  picture(
    left: number,
    top: number,
    height: number,
    width: number,
    scale: number,
    ink: (pixel: number) => number,
  ): void {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const part = Math.min(Math.max(ink(y * width + x), 0), 1);
        const [r, g, b] = PAPER.map((paper, i) => Math.round(paper + part * (INK[i]! - paper)));
        this.fill(left + x * scale, top + y * scale, scale, scale, [r!, g!, b!]);
      }
    }
  }

  png(): Uint8Array<ArrayBuffer> {
    const { width, height } = this;
    return Uint8Array.from(encode({ width, height, data: this.#data, channels: 3, depth: 8 }));
  }
}
