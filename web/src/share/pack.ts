/** Symbols as bytes: names, and drawings as steps of the pen or as grey levels. Small, and read with suspicion. */
import { UserError } from 'mann';
import type { Stroke } from '../pad/strokes.js';
import { isLook } from '../session/kept-look.js';
import type { Look, Named } from '../session/step.js';
import { tidyName } from './name.js';
import { inkOf, LEVELS, levelsOf, MOST_SIDE } from './shrink.js';
import { GRID, slim } from './simplify.js';

/** As many as the network tells apart. */
export const MOST_SYMBOLS = 20;
/** Of a drawing. Slim ones have some 20 to 60, scribbles that fill the pad over and over about 2,000. */
const MOST_POINTS = 4000;
/** Bytes of a name: those of 24 characters. */
const MOST_NAME_BYTES = 96;

/**
 * Checks symbols and writes them: their number, and for each one the length of its name, the name, and the number of its
 * strokes. A stroke is the number of its points and the steps between them, the first from the stroke before. A drawing
 * of 0 strokes is a picture: its side, and a byte for each pixel.
 * @throws UserError if they can't travel
 */
export function pack(symbols: readonly Named[]): Uint8Array<ArrayBuffer> {
  if (symbols.length === 0) throw new UserError('there is nothing to share yet: draw a symbol');
  if (symbols.length > MOST_SYMBOLS) {
    throw new UserError(
      `a link holds up to ${MOST_SYMBOLS} symbols, and these are ${symbols.length}: take some away`,
    );
  }
  const bytes: number[] = [];
  const names = new Set<string>();
  const number = (value: number) => {
    for (; value >= 128; value = Math.floor(value / 128)) bytes.push((value % 128) + 128);
    bytes.push(value);
  };
  number(symbols.length);
  for (const { name, look } of symbols) {
    const text = new TextEncoder().encode(checkName(tidyName(name), names));
    number(text.length);
    bytes.push(...text);
    const drawing = slim(look);
    if (!isFit(drawing)) {
      throw new UserError(
        `the drawing of ${JSON.stringify(name)} has too many lines for a link: draw it again with fewer`,
      );
    }
    if ('strokes' in drawing) packStrokes(drawing.strokes, number);
    else {
      number(0);
      number(drawing.side);
      for (const level of levelsOf(drawing.ink)) bytes.push(level);
    }
  }
  return Uint8Array.from(bytes);
}

function packStrokes(strokes: readonly Stroke[], number: (value: number) => void): void {
  number(strokes.length);
  const at = [0, 0];
  for (const stroke of strokes) {
    number(stroke.length / 2);
    stroke.forEach((value, i) => {
      const step = (value - at[i % 2]!) / GRID;
      number(step < 0 ? -2 * step - 1 : 2 * step);
      at[i % 2] = value;
    });
  }
}

/**
 * Reads what `pack` wrote.
 * @throws UserError if it is anything else
 */
export function unpack(bytes: Uint8Array): Named[] {
  const reader = new Reader(bytes);
  const count = reader.number(MOST_SYMBOLS);
  if (count === 0) throw damaged('it holds no symbols');
  const names = new Set<string>();
  const symbols = Array.from({ length: count }, () => {
    const name = checkName(tidyName(reader.text(reader.number(MOST_NAME_BYTES))), names);
    const strokes = reader.number(MOST_POINTS);
    const look = strokes > 0 ? { strokes: strokesOf(reader, strokes) } : pictureOf(reader);
    if (!isFit(look)) throw damaged('a drawing leaves the pad or is too long');
    return { name, look };
  });
  if (!reader.isAtEnd) throw damaged('something follows its symbols');
  return symbols;
}

function strokesOf(reader: Reader, count: number): Stroke[] {
  const at = [0, 0];
  let left = MOST_POINTS;
  return Array.from({ length: count }, () => {
    const points = reader.number(left);
    left -= points;
    return Array.from({ length: 2 * points }, (_, i) => {
      const step = reader.number(4 * MOST_POINTS);
      at[i % 2]! += GRID * (step % 2 === 1 ? -(step + 1) / 2 : step / 2);
      return at[i % 2]!;
    });
  });
}

function pictureOf(reader: Reader): Look {
  const side = reader.number(MOST_SIDE);
  const levels = reader.bytes(side * side);
  if (levels.some((level) => level > LEVELS)) throw damaged('a picture has too many grey levels');
  return { ink: inkOf(levels), side };
}

/** By the rules of saved sessions too, which whoever opens the link may keep. */
function isFit(look: Look): boolean {
  if (!('strokes' in look)) return isLook({ ink: Array.from(look.ink) });
  const points = look.strokes.reduce((sum, { length }) => sum + length / 2, 0);
  return points <= MOST_POINTS && isLook(look);
}

function checkName(name: string, names: Set<string>): string {
  if (name === '') throw new UserError('a symbol has no name: name it');
  if (names.has(name)) {
    throw new UserError(`two symbols are called ${JSON.stringify(name)}: rename one of them`);
  }
  names.add(name);
  return name;
}

class Reader {
  #at = 0;

  constructor(readonly all: Uint8Array) {}

  get isAtEnd(): boolean {
    return this.#at === this.all.length;
  }

  bytes(length: number): Uint8Array {
    if (length > this.all.length - this.#at) throw damaged('part of it is missing');
    this.#at += length;
    return this.all.subarray(this.#at - length, this.#at);
  }

  /** Seven bits a byte, the lowest first; all but the last byte have the eighth. */
  number(most: number): number {
    let value = 0;
    for (let unit = 1; ; unit *= 128) {
      const byte = this.bytes(1)[0]!;
      value += unit * (byte & 127);
      if (value > most || unit > most) throw damaged('a number in it is out of range');
      if (byte < 128) return value;
    }
  }

  text(length: number): string {
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(this.bytes(length));
    } catch {
      throw damaged('a name is not text');
    }
  }
}

/** What is wrong with a link's symbols. */
export function damaged(why: string): UserError {
  return new UserError(`this link is damaged (${why}): copy all of it and open it again`);
}
