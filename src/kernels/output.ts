// From o_t = [h_t, r_t] to the logits, o_t · out.kernel + out.bias, and with hidden units
// relu(o_t · hidden.kernel + hidden.bias) · hidden.out. Forward beside backward, all in lanes.
import {
  dHidden, dRead, dUnitsAt, familiarityOut, hiddenAt, logitsAt, logitsOut, readAt, unitsAt,
} from './layout/batch';
import { multiply } from './algebra/gemm';
import { fromLane } from './encoder/encoder';
import { A, B, G, H, L, R, S, T, U, W, Y, familiar, floats } from './layout/shape';
import {
  packedHiddenOut, packedHiddenOutBack, packedHiddenRead, packedHiddenReadBack, packedHiddenState, packedHiddenStateBack,
  packedOutRead, packedOutReadBack, packedOutState, packedOutStateBack,
} from './layout/tensors';
import { rectify, rectifyBackward } from './algebra/vector';

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
  const group = floats(Y * G);
  outputTimes(packedOutState, packedOutRead, Y, logitsAt(0, s0), s0, s1);
  if (U > 0) {
    const units = floats(U * G);
    outputTimes(packedHiddenState, packedHiddenRead, U, unitsAt(0, s0), s0, s1);
    for (let t = 0; t < T; t++) rectify(unitsAt(t, s0), units * (s1 - s0));
    multiply(
      packedHiddenOut, Y, U, G, unitsAt(0, s0), units * S, units, logitsAt(0, s0), group * S, group, T, s1 - s0, true,
    );
  }
  for (let s = s0; s < s1; s++) {
    for (let lane = 0; lane < G && s * G + lane < B; lane++) {
      const b = s * G + lane;
      let out = logitsOut + floats(b * T * A);
      for (let t = 0; t < T; t++) {
        fromLane(logitsAt(t, s) + floats(lane), out, A);
        out += floats(A);
        if (familiar) fromLane(logitsAt(t, s) + floats(A * G + lane), familiarityOut + floats(b * T + t), 1);
      }
    }
  }
}

/** The gradient of the hidden units of all steps, when dlogits are there. */
export function unitsBackward(s0: i32, s1: i32): void {
  if (U == 0) return;
  const units = floats(U * G);
  const group = floats(Y * G);
  multiply(
    packedHiddenOutBack, U, Y, G, logitsAt(0, s0), group * S, group, dUnitsAt(0, s0), units * S, units, T, s1 - s0, false,
  );
  for (let t = 0; t < T; t++) rectifyBackward(dUnitsAt(t, s0), unitsAt(t, s0), units * (s1 - s0));
}

/** Adds what a step's dlogits and hidden units give to dHidden of the top layer and to dRead. */
export function logitsBackward(t: i32, s0: i32, s1: i32): void {
  outputBack(packedOutStateBack, packedOutReadBack, Y, logitsAt(t, s0), s0, s1);
  if (U > 0) outputBack(packedHiddenStateBack, packedHiddenReadBack, U, dUnitsAt(t, s0), s0, s1);
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
