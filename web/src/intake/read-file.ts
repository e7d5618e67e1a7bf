import { UserError } from 'mann';
import type { Look } from '../session/step.js';
import { drawingIn, LONGEST, SIDE } from './picture.js';
import type { Plane } from './plane.js';
import { apart, upright } from './upright.js';

/** The page makes no longer files, and needs none. */
const LARGEST = 8;
/** A phone's photo can be larger. MB, both. */
const LARGEST_PICTURE = 32;
/** Pixels of a picture at most: small files can hold huge pictures. */
const MOST_PIXELS = 50e6;

/**
 * A file that somebody chose, dropped or pasted: the text of a JSON file, or a picture as a drawing.
 * @throws UserError on everything else
 */
export async function readFile(file: File): Promise<string | Look> {
  // No SVG: it can hold scripts and references to elsewhere.
  const isPicture = /^image\/(png|jpeg|webp|bmp)$/.test(file.type);
  const most = isPicture ? LARGEST_PICTURE : LARGEST;
  if (file.size > most << 20) {
    const what = isPicture ? 'pictures' : 'files';
    throw new UserError(`${file.name} is too large: ${what} can have up to ${most} MB`);
  }
  if (/\.json$/i.test(file.name) || file.type === 'application/json') return file.text();
  if (!isPicture) {
    throw new UserError(
      `${file.name} is neither a file of drawings from this page (.json) nor a picture (PNG, JPEG, WebP, BMP)`,
    );
  }
  return readPicture(file, file.name);
}

/**
 * The drawing in a picture or a photo of paper: `await readPicture(blob, 'The photo')`.
 * @param name of the picture in messages
 * @throws UserError if it cannot be read, or nothing in it stands out from the background
 */
export async function readPicture(picture: Blob, name: string): Promise<Look> {
  const { blob, orientation } = await apart(picture);
  const url = URL.createObjectURL(blob);
  try {
    const plane = planeOf(await upright(await openPicture(name, url), orientation));
    const ink = drawingIn(plane);
    if (ink) return { ink, side: SIDE };
  } finally {
    URL.revokeObjectURL(url);
  }
  throw new UserError(
    `${name} shows nothing that stands out from the paper: draw with a dark pen, and take the picture from nearer in even light`,
  );
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

/** The picture in grey, on white where it is transparent, and smaller if it is large. */
function planeOf(picture: HTMLImageElement): Plane {
  const { naturalWidth, naturalHeight } = picture;
  const scale = Math.min(1, LONGEST / Math.max(naturalWidth, naturalHeight));
  const width = Math.max(1, Math.round(naturalWidth * scale));
  const height = Math.max(1, Math.round(naturalHeight * scale));
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  context.imageSmoothingQuality = 'high';
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  context.drawImage(picture, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  const values = new Float32Array(width * height);
  for (let i = 0; i < values.length; i++) {
    values[i] = 0.299 * data[4 * i]! + 0.587 * data[4 * i + 1]! + 0.114 * data[4 * i + 2]!;
  }
  return { width, height, values };
}
