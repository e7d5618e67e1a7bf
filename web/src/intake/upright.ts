import { readWebpHeader } from '../../../dist/data/pictures/webp-header.js';

/** Longer sides are made smaller: the page keeps small pictures only. */
const SIDE = 1024;

/** How the eight orientations of Exif turn a picture about its middle: a, b, c, d of a canvas's transform. */
const TURNS = [
  [1, 0, 0, 1],
  [-1, 0, 0, 1],
  [-1, 0, 0, -1],
  [1, 0, 0, -1],
  [0, 1, 1, 0],
  [0, 1, -1, 0],
  [0, -1, -1, 0],
  [0, -1, 1, 0],
] as const;

/**
 * A picture's file without its orientation, and the orientation. Browsers turn JPEG and PNG as Exif says, but
 * Chromium (156) does not turn WebP: without its orientation no browser does, and the page can.
 */
export async function apart(file: Blob): Promise<{ blob: Blob; orientation: number }> {
  if (file.type !== 'image/webp') return { blob: file, orientation: 1 };
  const bytes = new Uint8Array(await file.arrayBuffer());
  try {
    const { orientation, exifAt } = readWebpHeader(bytes);
    if (exifAt === undefined) return { blob: file, orientation: 1 };
    bytes.set(new TextEncoder().encode('none'), exifAt); // chunks of unknown names are passed over
    return { blob: new Blob([bytes], { type: file.type }), orientation };
  } catch {
    return { blob: file, orientation: 1 }; // the browser says what is wrong with it
  }
}

/** The picture turned upright. */
export async function upright(
  picture: HTMLImageElement,
  orientation: number,
): Promise<HTMLImageElement> {
  if (orientation === 1) return picture;
  const { naturalWidth, naturalHeight } = picture;
  const scale = Math.min(1, SIDE / Math.max(naturalWidth, naturalHeight));
  const [width, height] = [Math.ceil(naturalWidth * scale), Math.ceil(naturalHeight * scale)];
  const [columns, rows] = orientation >= 5 ? [height, width] : [width, height];
  const canvas = new OffscreenCanvas(columns, rows);
  const context = canvas.getContext('2d')!;
  context.imageSmoothingQuality = 'high';
  context.translate(columns / 2, rows / 2);
  const [a, b, c, d] = TURNS[orientation - 1]!;
  context.transform(a, b, c, d, 0, 0);
  context.drawImage(picture, -width / 2, -height / 2, width, height);
  const turned = new Image();
  const url = URL.createObjectURL(await canvas.convertToBlob());
  turned.src = url;
  await turned.decode().finally(() => URL.revokeObjectURL(url));
  return turned;
}
