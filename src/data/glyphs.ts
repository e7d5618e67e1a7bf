import { fnv1a64 } from '../common/numbers/fnv.js';
import { checkOptions } from '../common/options.js';
import { Random } from '../common/random.js';
import { ATLAS_SIDE, type DataSet, type DrawingClass } from './drawings.js';
import { Canvas } from './glyphs/canvas.js';
import { draw } from './glyphs/hand.js';
import { invent } from './glyphs/invent.js';

export interface GlyphOptions {
  /** Number of characters. Default 1,623, as in Omniglot. */
  readonly classes?: number;
  /** Drawings of each. Default 20. */
  readonly drawings?: number;
  /** Random seed, any integer: another seed gives other characters. Default 0. */
  readonly seed?: number;
}

/** To be increased with every change that changes a pixel. */
const VERSION = 1;

/**
 * The data set `glyphs`: generated handwriting that needs no files.
 *
 * ```ts
 * const data = glyphs({ classes: 60 }); // data.atlas: [1200, 35, 35]
 * ```
 * A class is a random program of one to four pen strokes; a drawing is one execution of it by another hand. The
 * class `glyph/0007` is the same for any number of `classes`, and its first drawings are the same for any number of
 * `drawings`. A seed gives the same pixels on every machine, because only sums, products, quotients and square roots
 * are used. The digest is `fnv1a64:` and 16 hex digits (FNV-1a, not SHA-256) of the options, the generator's version
 * and all pixels.
 * @throws UserError on unknown options or wrong types; RangeError if `classes` or `drawings` is not a whole number of
 *   at least 1, or `seed` is not an integer
 */
export function glyphs(options: GlyphOptions = {}): DataSet {
  checkOptions('glyphs', options, { classes: 'number', drawings: 'number', seed: 'number' });
  const { classes = 1623, drawings = 20, seed = 0 } = options;
  for (const [name, value] of Object.entries({ classes, drawings })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new RangeError(`${name} of glyphs must be a whole number from 1, not ${value}`);
    }
  }
  if (!Number.isSafeInteger(seed)) throw new RangeError(`seed of glyphs must be an integer`);

  const side = ATLAS_SIDE;
  const atlas = new Uint8Array(classes * drawings * side * side);
  const canvas = new Canvas(side);
  const digits = Math.max(4, String(classes).length);
  const list: DrawingClass[] = [];
  for (let i = 0; i < classes; i++) {
    const random = new Random(seed, `class ${i}`);
    const glyph = invent(random);
    for (let j = 0; j < drawings; j++) {
      const { strokes, pen } = draw(glyph, side, random);
      for (const stroke of strokes) canvas.stroke(stroke);
      canvas.lift(pen, atlas, (i * drawings + j) * side * side);
    }
    const name = `glyph/${String(i + 1).padStart(digits, '0')}`;
    list.push({ name, first: i * drawings, count: drawings });
  }
  const header = `glyphs ${VERSION} seed ${seed} classes ${classes} drawings ${drawings}\n`;
  const digest = `fnv1a64:${fnv1a64(new TextEncoder().encode(header), atlas)}`;
  return { name: 'glyphs', classes: list, side, atlas, digest };
}
