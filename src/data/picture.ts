import jpeg from 'jpeg-js';
import { messageOf } from '../common/errors.js';
import { checkSize, flatten, luma, MAX_PIXELS, type Picture } from './grey.js';
import { checkScans } from './jpeg-scans.js';
import { decodePng, isPng } from './png-decode.js';

export type { Picture } from './grey.js';

/** Bytes of a picture's file. */
export const MAX_PICTURE_BYTES = 64 * 2 ** 20;

/** What a JPEG may take while it is decoded, MB as its decoder counts; it really takes up to thrice that. */
const JPEG_MEMORY = 1200;

/**
 * Decodes a PNG or JPEG, whichever the bytes are (the file's name does not count), to grey.
 * Transparent pictures are laid on white, or on black where what is opaque in them is mostly light.
 * @throws Error saying what is wrong with the bytes: `it is cut short`
 */
export function decodePicture(bytes: Uint8Array): Picture {
  if (bytes.length === 0) throw new Error('it is empty');
  if (isPng(bytes)) return flatten(decodePng(bytes));
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return decodeJpeg(bytes);
  throw new Error('it is neither PNG nor JPEG');
}

function decodeJpeg(bytes: Uint8Array): Picture {
  checkScans(bytes);
  let decoded: { width: number; height: number; data: Uint8Array };
  try {
    decoded = jpeg.decode(bytes, {
      useTArray: true,
      tolerantDecoding: false, // half a picture is no drawing
      maxResolutionInMP: MAX_PIXELS / 1e6,
      maxMemoryUsageInMB: JPEG_MEMORY,
    });
  } catch (error) {
    const message = messageOf(error);
    const large = /^max(ResolutionInMP|MemoryUsageInMB)/.test(message);
    // What JavaScript itself says of bad data is for programmers: "Cannot read properties of undefined".
    const why = /^(Type|Range)Error$/.test((error as Error).name) ? '' : ` (${message})`;
    throw new Error(large ? 'it is too large' : `it is a damaged JPEG${why}`);
  }
  const { width, height, data } = decoded;
  checkSize(width, height);
  const grey = new Uint8Array(width * height);
  for (let i = 0; i < grey.length; i++) {
    grey[i] = luma(data[4 * i]!, data[4 * i + 1]!, data[4 * i + 2]!);
  }
  return { width, height, grey };
}
