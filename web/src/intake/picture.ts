/** A picture as a small square of foreground, whatever it is: a clean drawing or a photo of paper. */
import { fitted, whole } from './fitted.js';
import { type Box, boxAround, drawingAmong, longerSide, partsOf } from './parts.js';
import { cutOut, squared } from './photo.js';
import { type Plane, quantile } from './plane.js';
import { isRuled } from './ruled.js';

/** Longer side of a picture that is read here, pixels. */
export const LONGEST = 800;
/** Side of a picture as it is kept. */
export const SIDE = 140;
/** Background around it. */
const MARGIN = 8;

/** A picture is clean where this share of its border is as good as one grey, or this share of all of it. */
const EVEN = 0.9;
const MOSTLY_EVEN = 0.7;
const SAME = 5;
/** Shorter ones are no photos, pixels. */
const SHORTEST_PHOTO = 100;
/** The same for pictures in which no strokes are found, such as filled shapes. */
const FAIRLY_EVEN = 0.6;
const SIMILAR = 12;
const CLEAR = 64;
/** A clean picture with less than this between its lightest and darkest is empty. */
const FAINTEST = 8;
/** What is darker or lighter than the border by this share of the most is part of a drawing. */
const INK = 0.3;
/** Clean drawings that fill less than this share of their picture are cut out. */
const SMALL = 0.6;

/**
 * The drawing in a picture: `drawingIn({ width, height, values })`.
 * @param picture grey, 0 to 255, up to {@link LONGEST} pixels long
 * @returns [SIDE, SIDE]: foreground up to 1; undefined where nothing stands out from the background
 */
export function drawingIn(picture: Plane): Float32Array | undefined {
  const border = borderOf(picture);
  const ground = quantile(border, 0.5);
  if (isClean(picture, border, ground)) {
    const most = strongest(picture, ground);
    if (most < FAINTEST) return undefined;
    const level = picture.values.map((value) => away(value, ground) / most);
    if (!isRuled({ ...picture, values: level }, INK)) return clean(picture, ground);
  }
  const drawing = cutOut(picture);
  if (drawing) return rounded(squared(drawing, SIDE, MARGIN));
  return shareNear(border, ground, SIMILAR) >= FAIRLY_EVEN && strongest(picture, ground) >= CLEAR
    ? clean(picture, ground)
    : undefined;
}

function isClean(picture: Plane, border: Float32Array, ground: number): boolean {
  const { width, height, values } = picture;
  if (Math.max(width, height) < SHORTEST_PHOTO) return true;
  // A page that lies on a table has an even border too.
  const isGround = Math.abs(quantile(values, 0.5) - ground) <= SIMILAR;
  return (
    isGround &&
    (shareNear(border, ground, SAME) >= EVEN || shareNear(values, ground, SAME) >= MOSTLY_EVEN)
  );
}

/** The share of values that are about as light as the background. */
const shareNear = (values: Float32Array, ground: number, reach: number) =>
  values.reduce((sum, value) => sum + +(Math.abs(value - ground) <= reach), 0) / values.length;

/** A drawing on one grey, dark on light or light on dark. */
function clean(picture: Plane, ground: number): Float32Array {
  const { width, height, values } = picture;
  const ink = values.map((value) => (ground < 128 ? value : 255 - value) / 255);
  const box = boxOfDrawing(picture, ground);
  const isSmall = box && longerSide(box) < SMALL * Math.max(width, height);
  const plane = { width, height, values: ink };
  return rounded(fitted(plane, SIDE, MARGIN, isSmall ? box : whole(plane)));
}

/** Where the drawing is; undefined where there is none. */
function boxOfDrawing(picture: Plane, ground: number): Box | undefined {
  const { width, height, values } = picture;
  const least = INK * strongest(picture, ground);
  const mask = Uint8Array.from(values, (value) => +(away(value, ground) > least));
  const parts = drawingAmong(partsOf(mask, width, height));
  return parts.length > 0 ? boxAround(parts.map(({ box }) => box)) : undefined;
}

/** How far a value is from the background, on the side where the drawing is. */
const away = (value: number, ground: number) => (ground < 128 ? value - ground : ground - value);

const strongest = ({ values }: Plane, ground: number) =>
  values.reduce((most, value) => Math.max(most, away(value, ground)), 0);

/** The pixels within a fiftieth of the picture's longer side of its edges. */
function borderOf({ width, height, values }: Plane): Float32Array {
  const reach = Math.max(1, Math.round(Math.max(width, height) / 50));
  return values.filter((_, i) => {
    const x = i % width;
    const y = (i - x) / width;
    return x < reach || y < reach || x >= width - reach || y >= height - reach;
  });
}

/** Three digits: a picture that is kept takes an eighth of the room, and comes back as it was. */
function rounded(ink: Float32Array): Float32Array {
  return ink.map((value) => Number(value.toFixed(3)));
}
