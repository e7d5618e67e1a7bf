/** The characters of labels on sheets: X11's `misc-fixed` 6x13, which is in the public domain. */
import { bytesOf } from '../../common/numbers/base64.js';

export const FONT_WIDTH = 6;
export const FONT_HEIGHT = 13;

/** Characters from the space to the tilde, a byte for each row, its first pixel in the highest bit. */
const GLYPHS = bytesOf(
  'AAAAAAAAAAAAAAAAAAAAICAgICAgIAAgAAAAAFBQUAAAAAAAAAAAAAAAUFD4UPhQUAAAAAAAIHigoHAoKPAgAAAAAEioUBAgQFCo' +
    'kAAAAAAAQKCgQKCYkGgAAAAAICAgAAAAAAAAAAAAECAgQEBAQEAgIBAAAEAgIBAQEBAQICBAAAAAIKhwqCAAAAAAAAAAAAAAICD4' +
    'ICAAAAAAAAAAAAAAAAAAMCBAAAAAAAAAAPgAAAAAAAAAAAAAAAAAAAAgcCAAAAAICBAQIEBAgIAAAAAAIFCIiIiIiFAgAAAAACBg' +
    'oCAgICAg+AAAAABwiIgIECBAgPgAAAAA+AgQIHAICIhwAAAAABAQMFBQkPgQEAAAAAD4gICwyAgIiHAAAAAAcIiAgPCIiIhwAAAA' +
    'APgIEBAgIEBAQAAAAABwiIiIcIiIiHAAAAAAcIiIiHgICIhwAAAAAAAAIHAgAAAgcCAAAAAAACBwIAAAMCBAAAAACBAgQIBAIBAI' +
    'AAAAAAAAAPgAAPgAAAAAAACAQCAQCBAgQIAAAAAAcIiICBAgIAAgAAAAAHCIiJioqLCAeAAAAAAgUIiIiPiIiIgAAAAA8EhISHBI' +
    'SEjwAAAAAHCIgICAgICIcAAAAADwSEhISEhISPAAAAAA+ICAgPCAgID4AAAAAPiAgIDwgICAgAAAAABwiICAgJiIiHAAAAAAiIiI' +
    'iPiIiIiIAAAAAHAgICAgICAgcAAAAAA4EBAQEBAQkGAAAAAAiIiQoMCgkIiIAAAAAICAgICAgICA+AAAAACIiNioqIiIiIgAAAAA' +
    'iMjIqKiYmIiIAAAAAHCIiIiIiIiIcAAAAADwiIiI8ICAgIAAAAAAcIiIiIiIiKhwCAAAAPCIiIjwoJCIiAAAAABwiICAcAgIiHAA' +
    'AAAA+CAgICAgICAgAAAAAIiIiIiIiIiIcAAAAACIiIiIUFBQICAAAAAAiIiIiKioqKhQAAAAAIiIUFAgUFCIiAAAAACIiFBQICAg' +
    'ICAAAAAA+AgQECBAQID4AAAAcEBAQEBAQEBAQHAAAACAgEBAIBAQCAgAAABwEBAQEBAQEBAQcAAAACBQiAAAAAAAAAAAAAAAAAAA' +
    'AAAAAAD4AAAgEAAAAAAAAAAAAAAAAAAAAHAIeIiYaAAAAACAgIDwiIiIiPAAAAAAAAAAcIiAgIhwAAAAAAgICHiIiIiIeAAAAAAA' +
    'AABwiPiAiHAAAAAAMEhAQPBAQEBAAAAAAAAAAHCIiIh4CIhwAACAgICwyIiIiIgAAAAAACAAYCAgICBwAAAAAAAQADAQEBAQkJBg' +
    'AACAgICQoMCgkIgAAAAAYCAgICAgICBwAAAAAAAAANCoqKioiAAAAAAAAACwyIiIiIgAAAAAAAAAcIiIiIhwAAAAAAAAAPCIiIjw' +
    'gICAAAAAAAB4iIiIeAgICAAAAAAAsMiAgICAAAAAAAAAAHCIYBCIcAAAAAAAQEDwQEBASDAAAAAAAAAAiIiIiJhoAAAAAAAAAIiI' +
    'iFBQIAAAAAAAAACIiKioqFAAAAAAAAAAiFAgIFCIAAAAAAAAAIiIiJhoCIhwAAAAAAD4ECBAgPgAAAAYICAgIMAgICAgGAAAACAg' +
    'ICAgICAgIAAAAMAgICAgGCAgICDAAAAASKiQAAAAAAAAAAA=',
);
const [FIRST, LAST] = [0x20, 0x7e];

/** What stands for a character that the font does not have: a box. */
const BOX = Uint8Array.of(0, 0, 0xf8, 0x88, 0x88, 0x88, 0x88, 0x88, 0x88, 0x88, 0xf8, 0, 0);

/** Letters without their accents, as far as the font goes; one string a character. */
function characters(text: string): string[] {
  return [...text.normalize('NFKD').replace(/\p{Mark}/gu, '')];
}

/** Whether it can be written so that it can be read. */
export function isWritable(text: string): boolean {
  return characters(text).every((character) => glyphOf(character) !== BOX);
}

/** Width in pixels. */
export function widthOf(text: string): number {
  return characters(text).length * FONT_WIDTH;
}

/** Calls `dot` for each pixel of a text, its upper left corner at the origin. */
export function write(text: string, dot: (x: number, y: number) => void): void {
  for (const [i, character] of characters(text).entries()) {
    const glyph = glyphOf(character);
    for (let y = 0; y < FONT_HEIGHT; y++) {
      for (let x = 0; x < FONT_WIDTH; x++) {
        if (glyph[y]! & (0x80 >> x)) dot(i * FONT_WIDTH + x, y);
      }
    }
  }
}

function glyphOf(character: string): Uint8Array {
  const code = character.codePointAt(0)!;
  if (code < FIRST || code > LAST) return BOX;
  return GLYPHS.subarray((code - FIRST) * FONT_HEIGHT, (code - FIRST + 1) * FONT_HEIGHT);
}
