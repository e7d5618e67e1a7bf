// The heads' projection q = h_t · kernel + bias and its activations, forward beside backward. All in lanes.
import { dHidden, dQ, hiddenAt, qAt } from './layout/batch';
import { multiply } from './algebra/gemm';
import { G, H, Q, R, W, direct, floats, gated, ntm } from './layout/shape';
import { activate, activateBackward } from './memory/ntm/activations';
import { packedHeads, packedHeadsBack } from './layout/tensors';
import { exp, load, mul, ones, sigmoid, slopeOfSigmoid, slopeOfTanh, store, sub, tanh } from './algebra/vector';

/** Keys and adds through tanh, gates through σ, strengths 1 + softplus; of an NTM as activations.ts has it. What is bound (binding.ts) is there already. */
export function headsForward(t: i32, s0: i32, s1: i32): void {
  const group = floats(Q * G);
  multiply(
    packedHeads, Q, H + 1, G, hiddenAt(0, t + 1, s0), 0, floats((H + 1) * G),
    qAt(t, s0), 0, group, 1, s1 - s0, direct,
  );
  const gates = floats(2 * R * W * G);
  const strengths = gates + (gated ? floats(R * G) : 0);
  for (let s = s0; s < s1; s++) {
    const q = qAt(t, s);
    if (ntm) {
      activate(q);
      continue;
    }
    for (let n: usize = 0; n < gates; n += 16) store(q + n, tanh(load(q + n)));
    for (let n = gates; n < strengths; n += 16) store(q + n, sigmoid(load(q + n)));
    for (let n = strengths; n < group; n += 4) {
      const x = f32.load(q + n);
      f32.store(q + n, 1 + Mathf.max(x, 0) + Mathf.log1p(Mathf.exp(-Mathf.abs(x))));
    }
  }
}

/** From dQ to the gradient of q before its activations (in place of q), added to dHidden. */
export function headsBackward(t: i32, s0: i32, s1: i32): void {
  const group = floats(Q * G);
  const gates = floats(2 * R * W * G);
  const strengths = gates + (gated ? floats(R * G) : 0);
  for (let s = s0; s < s1; s++) {
    const q = qAt(t, s);
    const dq = dQ + (<usize>s) * group;
    if (ntm) {
      activateBackward(q, dq);
      continue;
    }
    for (let n: usize = 0; n < gates; n += 16) {
      store(q + n, mul(load(dq + n), slopeOfTanh(load(q + n))));
    }
    for (let n = gates; n < strengths; n += 16) {
      store(q + n, mul(load(dq + n), slopeOfSigmoid(load(q + n))));
    }
    for (let n = strengths; n < group; n += 16) { // softplus' = σ = 1 - e^-softplus
      const slope = sub(ones(), exp(sub(ones(), load(q + n))));
      store(q + n, mul(load(dq + n), slope));
    }
  }
  const row = floats(H * G);
  multiply(
    packedHeadsBack, H, Q, G, qAt(t, s0), 0, group, dHidden + (<usize>s0) * row, 0, row,
    1, s1 - s0, true,
  );
}
