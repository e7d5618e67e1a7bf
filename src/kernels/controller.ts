// The controller. The LSTM: z = [e_t, y_{t-1}, rin, h_{t-1}] · kernel + bias, split into i, j, f, o;
//   c_t = σ(f+1) c_{t-1} + σ(i) tanh(j);  h_t = σ(o) tanh(c_t)
// The feed-forward one: h_t = tanh([e_t, y_{t-1}, rin] · kernel + bias).
// All in lanes. The part of e_t and y_{t-1} is one product over all steps (for drawings as they are: drawings.ts);
// only rin and h_{t-1} wait for their step.
import {
  cellAt, dCell, dEmbeddingAt, dHidden, dRin, hiddenAt, rinAt, seenAt, zAt,
} from './layout/batch';
import { multiply } from './algebra/gemm';
import { E, F, G, H, I, S, T, Z, feedforward, floats } from './layout/shape';
import {
  packedBelow, packedBelowBack, packedBelowStride, packedInput, packedInputBack, packedRin, packedRinBack, packedState,
  packedStateBack, packedStateBackStride, packedStateStride, rinRows,
} from './layout/tensors';
import { add, load, madd, mul, ones, sigmoid, slopeOfSigmoid, slopeOfTanh, store, tanh } from './algebra/vector';

/** z of all steps of the first layer = [e_t, y_{t-1}] · kernel + bias. */
export function seenForward(s0: i32, s1: i32): void {
  const features = E + F + 1; // and the bias's 1
  const group = floats(features * G);
  const z = floats(Z * G);
  multiply(
    packedInput, Z, features, G, seenAt(0, s0), group * S, group, zAt(0, 0, s0), z * S, z, T, s1 - s0, false,
  );
}

/** de_t of all steps, when every dz is there. */
export function seenBackward(s0: i32, s1: i32): void {
  const z = floats(Z * G);
  const group = floats(E * G);
  multiply(
    packedInputBack, E, Z, G, zAt(0, 0, s0), z * S, z, dEmbeddingAt(0, s0), group * S, group, T, s1 - s0, false,
  );
}

/** z of all steps of a layer above the first = the layer below · kernel + bias. */
export function belowForward(layer: i32, s0: i32, s1: i32): void {
  const features = H + 1; // and the bias's 1
  const group = floats(features * G);
  const z = floats(Z * G);
  multiply(
    packedBelow + floats((layer - 1) * packedBelowStride()), Z, features, G,
    hiddenAt(layer - 1, 1, s0), group * S, group, zAt(layer, 0, s0), z * S, z, T, s1 - s0, false,
  );
}

/** One step: z += [rin, h_{t-1}] · kernel, then h_t. */
export function controllerForward(layer: i32, t: i32, s0: i32, s1: i32): void {
  const z = floats(Z * G);
  if (rinRows(layer) > 0) {
    const rin = floats(I * G);
    multiply(packedRin, Z, I, G, rinAt(t, s0), 0, rin, zAt(layer, t, s0), 0, z, 1, s1 - s0, true);
  }
  if (feedforward) return unitsForward(t, s0, s1);
  multiply(
    packedState + floats(layer * packedStateStride()), Z, H, G,
    hiddenAt(layer, t, s0), 0, floats((H + 1) * G), zAt(layer, t, s0), 0, z, 1, s1 - s0, true,
  );
  const row = floats(H * G);
  for (let s = s0; s < s1; s++) {
    const before = cellAt(layer, t, s);
    const after = cellAt(layer, t + 1, s);
    const hidden = hiddenAt(layer, t + 1, s);
    const gates = zAt(layer, t, s);
    for (let n: usize = 0; n < row; n += 16) {
      const at = gates + n;
      const i = sigmoid(load(at));
      const j = tanh(load(at + row));
      const f = sigmoid(add(load(at + 2 * row), ones()));
      const o = sigmoid(load(at + 3 * row));
      const c = madd(f, load(before + n), mul(i, j));
      store(at, i);
      store(at + row, j);
      store(at + 2 * row, f);
      store(at + 3 * row, o);
      store(after + n, c);
      store(hidden + n, mul(o, tanh(c)));
    }
  }
}

/** h_t = tanh(z), in place of z too. */
function unitsForward(t: i32, s0: i32, s1: i32): void {
  const row = floats(H * G);
  for (let s = s0; s < s1; s++) {
    const z = zAt(0, t, s);
    const hidden = hiddenAt(0, t + 1, s);
    for (let n: usize = 0; n < row; n += 16) {
      const h = tanh(load(z + n));
      store(z + n, h);
      store(hidden + n, h);
    }
  }
}

/** From dHidden to dz, in place of h; what comes from the step after goes through rin alone. */
function unitsBackward(t: i32, s0: i32, s1: i32): void {
  const row = floats(H * G);
  for (let s = s0; s < s1; s++) {
    const z = zAt(0, t, s);
    const dh = dHidden + (<usize>s) * row;
    for (let n: usize = 0; n < row; n += 16) store(z + n, mul(load(dh + n), slopeOfTanh(load(z + n))));
    memory.fill(dh, 0, row);
  }
}

/** From dHidden and dCell of an LSTM layer to dz (in place of the gates) and dCell of the step before. */
function gatesBackward(layer: i32, t: i32, s0: i32, s1: i32): void {
  const row = floats(H * G);
  for (let s = s0; s < s1; s++) {
    const before = cellAt(layer, t, s);
    const after = cellAt(layer, t + 1, s);
    const gates = zAt(layer, t, s);
    const dh = dHidden + (<usize>(layer * S + s)) * row;
    const dc = dCell + (<usize>(layer * S + s)) * row;
    for (let n: usize = 0; n < row; n += 16) {
      const at = gates + n;
      const i = load(at), j = load(at + row), f = load(at + 2 * row), o = load(at + 3 * row);
      const tanhC = tanh(load(after + n));
      const dhn = load(dh + n);
      const total = madd(mul(dhn, o), slopeOfTanh(tanhC), load(dc + n)); // dc_t
      store(at, mul(mul(total, j), slopeOfSigmoid(i)));
      store(at + row, mul(mul(total, i), slopeOfTanh(j)));
      store(at + 2 * row, mul(mul(total, load(before + n)), slopeOfSigmoid(f)));
      store(at + 3 * row, mul(mul(dhn, tanhC), slopeOfSigmoid(o)));
      store(dc + n, mul(total, f));
    }
  }
}

/**
 * One step back: from dHidden (whole) and dCell of this layer to dz, dCell and dHidden of the step before,
 * dRin, and what dHidden of the layer below gets. `toStart`: somebody reads the gradient of the state before the
 * first step.
 */
export function controllerBackward(layer: i32, t: i32, s0: i32, s1: i32, toStart: bool): void {
  const row = floats(H * G);
  if (feedforward) unitsBackward(t, s0, s1);
  else gatesBackward(layer, t, s0, s1);
  const goesOn = t > 0 || toStart;
  if (!goesOn && layer == 0) return;
  const z = zAt(layer, t, s0);
  const zGroup = floats(Z * G);
  if (goesOn) {
    if (!feedforward) {
      multiply(
        packedStateBack + floats(layer * packedStateBackStride()), H, Z, G,
        z, 0, zGroup, dHidden + (<usize>(layer * S + s0)) * row, 0, row, 1, s1 - s0, false,
      );
    }
    if (rinRows(layer) > 0) {
      const rin = floats(I * G);
      multiply(
        packedRinBack, I, Z, G, z, 0, zGroup, dRin + (<usize>s0) * rin, 0, rin, 1, s1 - s0, false,
      );
    }
  }
  if (layer > 0) {
    multiply(
      packedBelowBack + floats((layer - 1) * packedStateBackStride()), H, Z, G,
      z, 0, zGroup, dHidden + (<usize>((layer - 1) * S + s0)) * row, 0, row, 1, s1 - s0, true,
    );
  }
}
