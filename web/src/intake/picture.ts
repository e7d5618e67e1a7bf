/** A picture as a small square of foreground, whatever it is: a clean drawing or a photo of paper. */
import { fitted, whole } from './fitted.js';
import { type Box, boxAround, drawingAmong, longerSide, partsOf } from './parts.js';
import { cutOut, squared } from './photo.js';
import { type Plane, quantile } from './plane.js';

/** Longer side of a picture that is read here, pixels. */
export const LONGEST = 800;
/** Side of a picture as it is kept. */
export const SIDE = 140;
/** Background around it. */
const MARGIN = 8;

/** A picture is clean where this share of its border is as good as one grey. */
const EVEN = 0.9;
const SAME = 5;
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
  const share = (reach: number) =>
    border.filter((value) => Math.abs(value - ground) <= reach).length / border.length;
  // A page that lies on a table has an even border too.
  const isGround = Math.abs(quantile(picture.values, 0.5) - ground) <= SIMILAR;
  if (share(SAME) >= EVEN && isGround) {
    return strongest(picture, ground) >= FAINTEST ? clean(picture, ground) : undefined;
  }
  const drawing = cutOut(picture);
  if (drawing) return rounded(squared(drawing, SIDE, MARGIN));
  return share(SIMILAR) >= FAIRLY_EVEN && strongest(picture, ground) >= CLEAR
    ? clean(picture, ground)
    : undefined;
}

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
