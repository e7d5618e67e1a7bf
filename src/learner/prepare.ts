import { UserError } from '../common/errors.js';
import { tagOf } from '../common/tag.js';
import { ATLAS_SIDE } from '../data/drawings.js';
import type { Picture } from '../data/grey.js';
import { borderMedian, FAINTEST, inkOf as wholeInk } from '../data/ink.js';
import { UPRIGHT, warp } from '../data/warp.js';
import { boxOf, draw, type Mask, slantOf, strokeWidth, thin } from './strokes.js';

/** Side in pixels of the frame that drawings are fitted into: that of Omniglot's images. */
const FRAME = 105;
/**
 * The longer side of a drawing's centre lines in its frame, and the width of the pen. In Omniglot the medians are 63
 * and about 4.4. These values gave the best test accuracy, by a small margin.
 */
const EXTENT = 66;
const PEN = 5;
/** Strokes thinner than this in the frame (in pixels) would break when pixels are averaged. */
const THIN = 3;
/**
 * The part of a drawing's slant that is removed, and the largest slant that counts (a level line can have any). Hands
 * differ in slant. Removing all of it makes a slash a bar, and costs accuracy on Omniglot.
 */
const UPRIGHTED = 0.5;
const STEEPEST = 1;
/** In drawings that are enlarged more than this (of up to about 15 pixels) holes and gaps are a pixel or less, and grey. */
const ENLARGED = 5;
/** How far a pixel is moved away from the mean around it, as a multiple of its distance from it, to open those. */
const SHARPER = 2;
/** A pixel counts as foreground from this fraction of the strongest pixel. */
const INK = 0.3;

/** Foreground, 0 to 255, row after row. */
type Ink = Picture['grey'];

/** The position of a frame in a picture: its corner in pixels of the picture, and the size of a frame's pixel. */
interface Window {
  readonly left: number;
  readonly top: number;
  readonly step: number;
}

/**
 * How drawings are prepared. `strokes`: centred, scaled and redrawn with a pen like Omniglot's; `whole`: the whole
 * picture, for networks that were trained on folders of pictures.
 */
export type Form = 'strokes' | 'whole';

/** A drawing as the network gets it, made by `learner.prepare(drawing)`. */
export class Prepared {
  /** @param ink [height, width]: foreground up to 1, background 0 */
  constructor(
    readonly width: number,
    readonly height: number,
    readonly ink: Float32Array,
  ) {}
}

/** Whether a drawing is prepared, possibly by another copy of this library. */
export function isPrepared(drawing: unknown): drawing is Prepared {
  const { width, height, ink } = Object(drawing) as Partial<Prepared>;
  return tagOf(ink) === 'Float32Array' && ink!.length === width! * height!;
}

/** Checks what was prepared, or passes for it. @throws UserError if it is no picture */
export function checkInk(ink: Float32Array): void {
  const bad = ink.find((x) => !(x >= 0 && x < 1.001)); // sums of shares may be rounded up
  if (bad !== undefined) {
    throw new UserError(`a prepared drawing holds ${bad}: its numbers lie between 0 and 1`);
  }
}

/**
 * A picture as the network gets it: foreground up to 1, background 0.
 * @param name of the drawing in messages
 * @throws UserError if the picture has no foreground
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
    throw new UserError(`${name} is empty: nothing in it stands out from the background`);
  }
  const out = new Float32Array(height * width);
  const only = { name: '', classes: [], digest: '', side: ATLAS_SIDE, atlas };
  warp(only, 0, UPRIGHT, height, width, out, 0);
  return new Prepared(width, height, out);
}

/**
 * The drawing centred, scaled and redrawn along the centre lines of its strokes, with a pen of the width that the
 * network was trained on. (On Omniglot itself this is better than scaling alone, which gives strokes of all widths.)
 * @returns [ATLAS_SIDE, ATLAS_SIDE]: foreground, 0 to 255; undefined if there is none
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

/** The drawing in its frame [FRAME, FRAME]: how much of each pixel is foreground, 0 to 1; undefined if there is none. */
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
  const isSmall = step < 1 / ENLARGED;
  const frame =
    step > 1 && pen / step < THIN
      ? touched(mask, window)
      : sample(isSmall ? sharpened(picture, ink, strongest) : ink, width, height, window).map(
          (value) => +(value >= strongest / 2),
        );
  const lines = thin({ width: FRAME, height: FRAME, ink: Uint8Array.from(frame) });
  const slant = Math.min(Math.max(slantOf(lines), -STEEPEST), STEEPEST);
  return draw(lines, UPRIGHTED * slant, FRAME, EXTENT, PEN);
}

/** How much darker than a light background, or lighter than a dark one. */
function inkOf({ width, height, grey }: Picture): Ink {
  const ground = borderMedian(width, height, grey);
  const ink = new Uint8Array(grey.length);
  const sign = ground >= 128 ? -1 : 1;
  for (let i = 0; i < ink.length; i++) ink[i] = Math.max(sign * (grey[i]! - ground), 0);
  return ink;
}

/** The foreground minus its blur (binomial, 3 by 3). Black and white pictures stay the same. */
function sharpened({ width, height }: Picture, ink: Ink, strongest: number): Ink {
  return ink.map((value, i) => {
    if (value === 0) return 0;
    const x = i % width;
    const y = (i - x) / width;
    let blur = 0;
    for (let v = Math.max(y - 1, 0); v <= Math.min(y + 1, height - 1); v++) {
      for (let u = Math.max(x - 1, 0); u <= Math.min(x + 1, width - 1); u++) {
        blur += (ink[v * width + u]! * (2 - Math.abs(u - x)) * (2 - Math.abs(v - y))) / 16;
      }
    }
    return Math.min(Math.max(value + SHARPER * (value - blur), 0), strongest);
  });
}

/** The picture in a frame: averaged where pixels get smaller, bilinear where they get larger. */
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

/** For each pixel along a line of the frame: the pixels of the picture that contribute, with their weights. */
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

/** Which pixels of the frame contain foreground, for frames coarser than the picture. */
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
