/** A picture of the symbols to show elsewhere: 1200 by 630 pixels, the size that services show with a link. */
import type { Named } from '../session/step.js';
import tokens from '../style/tokens.css?raw';
import { type Canvas, type Context, canvasOf, contextOf, paintLook } from './paint-look.js';
import { linesOf, shortened } from './text.js';

export interface CardOptions {
  /** 1 to 20. */
  readonly symbols: readonly Named[];
  /** How often the network was right, and whether no symbol had more than one example. */
  readonly score?: Score | undefined;
  /** Of the page: the card names its host. */
  readonly address?: string | undefined;
}

export interface Score {
  readonly right: number;
  readonly of: number;
  readonly once: boolean;
}

export const CARD_WIDTH = 1200;
export const CARD_HEIGHT = 630;

const MARGIN = 64;
/** The words stand on the left, the symbols on the right. */
const WORDS = 340;
const GAP = 16;
const LEFT = MARGIN + WORDS + 56;
const TOP = 50;
const WIDTH = CARD_WIDTH - MARGIN - LEFT;
const HEIGHT = CARD_HEIGHT - 2 * TOP;
/** A name may be set so much smaller than the others before it is cut. */
const SMALLEST = 0.75;

/** The page's light colours and its fonts: a card is seen on all kinds of pages. */
const style = (name: string): string =>
  new RegExp(`--${name}:\\s*([^;]+);`).exec(tokens)![1]!.replace(/\s+/g, ' ');

/** Draws the card: `await cardOf({ symbols, score: { right: 7, of: 7, once: true }, address: location.href })`. */
export async function cardOf({ symbols, score, address }: CardOptions): Promise<Blob> {
  const canvas = canvasOf(CARD_WIDTH, CARD_HEIGHT);
  const context = contextOf(canvas);
  context.fillStyle = style('paper');
  context.fillRect(0, 0, CARD_WIDTH, CARD_HEIGHT);
  paintWords(context, wordsOf(symbols.length, score), hostOf(address));
  paintSymbols(context, symbols);
  return pngOf(canvas);
}

/** In large letters, and the line below. */
function wordsOf(symbols: number, score: Score | undefined): readonly [string, string] {
  if (score && score.of > 0) {
    const share = `${score.right} of ${score.of}`;
    if (!score.once) return [share, 'drawings recognised.'];
    return [`${share}.`, `${symbols === 1 ? 'The' : 'Each'} symbol was drawn once.`];
  }
  return symbols === 1
    ? ['One symbol', 'One drawing.']
    : [`${symbols} symbols`, 'One drawing each.'];
}

/** Not of a server on this machine: nobody else could go there. */
function hostOf(address: string | undefined): string | undefined {
  if (!address) return undefined;
  const { host, hostname } = new URL(address, 'http://localhost');
  return /^(localhost|127\..*|\[::1\]|)$/.test(hostname) ? undefined : host;
}

function paintWords(
  context: Context,
  [large, small]: readonly [string, string],
  host?: string,
): void {
  context.textBaseline = 'alphabetic';
  context.textAlign = 'left';
  context.fillStyle = style('ink');
  const size = fontOf(context, (size) => `600 ${size}px ${style('serif')}`, large, WORDS, 100, 40);
  context.fillText(large, MARGIN - size / 20, 262);
  context.font = `34px ${style('serif')}`;
  linesOf(context, small, WORDS).forEach((line, i) => {
    context.fillText(line, MARGIN, 324 + 44 * i);
  });

  context.font = `italic 40px ${style('serif')}`;
  context.fillText('mann', MARGIN, MARGIN + 30);
  context.fillStyle = style('muted');
  context.font = `21px ${style('sans')}`;
  const lines = linesOf(context, 'a network with a memory, in your browser', WORDS - 40);
  const bottom = CARD_HEIGHT - MARGIN - (host ? 36 : 0);
  lines.forEach((line, i) => {
    context.fillText(line, MARGIN, bottom - 29 * (lines.length - 1 - i));
  });
  if (!host) return;
  context.fillStyle = style('accent');
  context.font = `600 21px ${style('sans')}`;
  context.fillText(shortened(context, host, WORDS), MARGIN, CARD_HEIGHT - MARGIN);
}

function paintSymbols(context: Context, symbols: readonly Named[]): void {
  const { rows, side } = gridOf(symbols.length);
  const label = labelOf(side);
  const height = rows.length * (side + label.height + GAP) - GAP;
  let y = TOP + (HEIGHT - height) / 2;
  let next = 0;
  for (const count of rows) {
    let x = LEFT + (WIDTH - count * (side + GAP) + GAP) / 2;
    for (const { name, look } of symbols.slice(next, next + count)) {
      paintTile(context, x, y, side);
      paintLook(context, look, { x, y, side }, style('ink'));
      paintName(context, name, x + side / 2, y + side + 0.74 * label.height, side, label.font);
      x += side + GAP;
    }
    next += count;
    y += side + label.height + GAP;
  }
}

function paintName(
  context: Context,
  name: string,
  x: number,
  y: number,
  side: number,
  size: number,
): void {
  const width = side + GAP - 8;
  fontOf(context, (size) => `500 ${size}px ${style('sans')}`, name, width, size, SMALLEST * size);
  context.textAlign = 'center';
  context.fillStyle = style('ink');
  context.fillText(shortened(context, name, width), x, y);
}

function paintTile(context: Context, x: number, y: number, side: number): void {
  context.beginPath();
  context.roundRect(x, y, side, side, Math.min(16, side / 9));
  context.fillStyle = style('tile');
  context.fill();
  context.lineWidth = 1.5;
  context.strokeStyle = style('rule');
  context.stroke();
}

/** How many symbols stand in each row, and the side of a tile: as large as they fit. */
function gridOf(count: number): { readonly rows: readonly number[]; readonly side: number } {
  let best = { rows: 1, side: 0 };
  for (let rows = 1; rows <= count; rows++) {
    const columns = Math.ceil(count / rows);
    const wide = (WIDTH - (columns - 1) * GAP) / columns;
    const high = (HEIGHT - (rows - 1) * GAP) / rows;
    const side = Math.floor(Math.min(wide, high - labelOf(high).height));
    if (side > best.side) best = { rows, side };
  }
  // The longer rows first, none longer than another by more than one.
  const rows = Array.from({ length: best.rows }, (_, i) => Math.ceil((count - i) / best.rows));
  return { rows, side: best.side };
}

/** Sets the largest font in which the text is no wider than this. @returns its size */
function fontOf(
  context: Context,
  font: (size: number) => string,
  text: string,
  width: number,
  largest: number,
  smallest: number,
): number {
  for (let size = largest; ; size--) {
    context.font = font(size);
    if (size - 1 < smallest || context.measureText(text).width <= width) return size;
  }
}

/** The name below a tile. */
function labelOf(side: number): { readonly font: number; readonly height: number } {
  const font = Math.round(Math.max(20, Math.min(32, side / 6)));
  return { font, height: Math.round(1.4 * font) };
}

async function pngOf(canvas: Canvas): Promise<Blob> {
  if ('convertToBlob' in canvas) return canvas.convertToBlob({ type: 'image/png' });
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob) resolve(blob);
      else reject(new Error('the browser made no picture'));
    }, 'image/png');
  });
}
