/** Drawings in files and in the browser's storage: checked as if an enemy had written them. */
import { lengthOf, SIDE, type Stroke } from '../pad/strokes.js';
import type { Look } from './step.js';

export type KeptLook =
  | { readonly strokes: readonly (readonly number[])[] }
  | { readonly ink: readonly number[] };

const MOST_POINTS = 20_000;
/** Of all strokes of a drawing, in the pad's units: drawing them takes time by their length. */
const LONGEST = 300 * SIDE;

export function lookOf(kept: KeptLook): Look {
  if ('strokes' in kept) return { strokes: kept.strokes };
  return { ink: Float32Array.from(kept.ink), side: Math.sqrt(kept.ink.length) };
}

/** Pixels have three digits (see `readFile`), so nothing is lost by writing no more. */
export function keptOf(look: Look): KeptLook {
  if ('strokes' in look) return { strokes: look.strokes };
  return { ink: Array.from(look.ink, (x) => Number(x.toFixed(3))) };
}

export function isLook(value: unknown): value is KeptLook {
  const { strokes, ink } = Object(value) as Record<string, unknown>;
  return areStrokes(strokes) || isInk(ink);
}

function areStrokes(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.flat().length <= MOST_POINTS &&
    value.every(
      (stroke) =>
        Array.isArray(stroke) &&
        stroke.length >= 2 &&
        stroke.length % 2 === 0 &&
        stroke.every((x) => Number.isInteger(x) && x >= 0 && x <= SIDE),
    ) &&
    value.reduce((sum: number, stroke: Stroke) => sum + lengthOf(stroke), 0) <= LONGEST
  );
}

function isInk(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.length <= 256 * 256 &&
    Number.isInteger(Math.sqrt(value.length)) &&
    value.every((x) => typeof x === 'number' && x >= 0 && x <= 1)
  );
}
