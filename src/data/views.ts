/** Drawings as an engine draws them that is given views: where it cannot, this does it. */
import type { Batch, Views } from '../engine/engine.js';
import type { ModelConfig } from '../model/fields.js';
import { shapesOf } from '../model/shapes.js';
import { warpAll } from './warp.js';

/** The size of drawings as a network sees them, and what labels are made of. */
export interface Form {
  readonly height: number;
  readonly width: number;
  /** C: different labels, or letters of a label. */
  readonly letters: number;
  /** G: characters of a label; 1 of one that is a one-hot. */
  readonly characters: number;
}

/** The inputs that a batch's views stand for, [B, T, X]: `inputsOf(batch, engine.config)`. */
export function inputsOf(
  batch: Omit<Batch, 'views'> & { readonly views: Views },
  config: ModelConfig,
): Float32Array {
  const { X, C, G } = shapesOf(config);
  const { inputHeight: height, inputWidth: width } = config;
  const inputs = new Float32Array(batch.batch * batch.length * X);
  const form = { height, width, letters: C, characters: Math.max(1, G) };
  drawInputs(batch.views, batch, form, inputs);
  return inputs;
}

/**
 * Writes the drawings of views and the labels of the steps before them into `inputs` [B, T, X], which is zero where
 * labels come.
 */
export function drawInputs(
  views: Views,
  { batch, length, targets }: Pick<Batch, 'batch' | 'length' | 'targets'>,
  { height, width, letters: C, characters: G }: Form,
  inputs: Float32Array,
): void {
  const P = height * width;
  const X = P + G * C;
  warpAll(views, views.drawings, views.resampling, height, width, inputs, X);
  for (let step = 1; step < batch * length; step++) {
    if (step % length === 0) continue;
    for (let g = 0; g < G; g++) {
      const letter = targets[(step - 1) * G + g]!;
      if (letter < C) inputs[step * X + P + g * C + letter] = 1;
    }
  }
}
