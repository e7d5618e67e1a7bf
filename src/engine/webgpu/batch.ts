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
  const { target, Y, A } = shapes;
  const own = new Uint32Array((to - from) * T * columns);
  for (let b = from; b < to; b++) {
    const labels = targets.subarray(b * T * target, (b + 1) * T * target);
    for (let t = 0; t < T; t++) {
      const at = ((b - from) * T + t) * columns;
      for (let g = 0; g < target; g++) own[at + g] = labels[t * target + g]!;
      if (mask?.[b * T + t] === 0) own[at]! += MASKED;
      if (Y > A) own[at + target] = Number(isFamiliar(labels, t, shapes));
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

/** The side of drawings, then all of them. */
export function atlasOf(atlas: Uint8Array, side: number): Uint8Array {
  const whole = new Uint8Array(4 + Math.ceil(atlas.length / 4) * 4);
  new Uint32Array(whole.buffer, 0, 1)[0] = side;
  whole.set(atlas, 4);
  return whole;
}

/** What the numbers that come back mean: [rows] losses, [rows, A] answers and, where there is one, [rows] familiarity. */
export function answersOf(
  numbers: Float32Array,
  { batch, length }: Batch,
  { shapes: { A, Y } }: Layout,
): Forward {
  const rows = batch * length;
  let loss = 0;
  for (let row = 0; row < rows; row++) loss += numbers[row]!;
  const end = rows * (1 + A);
  return {
    loss: loss / batch,
    logits: numbers.subarray(rows, end),
    familiarity: numbers.subarray(end, end + rows * (Y - A)),
  };
}
