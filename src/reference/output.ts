/** From o_t = [h_t, r_t] to the logits. */
import { linear, linearBackward, type Weights } from './linear.js';

/** The logits of a step, with what their backward needs. */
export interface OutputStep {
  /** [O] = [h_t, r_t]. */
  readonly output: Float64Array;
  /** relu(o_t · hidden.kernel + hidden.bias), where there is such a layer. */
  readonly hidden: Float64Array | undefined;
  /** [Y]: those of the answer, and where it is learned, that of familiarity. */
  readonly logits: Float64Array;
}

/** out_t = o_t · out.kernel + out.bias, plus hidden · hidden.out. */
export function outputForward(weights: Weights, output: Float64Array): OutputStep {
  const logits = linear(output, weights.get('out.kernel')!, weights.get('out.bias')!);
  const kernel = weights.get('hidden.kernel');
  if (!kernel) return { output, hidden: undefined, logits };
  const hidden = linear(output, kernel, weights.get('hidden.bias')!).map((x) => Math.max(x, 0));
  const more = linear(hidden, weights.get('hidden.out')!, new Float64Array(logits.length));
  return { output, hidden, logits: logits.map((x, c) => x + more[c]!) };
}

/** Given dlogits: adds to the gradients of the output's weights, returns do_t. */
export function outputBackward(
  weights: Weights,
  { output, hidden }: OutputStep,
  dLogits: Float64Array,
  gradients: Weights,
): Float64Array {
  const back = (kernel: string, x: Float64Array, dy: Float64Array, dBias: Float64Array) =>
    linearBackward(x, weights.get(kernel)!, dy, gradients.get(kernel)!, dBias);
  const dOutput = back('out.kernel', output, dLogits, gradients.get('out.bias')!);
  if (!hidden) return dOutput;
  const none = new Float64Array(dLogits.length);
  const dHidden = back('hidden.out', hidden, dLogits, none).map((g, n) => (hidden[n]! > 0 ? g : 0)); // relu'(0) = 0
  const more = back('hidden.kernel', output, dHidden, gradients.get('hidden.bias')!);
  return dOutput.map((g, n) => g + more[n]!);
}
