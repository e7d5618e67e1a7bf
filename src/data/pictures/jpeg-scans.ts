import { checkSize } from '../grey.js';

/** Programs write a dozen at most. */
const MOST_SCANS = 100;
/** As the standard has it. */
const MOST_COMPONENTS = 4;

/** Each block of 8x8 pixels has one bit at least, for its mean. */
const MOST_PIXELS_A_BYTE = 8 * 64;

const END = 0xffd9;

/**
 * Looks at the size and counts the scans of a JPEG before it is decoded. Each goes over the whole picture, and can do so with a
 * handful of bytes ("nothing changes in the next 32,767 blocks"): a small file can ask for days of work.
 * Goes from marker to marker as jpeg-js does, its leniencies included: what it would not come to, such as the
 * film that phones put behind a photo, does not count.
 * @throws Error where there are too many, one is of more components than there can be, or there are more pixels than
 *   such a file can hold
 */
export function checkScans(bytes: Uint8Array): void {
  const byte = (at: number) => bytes[at] ?? 0;
  const word = (at: number) => (byte(at) << 8) | byte(at + 1);
  let scans = 0;
  let lenient = true;
  for (let at = 2; at < bytes.length; ) {
    const marker = word(at);
    at += 2;
    if (marker === END) return;
    if ((marker >= 0xffe0 && marker <= 0xffef) || marker === 0xfffe) {
      at += Math.max(word(at), 2); // a program's own data, or a comment
    } else if (marker === 0xffdb) {
      at = afterQuantization(byte, at + 2, at + word(at));
    } else if (marker >= 0xffc0 && marker <= 0xffc2) {
      // A frame. Its decoder sets memory aside for all of it, so the file must be long enough to fill it.
      const [height, width] = [word(at + 3), word(at + 5)];
      if (width > 0 && height > 0) checkSize(width, height);
      if (width * height > bytes.length * MOST_PIXELS_A_BYTE) {
        throw new Error('it is cut short');
      }
      at += 8 + 3 * byte(at + 7);
    } else if (marker === 0xffc4) {
      at = afterHuffman(byte, at + 2, word(at));
    } else if (marker === 0xffdd || marker === 0xffdc) {
      at += 4; // the interval of restarts, the number of lines
    } else if (marker === 0xffda) {
      const components = byte(at + 2);
      if (components > MOST_COMPONENTS) throw new Error('it is a damaged JPEG');
      if (++scans > MOST_SCANS) throw new Error('it has too many scans');
      at = afterScan(bytes, at + 6 + 2 * components);
    } else if (marker === 0xffff) {
      if (byte(at) !== 0xff) at--; // bytes that fill
    } else if (marker !== 0xff00) {
      // Not a marker, as if the one before had eaten its first byte; or, once, a length that is wrong.
      if (byte(at - 3) === 0xff && byte(at - 2) >= 0xc0 && byte(at - 2) <= 0xfe) at -= 3;
      else if (lenient && (marker === 0xe0 || marker === 0xe1)) {
        lenient = false;
        at += word(at);
      } else return; // here the decoder gives up
    }
  }
}

function afterQuantization(byte: (at: number) => number, begin: number, end: number): number {
  let at = begin;
  while (at < end) at += byte(at) >> 4 === 0 ? 65 : 129;
  return at;
}

function afterHuffman(byte: (at: number) => number, begin: number, length: number): number {
  let at = begin;
  for (let done = 2; done < length; ) {
    let values = 0;
    for (let i = 1; i <= 16; i++) values += byte(at + i);
    at += 17 + values;
    done += 17 + values;
  }
  return at;
}

/** The marker that ends a scan: within one, 0 comes after 255, or the number of a restart. */
function afterScan(bytes: Uint8Array, begin: number): number {
  for (let at = bytes.indexOf(0xff, begin); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1] ?? 0;
    if (next !== 0 && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
  return bytes.length;
}
