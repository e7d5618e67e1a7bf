import { UserError } from 'mann';
import type { Look } from '../session/step.js';
import { apart, upright } from './upright.js';

/** The page makes no longer files, and needs none. */
const LARGEST = 8 << 20;
/** Pixels of a picture at most: small files can hold huge pictures. */
const MOST_PIXELS = 50e6;
/** Side of a picture as it is kept. */
const SIDE = 140;
/** White border: the background. */
const MARGIN = 8;

/**
 * A file that somebody chose or dropped: the text of a JSON file, or a picture as a drawing.
 * @throws UserError on everything else
 */
export async function readFile(file: File): Promise<string | Look> {
  if (file.size > LARGEST) {
    throw new UserError(`${file.name} is too large: files can have up to 8 MB`);
  }
  if (/\.json$/i.test(file.name) || file.type === 'application/json') return file.text();
  // No SVG: it can hold scripts and references to elsewhere.
  if (!/^image\/(png|jpeg|webp|bmp)$/.test(file.type)) {
    throw new UserError(
      `${file.name} is neither a file of drawings from this page (.json) nor a picture (PNG, JPEG, WebP, BMP)`,
    );
  }
  const { blob, orientation } = await apart(file);
  const url = URL.createObjectURL(blob);
  try {
    return lookOf(await upright(await openPicture(file.name, url), orientation));
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** Checks a picture's size before its pixels are decoded. */
async function openPicture(name: string, url: string): Promise<HTMLImageElement> {
  const picture = new Image();
  const isThere = new Promise((resolve, reject) => {
    picture.onload = resolve;
    picture.onerror = reject;
  });
  picture.src = url;
  try {
    await isThere;
  } catch {
    throw new UserError(`${name} cannot be read: it is damaged, or not a picture`);
  }
  const { naturalWidth: width, naturalHeight: height } = picture;
  if (width * height > MOST_PIXELS) {
    throw new UserError(
      `${name} has ${width} by ${height} pixels: up to ${MOST_PIXELS / 1e6} million are read`,
    );
  }
  return picture;
}

/** The picture as foreground on a small square, dark on light or light on dark: the corners say which. */
function lookOf(picture: HTMLImageElement): Look {
  const canvas = new OffscreenCanvas(SIDE, SIDE);
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  const scale = (SIDE - 2 * MARGIN) / Math.max(picture.naturalWidth, picture.naturalHeight);
  const [width, height] = [picture.naturalWidth * scale, picture.naturalHeight * scale];
  context.imageSmoothingQuality = 'high';
  context.fillStyle = '#fff';
  context.fillRect(0, 0, SIDE, SIDE);
  context.drawImage(picture, (SIDE - width) / 2, (SIDE - height) / 2, width, height);
  const { data } = context.getImageData(0, 0, SIDE, SIDE);
  const at = (x: number, y: number) => {
    const i = 4 * (Math.floor(y) * SIDE + Math.floor(x));
    return (data[i]! + data[i + 1]! + data[i + 2]!) / 765;
  };
  const left = (SIDE - width) / 2 + 1;
  const top = (SIDE - height) / 2 + 1;
  const corners = [
    at(left, top),
    at(SIDE - left - 1, top),
    at(left, SIDE - top - 1),
    at(SIDE - left - 1, SIDE - top - 1),
  ];
  const isDark = corners.reduce((a, b) => a + b, 0) < 2;
  const ink = new Float32Array(SIDE * SIDE);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const inside = x >= left && x < SIDE - left && y >= top && y < SIDE - top;
      // Three digits: a picture that is kept takes an eighth of the room, and comes back as it was.
      ink[y * SIDE + x] = inside ? Number((isDark ? at(x, y) : 1 - at(x, y)).toFixed(3)) : 0;
    }
  }
  return { ink, side: SIDE };
}
