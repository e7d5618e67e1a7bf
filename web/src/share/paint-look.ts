/** Drawings on a canvas. */
import { pathOf, SIDE, type Stroke } from '../pad/strokes.js';
import type { Look } from '../session/step.js';
import type { Picture } from './shrink.js';

export type Canvas = OffscreenCanvas | HTMLCanvasElement;
export type Context = OffscreenCanvasRenderingContext2D | CanvasRenderingContext2D;

/** A square that a drawing is put into. */
export interface Square {
  readonly x: number;
  readonly y: number;
  readonly side: number;
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Of the square: its edge that stays free, and the pen. */
const EDGE = 0.15;
const PEN = 0.04;
/** Small drawings are enlarged, but not more than this: a dot stays one. */
const MOST_ENLARGED = 2;
/** A pixel counts as foreground from this fraction of the strongest one. */
const INK = 0.3;

/** A canvas off the page where browsers have that, else one that is in no page. */
export function canvasOf(width: number, height: number): Canvas {
  if (typeof OffscreenCanvas !== 'undefined') return new OffscreenCanvas(width, height);
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  return canvas;
}

/** @throws Error where the browser gives no context: too many are open, for example */
export function contextOf(canvas: Canvas): Context {
  const context = canvas.getContext('2d') as Context | null;
  if (!context) throw new Error('the browser gave no canvas to draw on');
  return context;
}

/** Draws a drawing in the middle of a square, as large as fits: `paintLook(context, look, { x, y, side }, '#000')`. */
export function paintLook(context: Context, look: Look, into: Square, color: string): void {
  const box = 'strokes' in look ? boxOfStrokes(look.strokes) : boxOfInk(look);
  const size = 'strokes' in look ? SIDE : look.side;
  const inside = (1 - 2 * EDGE) * into.side;
  const longest = Math.max(box.right - box.left, box.bottom - box.top);
  const scale = Math.min(inside / Math.max(longest, 1), (MOST_ENLARGED * inside) / size);
  context.save();
  context.translate(into.x + into.side / 2, into.y + into.side / 2);
  context.scale(scale, scale);
  context.translate(-(box.left + box.right) / 2, -(box.top + box.bottom) / 2);
  if ('strokes' in look) {
    context.lineWidth = (PEN * into.side) / scale;
    context.lineCap = context.lineJoin = 'round';
    context.strokeStyle = color;
    context.stroke(new Path2D(pathOf(look.strokes)));
  } else {
    context.imageSmoothingQuality = 'high';
    context.drawImage(pixelsOf(look, color), 0, 0);
  }
  context.restore();
}

function boxOfStrokes(strokes: readonly Stroke[]): Box {
  const box = { left: SIDE, top: SIDE, right: 0, bottom: 0 };
  for (const stroke of strokes) {
    for (let i = 0; i < stroke.length; i += 2) grow(box, stroke[i]!, stroke[i + 1]!);
  }
  return box;
}

function boxOfInk({ ink, side }: Picture): Box {
  const from = INK * ink.reduce((most, x) => Math.max(most, x), 0);
  const box = { left: side, top: side, right: 0, bottom: 0 };
  ink.forEach((x, i) => {
    if (x < from) return;
    grow(box, i % side, Math.floor(i / side));
    grow(box, (i % side) + 1, Math.floor(i / side) + 1);
  });
  return box;
}

function grow(box: { -readonly [K in keyof Box]: number }, x: number, y: number): void {
  box.left = Math.min(box.left, x);
  box.top = Math.min(box.top, y);
  box.right = Math.max(box.right, x);
  box.bottom = Math.max(box.bottom, y);
}

/** The picture in one colour, the background clear. */
function pixelsOf({ ink, side }: Picture, color: string): Canvas {
  const canvas = canvasOf(side, side);
  const context = contextOf(canvas);
  const mask = new ImageData(side, side);
  for (let i = 0; i < ink.length; i++) mask.data[4 * i + 3] = Math.round(255 * ink[i]!);
  context.putImageData(mask, 0, 0);
  context.globalCompositeOperation = 'source-in';
  context.fillStyle = color;
  context.fillRect(0, 0, side, side);
  return canvas;
}
