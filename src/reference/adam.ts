/** Where Adam's ε = 1e-8 is added. */
export type AdamForm = 'standard' | 'tensorflow1';

/**
 * One Adam update (Kingma & Ba 2015, algorithm 1), in place. `step` counts from 1. ε is added to the
 * bias-corrected root (`standard`), or to the uncorrected one, as TensorFlow 1 does.
 */
export function adam(
  weights: Float64Array,
  gradient: Float64Array,
  first: Float64Array,
  second: Float64Array,
  step: number,
  learningRate: number,
  form: AdamForm = 'standard',
): void {
  const [beta1, beta2] = [0.9, 0.999];
  const correct1 = 1 - beta1 ** step;
  const correct2 = 1 - beta2 ** step;
  const epsilon = form === 'standard' ? 1e-8 : 1e-8 / Math.sqrt(correct2);
  for (let i = 0; i < weights.length; i++) {
    const g = gradient[i]!;
    first[i] = beta1 * first[i]! + (1 - beta1) * g;
    second[i] = beta2 * second[i]! + (1 - beta2) * g * g;
    const direction = first[i]! / correct1 / (Math.sqrt(second[i]! / correct2) + epsilon);
    weights[i]! -= learningRate * direction;
  }
}

/** Scales gradients down to a norm, over all of them, where theirs is larger; 0: none is. */
export function clipToNorm(gradients: ReadonlyMap<string, Float64Array>, most: number): void {
  if (most === 0) return;
  let squares = 0;
  for (const gradient of gradients.values()) for (const g of gradient) squares += g * g;
  const norm = Math.sqrt(squares);
  if (!(norm > most)) return;
  for (const gradient of gradients.values()) {
    for (let i = 0; i < gradient.length; i++) gradient[i]! *= most / norm;
  }
}
