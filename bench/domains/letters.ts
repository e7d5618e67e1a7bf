import { bytesOf, load } from './packages.ts';
import type { Write } from './picture.ts';
import { renderer, SIDE } from './svg.ts';

interface Box {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

/** A move, line or curve: points as SVG has them, in the same order. */
interface Command {
  readonly type: string;
  readonly x1?: number;
  readonly y1?: number;
  readonly x2?: number;
  readonly y2?: number;
  readonly x?: number;
  readonly y?: number;
}

interface Outline {
  readonly commands: readonly Command[];
  getBoundingBox(): Box;
}

interface OpenType {
  parse(font: ArrayBuffer): { getPath(text: string, x: number, y: number, size: number): Outline };
}

/** Serifs, slabs, typewriters, sans, and hands, all with capitals and small letters of their own. */
const TYPEFACES = [
  ...['lora', 'merriweather', 'eb-garamond', 'playfair-display', 'roboto-slab', 'arvo'],
  ...['courier-prime', 'special-elite', 'jetbrains-mono'],
  ...['inter', 'open-sans', 'montserrat', 'nunito', 'oswald', 'josefin-sans', 'comfortaa'],
  ...['caveat', 'patrick-hand', 'kalam', 'pacifico'],
];

/**
 * Left out are letters that differ from others in size or height only (c, o, p, s, u, v, w, x, z, 0), and I and l, which
 * are both a bar.
 */
const CHARACTERS = 'ABCDEFGHJKLMNOPQRSTUVWXYZabdefghijkmnqrty123456789';

/** Of letters in pixels, smaller where one would not fit. */
const SIZE = 72;
const MARGIN = 6;

/** Printed letters and digits: a class a character, a drawing a typeface, black on white, each in the middle. */
export async function writeLetters(write: Write): Promise<void> {
  const { parse } = load<OpenType>('opentype.js');
  const render = await renderer();
  for (const typeface of TYPEFACES) {
    const file = bytesOf(`@fontsource/${typeface}/files/${typeface}-latin-400-normal.woff`);
    const font = parse(Uint8Array.from(file).buffer);
    for (const character of CHARACTERS) {
      const outline = font.getPath(character, 0, 0, SIZE);
      const { x1, y1, x2, y2 } = outline.getBoundingBox();
      const side = Math.max(SIDE, x2 - x1 + 2 * MARGIN, y2 - y1 + 2 * MARGIN);
      const viewBox = [(x1 + x2 - side) / 2, (y1 + y2 - side) / 2, side, side].join(' ');
      write(folderOf(character), typeface, render(pathOf(outline), viewBox));
    }
  }
}

/** (The library's own `toPathData` makes NaN of 9.000000000000002, in version 2.0.0.) */
function pathOf({ commands }: Outline): string {
  const data = commands.map(({ type, x1, y1, x2, y2, x, y }) =>
    [type, ...[x1, y1, x2, y2, x, y].filter((value) => value !== undefined)].join(' '),
  );
  return `<path d="${data.join(' ')}"/>`;
}

/** Some file systems take `A` and `a` for one name. */
function folderOf(character: string): string {
  return /[a-z]/.test(character) ? `small-${character}` : character;
}
