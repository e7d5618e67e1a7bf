/** A drawing out of a photo of it: on paper in any light, with shadows, or on a blackboard. */
import { fitted } from './fitted.js';
import { boxAround, drawingAmong, type Part, partsOf } from './parts.js';
import { blurred, closed, largest, type Plane, quantile } from './plane.js';
import { withoutRules } from './ruled.js';

/** The widest stroke, as a share of the longer side. */
const WIDEST = 1 / 12;
/** So much of a picture is strokes at least: this share of it has the strongest contrast. */
const LEAST_INK = 0.0008;
/** The least contrast to the paper that counts, and as a multiple of the paper's own. */
const FAINTEST = 0.06;
const ABOVE_NOISE = 6;
/** Where strokes begin and how far they go on, as shares of the strongest contrast. */
const SURE = 0.5;
const LIKELY = 0.3;
/** In areas darker than this share of the paper, such as a table, contrast counts less. */
const DARK = 0.4;

/** A drawing's pixels, cut out: [height, width], 1 for a stroke. */
export interface CutOut {
  readonly width: number;
  readonly height: number;
  readonly ink: Uint8Array;
  /** Mean width of the strokes, pixels. */
  readonly pen: number;
}

/**
 * The strokes in a photo, cut out: `cutOut({ width, height, values })`.
 * @param photo grey, 0 to 255, some 800 pixels long
 * @returns undefined where nothing stands out from the paper
 */
export function cutOut(photo: Plane): CutOut | undefined {
  const { width, height } = photo;
  const contrast = contrastOf(isLightOnDark(photo) ? negative(photo) : photo);
  const all = levelOf(contrast);
  if (!all) return undefined;
  const unruled = withoutRules({ width, height, values: all }, LIKELY);
  // Strokes can be fainter than the rules, which then are as paper.
  const bare = contrast.map((value, i) => (all[i]! >= LIKELY && !unruled[i] ? 0 : value));
  const level = levelOf(bare);
  if (!level) return undefined;
  const mask = Uint8Array.from(level, (value) => +(value >= LIKELY));
  const sure = partsOf(mask, width, height).filter(({ pixels }) =>
    pixels.some((at) => level[at]! >= SURE),
  );
  const chosen = drawingAmong(sure);
  return chosen.length > 0 ? cut(chosen, width) : undefined;
}

/** Contrast as a share of the strongest, 0 on paper; undefined where nothing is stronger than the paper's own. */
function levelOf(contrast: Float32Array): Float32Array | undefined {
  const paper = quantile(contrast, 0.5);
  const range = quantile(contrast, 1 - LEAST_INK) - paper;
  const away = contrast.map((value) => Math.abs(value - paper));
  const noise = 1.48 * quantile(away, 0.5); // the standard deviation of what is normally distributed
  if (range < Math.max(FAINTEST, ABOVE_NOISE * noise)) return undefined;
  return contrast.map((value) => (value - paper) / range);
}

/** By how much darker than the paper around it each pixel is, 0 to 1: 0 on paper, in shadows and on a table alike. */
function contrastOf(photo: Plane): Float32Array {
  const soft = blurred(photo, 1);
  const reach = Math.round((WIDEST * Math.max(photo.width, photo.height)) / 2);
  const ground = closed(soft, reach).values;
  const least = DARK * quantile(ground, 0.9);
  return soft.values.map((value, i) => (ground[i]! - value) / Math.max(ground[i]!, least, 1));
}

/** Strokes are few, and far from the mean around them: on which side says whether they are light. */
function isLightOnDark(photo: Plane): boolean {
  const around = blurred(photo, Math.round(WIDEST * Math.max(photo.width, photo.height)));
  let skew = 0;
  photo.values.forEach((value, i) => {
    skew += (value - around.values[i]!) ** 3;
  });
  return skew > 0;
}

function negative({ width, height, values }: Plane): Plane {
  return { width, height, values: values.map((value) => 255 - value) };
}

function cut(parts: readonly Part[], width: number): CutOut {
  const box = boxAround(parts.map((part) => part.box));
  const columns = box.right - box.left;
  const ink = new Uint8Array(columns * (box.bottom - box.top));
  for (const { pixels } of parts) {
    for (const at of pixels) {
      const x = at % width;
      ink[((at - x) / width - box.top) * columns + x - box.left] = 1;
    }
  }
  return { width: columns, height: box.bottom - box.top, ink, pen: parts[0]!.pen };
}

/** Strokes of a kept drawing have this width at least, pixels: thinner ones would fade when it is made smaller. */
const THINNEST = 1.6;

/**
 * The drawing in the middle of a square with a margin, as the page keeps it.
 * @returns [side, side]: foreground up to 1
 */
export function squared(drawing: CutOut, side: number, margin: number): Float32Array {
  const step = Math.max(drawing.width, drawing.height) / (side - 2 * margin);
  const reach = Math.max(0, Math.ceil((THINNEST * step - drawing.pen) / 2));
  return fitted(thickened(drawing, reach), side, margin);
}

/** Strokes wider by `reach` on both sides, in a picture that is larger by as much. */
function thickened({ width, height, ink }: CutOut, reach: number): Plane {
  const columns = width + 2 * reach;
  const values = new Float32Array(columns * (height + 2 * reach));
  ink.forEach((value, i) => {
    const x = i % width;
    values[((i - x) / width + reach) * columns + x + reach] = value;
  });
  return largest({ width: columns, height: height + 2 * reach, values }, reach);
}
