/** Drawings as text: five bytes for a point are two, and JSON has no brackets in it. */
import type { Stroke } from '../pad/strokes.js';

/** Two of these are a number from 0 to 4095. None needs an escape in JSON. */
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Strokes as text, four characters a point and a space between strokes: `packed([[0, 1000, 500, 20]])`. */
export function packed(strokes: readonly Stroke[]): string {
  return strokes
    .map((stroke) => stroke.map((n) => DIGITS[n >> 6]! + DIGITS[n & 63]!).join(''))
    .join(' ');
}

/** The strokes of such a text: `unpacked('AAPo H0AU')`. */
export function unpacked(text: string): Stroke[] {
  return text.split(' ').map((stroke) => {
    const numbers: number[] = [];
    for (let i = 0; i < stroke.length; i += 2) {
      numbers.push(64 * DIGITS.indexOf(stroke[i]!) + DIGITS.indexOf(stroke[i + 1]!));
    }
    return numbers;
  });
}
