/** What the processor gets of a batch, for episodes `from` to `to`, and what its answers mean. */
import { tagOf } from '../../common/tag.js';
import { isFamiliar } from '../../reference/loss.js';
import type { Batch, Forward } from '../engine.js';
import type { Layout } from './shaders/layout.js';
import { MASKED } from './shaders/loss.js';

/** [rows, targets]: labels, or MASKED ones, and whether a class is familiar. */
export function targetsOf(
  { length: T, targets, mask }: Batch,
  { shapes, targets: columns }: Layout,
  from: number,
  to: number,
): Uint32Array {
  const { target, Y, A, C } = shapes;
  const own = new Uint32Array((to - from) * T * columns);
  for (let b = from; b < to; b++) {
    const labels = targets.subarray(b * T * target, (b + 1) * T * target);
    for (let t = 0; t < T; t++) {
      const at = ((b - from) * T + t) * columns;
      for (let g = 0; g < target; g++) own[at + g] = labels[t * target + g]!;
      if (mask?.[b * T + t] === 0) own[at]! += MASKED;
      if (Y > A) own[at + target] = Number(isFamiliar(labels, t, C));
    }
  }
  return own;
}

/** [rows, X] */
export function inputsOf(
  { length: T, inputs }: Batch,
  { shapes: { X } }: Layout,
  from: number,
  to: number,
): Float32Array {
  const own = inputs.subarray(from * T * X, to * T * X);
  return tagOf(own) === 'Float32Array' ? (own as Float32Array) : Float32Array.from(own);
}

/** [rows, 8]: the drawing's number and side as whole numbers, then where its pixels come from. */
export function viewsOf(
  { length: T }: Batch,
  { drawings, side, resampling }: NonNullable<Batch['views']>,
  from: number,
  to: number,
): Float32Array {
  const own = new Float32Array((to - from) * T * 8);
  const whole = new Uint32Array(own.buffer);
  for (let row = from * T, at = 0; row < to * T; row++, at += 8) {
    whole[at] = drawings[row]!;
    whole[at + 1] = side;
    for (let i = 0; i < 6; i++) own[at + 2 + i] = resampling[row * 6 + i]!;
  }
  return own;
}

/** Numbers of the answers to so many rows: their losses, then their logits. */
export const answerNumbers = (rows: number, { Y }: Layout): number => rows * (1 + Y);

export function answersOf(
  numbers: Float32Array,
  { batch, length }: Batch,
  layout: Layout,
): Forward {
  const rows = batch * length;
  const { A, Y } = layout.shapes;
  let loss = 0;
  for (let row = 0; row < rows; row++) loss += numbers[row]!;
  const logits = new Float32Array(rows * A);
  const familiarity = new Float32Array(rows * (Y - A));
  for (let row = 0; row < rows; row++) {
    const at = rows + row * layout.Y;
    for (let a = 0; a < A; a++) logits[row * A + a] = numbers[at + a]!;
    if (Y > A) familiarity[row] = numbers[at + A]!;
  }
  return { loss: loss / batch, logits, familiarity };
}
