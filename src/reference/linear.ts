/** y = x · kernel + bias, for one sample. Kernel [K, M] row-major, x [K], bias and y [M]. */
export function linear(x: Float64Array, kernel: Float64Array, bias: Float64Array): Float64Array {
  const y = Float64Array.from(bias);
  const M = y.length;
  for (let k = 0; k < x.length; k++) {
    for (let m = 0; m < M; m++) y[m]! += x[k]! * kernel[k * M + m]!;
  }
  return y;
}

/** Given dy: adds x ⊗ dy to dKernel and dy to dBias, returns dx = kernel · dy. */
export function linearBackward(
  x: Float64Array,
  kernel: Float64Array,
  dy: Float64Array,
  dKernel: Float64Array,
  dBias: Float64Array,
): Float64Array {
  const dx = new Float64Array(x.length);
  const M = dy.length;
  for (let m = 0; m < M; m++) dBias[m]! += dy[m]!;
  for (let k = 0; k < x.length; k++) {
    for (let m = 0; m < M; m++) {
      dKernel[k * M + m]! += x[k]! * dy[m]!;
      dx[k]! += kernel[k * M + m]! * dy[m]!;
    }
  }
  return dx;
}

/** Float64 weights or gradients by tensor name. */
export type Weights = ReadonlyMap<string, Float64Array>;

/** A layer's kernel and bias. */
export const affineOf = (
  tensors: Weights,
  name: string,
): [kernel: Float64Array, bias: Float64Array] => [
  tensors.get(`${name}.kernel`)!,
  tensors.get(`${name}.bias`)!,
];

/** σ(x) = 1 / (1 + e^-x). */
export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** softplus(x) = ln(1 + e^x); its derivative is σ(x). */
export const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** Joins vectors end to end. */
export function concat(...parts: Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
