// The heads' projection q = h_t · kernel + bias and its activations, and the softmax with cross entropy
// over the classes, each forward beside its backward. All in lanes.
import { multiply } from './gemm';
import {
  B, C, G, H, L, Q, R, S, T, W, dHidden, dQ, dRead, floats, hiddenAt, labelsIn,
  logitsAt, logitsOut, losses, packedHeads, packedHeadsBack, packedOutHidden, packedOutHiddenBack,
  packedOutRead, packedOutReadBack, qAt, readAt,
} from './shape';
import { add, exp, load, mul, ones, sigmoid, slopeOfSigmoid, slopeOfTanh, store, sub, tanh } from './vector';

/** Keys and adds through tanh, gates through σ, strengths 1 + softplus. */
export function headsForward(t: i32, s0: i32, s1: i32): void {
  const group = floats(Q * G);
  multiply(
    packedHeads, Q, H + 1, G, hiddenAt(0, t + 1, s0), 0, floats((H + 1) * G),
    qAt(t, s0), 0, group, 1, s1 - s0, false,
  );
  const gates = floats(2 * R * W * G);
  const strengths = gates + floats(R * G);
  for (let s = s0; s < s1; s++) {
    const q = qAt(t, s);
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
  const strengths = gates + floats(R * G);
  for (let s = s0; s < s1; s++) {
    const q = qAt(t, s);
    const dq = dQ + (<usize>s) * group;
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

/** logits = [h_t, r_t] · kernel + bias, of all steps. */
export function logitsForward(s0: i32, s1: i32): void {
  const hidden = floats((H + 1) * G);
  const reads = floats(R * W * G);
  const group = floats(C * G);
  multiply(
    packedOutHidden, C, H + 1, G, hiddenAt(L - 1, 1, s0), hidden * S, hidden,
    logitsAt(0, s0), group * S, group, T, s1 - s0, false,
  );
  if (R > 0) {
    multiply(
      packedOutRead, C, R * W, G, readAt(1, s0), reads * S, reads,
      logitsAt(0, s0), group * S, group, T, s1 - s0, true,
    );
  }
  for (let s = s0; s < s1; s++) {
    for (let lane = 0; lane < G && s * G + lane < B; lane++) {
      let out = logitsOut + floats((s * G + lane) * T * C);
      for (let t = 0; t < T; t++) {
        let at = logitsAt(t, s) + floats(lane);
        for (let c = 0; c < C; c++) {
          f32.store(out, f32.load(at));
          at += floats(G);
          out += 4;
        }
      }
    }
  }
}

/** Adds what dlogits gives to dHidden of the top layer, and sets dRead. */
export function logitsBackward(t: i32, s0: i32, s1: i32): void {
  const row = floats(H * G);
  const group = floats(C * G);
  multiply(
    packedOutHiddenBack, H, C, G, logitsAt(t, s0), 0, group,
    dHidden + (<usize>((L - 1) * S + s0)) * row, 0, row, 1, s1 - s0, true,
  );
  if (R > 0) {
    const read = floats(R * W * G);
    multiply(
      packedOutReadBack, R * W, C, G, logitsAt(t, s0), 0, group,
      dRead + (<usize>s0) * read, 0, read, 1, s1 - s0, true,
    );
  }
}

/** Loss of each sample, summed over time; with `gradient`, logits become (softmax - onehot) / B. */
export function crossEntropy(s0: i32, s1: i32, gradient: bool): void {
  const row = floats(G);
  const size = floats(C * G);
  const share = f32x4.splat(<f32>1 / <f32>B);
  for (let s = s0; s < s1; s++) {
    for (let half = 0; half < G; half += 4) {
      const base = s * G + half;
      for (let lane = 0; lane < 4 && base + lane < B; lane++) f64.store(losses + ((<usize>(base + lane)) << 3), 0);
      for (let t = 0; t < T; t++) {
        const at = logitsAt(t, s) + floats(half);
        let largest = load(at);
        for (let c = row; c < size; c += row) largest = f32x4.pmax(largest, load(at + c));
        let all = f32x4.splat(0);
        for (let c: usize = 0; c < size; c += row) all = add(all, exp(sub(load(at + c), largest)));
        for (let lane = 0; lane < 4 && base + lane < B; lane++) {
          const b = base + lane;
          const label = i32.load(labelsIn + floats(b * T + t));
          const logit = f32.load(at + (<usize>label) * row + floats(lane));
          const most = lane == 0 ? f32x4.extract_lane(largest, 0) : lane == 1 ? f32x4.extract_lane(largest, 1)
            : lane == 2 ? f32x4.extract_lane(largest, 2) : f32x4.extract_lane(largest, 3);
          const sum = lane == 0 ? f32x4.extract_lane(all, 0) : lane == 1 ? f32x4.extract_lane(all, 1)
            : lane == 2 ? f32x4.extract_lane(all, 2) : f32x4.extract_lane(all, 3);
          const loss = <f64>Mathf.log(sum) + <f64>most - <f64>logit;
          const to = losses + ((<usize>b) << 3);
          f64.store(to, f64.load(to) + loss);
        }
        if (!gradient) continue;
        const scale = f32x4.div(share, all);
        for (let c: usize = 0; c < size; c += row) {
          store(at + c, mul(exp(sub(load(at + c), largest)), scale));
        }
        for (let lane = 0; lane < 4; lane++) {
          const b = base + lane;
          if (b < B) {
            const label = i32.load(labelsIn + floats(b * T + t));
            const to = at + (<usize>label) * row + floats(lane);
            f32.store(to, f32.load(to) - <f32>1 / <f32>B);
          } else { // a sample that is not there
            for (let c: usize = 0; c < size; c += row) f32.store(at + c + floats(lane), 0);
          }
        }
      }
    }
  }
}
