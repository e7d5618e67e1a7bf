// From o_t = [h_t, r_t] to the logits, o_t · out.kernel + out.bias, and with hidden units
// relu(o_t · hidden.kernel + hidden.bias) · hidden.out; then the softmax with cross entropy over the classes. Each
// forward beside its backward, all in lanes.
import {
  dHidden, dRead, dUnitsAt, hiddenAt, labelsIn, logitsAt, logitsOut, losses, readAt, unitsAt,
} from './layout/batch';
import { multiply } from './algebra/gemm';
import { B, C, D, G, H, L, R, S, T, W, floats } from './layout/shape';
import {
  packedHiddenOut, packedHiddenOutBack, packedHiddenRead, packedHiddenReadBack, packedHiddenState, packedHiddenStateBack,
  packedOutRead, packedOutReadBack, packedOutState, packedOutStateBack,
} from './layout/tensors';
import { add, exp, load, mul, rectify, rectifyBackward, store, sub } from './algebra/vector';

/** y (+)= [h_t, r_t, 1] · a kernel of `columns` columns, of all steps. */
function outputTimes(state: usize, read: usize, columns: i32, y: usize, s0: i32, s1: i32): void {
  const hidden = floats((H + 1) * G);
  const reads = floats(R * W * G);
  const group = floats(columns * G);
  multiply(
    state, columns, H + 1, G, hiddenAt(L - 1, 1, s0), hidden * S, hidden, y, group * S, group, T, s1 - s0, false,
  );
  if (R > 0) {
    multiply(read, columns, R * W, G, readAt(1, s0), reads * S, reads, y, group * S, group, T, s1 - s0, true);
  }
}

/** The logits of all steps. */
export function logitsForward(s0: i32, s1: i32): void {
  const group = floats(C * G);
  outputTimes(packedOutState, packedOutRead, C, logitsAt(0, s0), s0, s1);
  if (D > 0) {
    const units = floats(D * G);
    outputTimes(packedHiddenState, packedHiddenRead, D, unitsAt(0, s0), s0, s1);
    for (let t = 0; t < T; t++) rectify(unitsAt(t, s0), units * (s1 - s0));
    multiply(
      packedHiddenOut, C, D, G, unitsAt(0, s0), units * S, units, logitsAt(0, s0), group * S, group, T, s1 - s0, true,
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

/** The gradient of the hidden units of all steps, when dlogits are there. */
export function unitsBackward(s0: i32, s1: i32): void {
  if (D == 0) return;
  const units = floats(D * G);
  const group = floats(C * G);
  multiply(
    packedHiddenOutBack, D, C, G, logitsAt(0, s0), group * S, group, dUnitsAt(0, s0), units * S, units, T, s1 - s0, false,
  );
  for (let t = 0; t < T; t++) rectifyBackward(dUnitsAt(t, s0), unitsAt(t, s0), units * (s1 - s0));
}

/** Adds what a step's dlogits and hidden units give to dHidden of the top layer and to dRead. */
export function logitsBackward(t: i32, s0: i32, s1: i32): void {
  outputBack(packedOutStateBack, packedOutReadBack, C, logitsAt(t, s0), s0, s1);
  if (D > 0) outputBack(packedHiddenStateBack, packedHiddenReadBack, D, dUnitsAt(t, s0), s0, s1);
}
function outputBack(state: usize, read: usize, columns: i32, dy: usize, s0: i32, s1: i32): void {
  const row = floats(H * G);
  const group = floats(columns * G);
  multiply(
    state, H, columns, G, dy, 0, group, dHidden + (<usize>((L - 1) * S + s0)) * row, 0, row, 1, s1 - s0, true,
  );
  if (R > 0) {
    const reads = floats(R * W * G);
    multiply(read, R * W, columns, G, dy, 0, group, dRead + (<usize>s0) * reads, 0, reads, 1, s1 - s0, true);
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
