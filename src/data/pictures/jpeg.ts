import jpeg from 'jpeg-js';
import { messageOf } from '../../common/errors.js';
import { checkSize, luma, MAX_PIXELS } from '../grey.js';
import { checkScans } from './jpeg-scans.js';
import { type Decoded, orientationOf } from './orientation.js';

/** What a JPEG may take while it is decoded, MB as its decoder counts; it really takes up to thrice that. */
const JPEG_MEMORY = 1200;

/**
 * Decodes a JPEG to grey.
 * @throws Error saying what is wrong with the bytes
 */
export function decodeJpeg(bytes: Uint8Array): Decoded {
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
  const exif = exifOf(bytes);
  return { width, height, grey, orientation: exif ? orientationOf(exif) : 1 };
}

/** The Exif block: the first segment APP1 of that name before the picture's data. */
function exifOf(bytes: Uint8Array): Uint8Array | undefined {
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff; ) {
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at++; // a byte that fills
      continue;
    }
    if (marker === 0xda) return undefined;
    const length = (bytes[at + 2]! << 8) | bytes[at + 3]!;
    const segment = bytes.subarray(at + 4, at + 2 + length);
    // "Exif", 0, 0
    const isExif = [0x45, 0x78, 0x69, 0x66, 0, 0].every((byte, i) => segment[i] === byte);
    if (marker === 0xe1 && isExif) return segment.subarray(6);
    at += 2 + Math.max(length, 2);
  }
  return undefined;
}
