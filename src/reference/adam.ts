/**
 * One Adam update (Kingma & Ba 2015, algorithm 1), in place. `step` counts from 1.
 * ε stands outside the bias-corrected root.
 */
export function adam(
  weights: Float64Array,
  gradient: Float64Array,
  first: Float64Array,
  second: Float64Array,
  step: number,
  learningRate: number,
): void {
  const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-8];
  const correct1 = 1 - beta1 ** step;
  const correct2 = 1 - beta2 ** step;
  for (let i = 0; i < weights.length; i++) {
    const g = gradient[i]!;
    first[i] = beta1 * first[i]! + (1 - beta1) * g;
    second[i] = beta2 * second[i]! + (1 - beta2) * g * g;
    const direction = first[i]! / correct1 / (Math.sqrt(second[i]! / correct2) + epsilon);
    weights[i]! -= learningRate * direction;
  }
}
