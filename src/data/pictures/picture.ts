import { fileKind } from '../../common/files/file-kind.js';
import { flatten, type Picture } from '../grey.js';
import { decodeBmp, isBmp } from './bmp.js';
import { decodeJpeg } from './jpeg.js';
import { type Decoded, upright } from './orientation.js';
import { decodePng, isPng } from './png.js';
import { decodeWebp } from './webp.js';
import { isWebp } from './webp-header.js';

export type { Picture } from '../grey.js';

/** Bytes of a picture's file. */
export const MAX_PICTURE_BYTES = 64 * 2 ** 20;

/** The kinds of pictures that are read, for messages. */
export const PICTURE_KINDS = 'PNG, JPEG, WebP or BMP';

/** How the names of such files end. */
export const PICTURE_NAME = /\.(png|jpe?g|jpe|jfif|webp|bmp|dib)$/i;

/**
 * Decodes a PNG, JPEG, WebP or BMP, whichever the bytes are (the file's name does not count), to grey, upright
 * as Exif says. Transparent pictures are laid on white, or on black where what is opaque in them is mostly light.
 * @throws Error saying what is wrong with the bytes: `it is cut short`
 */
export function decodePicture(bytes: Uint8Array): Picture {
  const { orientation, ...picture } = decode(bytes);
  return flatten(upright(picture, orientation));
}

function decode(bytes: Uint8Array): Decoded {
  if (bytes.length === 0) throw new Error('it is empty');
  if (isPng(bytes)) return decodePng(bytes);
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return decodeJpeg(bytes);
  if (isWebp(bytes)) return decodeWebp(bytes);
  if (isBmp(bytes)) return decodeBmp(bytes);
  const kind = fileKind(bytes);
  if (!kind) throw new Error(`it is not a ${PICTURE_KINDS} picture`);
  const advice = kind.advice ?? (kind.isPicture ? 'convert it to PNG' : '');
  throw new Error(`it is ${kind.name}, not a ${PICTURE_KINDS} picture${advice && `: ${advice}`}`);
}
