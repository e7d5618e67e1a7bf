/** What goes through time: the LSTM, and the feed-forward controller. */
import { linear, linearBackward, sigmoid } from './linear.js';

/** One LSTM step of one sample, with all that its backward needs. */
export interface LstmStep {
  /** [K] = [e_t, y_{t-1}, rin, h_{t-1}]. */
  readonly input: Float64Array;
  /** [4H]: σ(i), tanh(j), σ(f + 1), σ(o). */
  readonly gates: Float64Array;
  /** [H]: c_{t-1} and c_t. */
  readonly cBefore: Float64Array;
  readonly c: Float64Array;
  /** [H]: h_t. */
  readonly h: Float64Array;
}

/**
 * z = [e_t, y_{t-1}, rin, h_{t-1}] · kernel + bias, split into i, j, f, o;
 * c_t = σ(f+1) c_{t-1} + σ(i) tanh(j);  h_t = σ(o) tanh(c_t).
 */
export function lstmForward(
  input: Float64Array,
  cBefore: Float64Array,
  kernel: Float64Array,
  bias: Float64Array,
): LstmStep {
  const H = cBefore.length;
  const gates = linear(input, kernel, bias);
  const c = new Float64Array(H);
  const h = new Float64Array(H);
  for (let n = 0; n < H; n++) {
    const i = sigmoid(gates[n]!);
    const j = Math.tanh(gates[H + n]!);
    const f = sigmoid(gates[2 * H + n]! + 1);
    const o = sigmoid(gates[3 * H + n]!);
    c[n] = f * cBefore[n]! + i * j;
    h[n] = o * Math.tanh(c[n]!);
    gates[n] = i;
    gates[H + n] = j;
    gates[2 * H + n] = f;
    gates[3 * H + n] = o;
  }
  return { input, gates, cBefore, c, h };
}

/** Given dh_t and dc_t (from later steps): adds to dKernel and dBias, returns d[e_t, y_{t-1}, rin, h_{t-1}] and dc_{t-1}. */
export function lstmBackward(
  { input, gates, cBefore, c }: LstmStep,
  dh: Float64Array,
  dc: Float64Array,
  kernel: Float64Array,
  dKernel: Float64Array,
  dBias: Float64Array,
): { dInput: Float64Array; dcBefore: Float64Array } {
  const H = c.length;
  const dz = new Float64Array(4 * H);
  const dcBefore = new Float64Array(H);
  for (let n = 0; n < H; n++) {
    const [i, j, f, o] = [gates[n]!, gates[H + n]!, gates[2 * H + n]!, gates[3 * H + n]!];
    const tanhC = Math.tanh(c[n]!);
    const dcTotal = dc[n]! + dh[n]! * o * (1 - tanhC * tanhC);
    dz[n] = dcTotal * j * i * (1 - i);
    dz[H + n] = dcTotal * i * (1 - j * j);
    dz[2 * H + n] = dcTotal * cBefore[n]! * f * (1 - f);
    dz[3 * H + n] = dh[n]! * tanhC * o * (1 - o);
    dcBefore[n] = dcTotal * f;
  }
  return { dInput: linearBackward(input, kernel, dz, dKernel, dBias), dcBefore };
}

/** The feed-forward controller: h_t = tanh([e_t, y_{t-1}, rin] · kernel + bias). */
export function feedforwardForward(
  input: Float64Array,
  kernel: Float64Array,
  bias: Float64Array,
): Float64Array {
  return linear(input, kernel, bias).map(Math.tanh);
}

/** Given dh_t: adds to dKernel and dBias, returns d[e_t, y_{t-1}, rin]. */
export function feedforwardBackward(
  input: Float64Array,
  h: Float64Array,
  dh: Float64Array,
  kernel: Float64Array,
  dKernel: Float64Array,
  dBias: Float64Array,
): Float64Array {
  const dz = dh.map((g, n) => g * (1 - h[n]! * h[n]!));
  return linearBackward(input, kernel, dz, dKernel, dBias);
}
