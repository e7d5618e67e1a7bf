// The LSTM: z = [x_t, rin, h_{t-1}] · kernel + bias, split into i, j, f, o;
//   c_t = σ(f+1) c_{t-1} + σ(i) tanh(j);  h_t = σ(o) tanh(c_t)
// All in lanes. The part of x_t is one product over all steps (drawings.ts); only rin and h_{t-1} wait for
// their step.
import { multiply } from './gemm';
import {
  G, H, I, S, T, cellAt, dCell, dHidden, dRin, floats, hiddenAt, packedBelow, packedBelowStride, packedHidden,
  packedHiddenBack, packedHiddenBackStride, packedHiddenStride, packedInputBack,
  packedRin, packedRinBack, rinAt, rinRows, zAt,
} from './shape';
import { add, load, madd, mul, ones, sigmoid, slopeOfSigmoid, slopeOfTanh, store, tanh } from './vector';

/** z of all steps of a layer above the first = the layer below · kernel + bias. */
export function belowForward(layer: i32, s0: i32, s1: i32): void {
  const features = H + 1; // and the bias's 1
  const group = floats(features * G);
  const z = floats(4 * H * G);
  multiply(
    packedBelow + floats((layer - 1) * packedBelowStride()), 4 * H, features, G,
    hiddenAt(layer - 1, 1, s0), group * S, group, zAt(layer, 0, s0), z * S, z, T, s1 - s0, false,
  );
}

/** One step: z += [rin, h_{t-1}] · kernel, then the gates, c_t and h_t. */
export function lstmForward(layer: i32, t: i32, s0: i32, s1: i32): void {
  const z = floats(4 * H * G);
  if (rinRows(layer) > 0) {
    const rin = floats(I * G);
    multiply(packedRin, 4 * H, I, G, rinAt(t, s0), 0, rin, zAt(layer, t, s0), 0, z, 1, s1 - s0, true);
  }
  multiply(
    packedHidden + floats(layer * packedHiddenStride()), 4 * H, H, G,
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

/**
 * One step back: from dHidden (whole) and dCell of this layer to dz (in place of the gates), dCell and
 * dHidden of the step before, dRin, and what dHidden of the layer below gets. `toStart`: somebody reads the
 * gradient of the state before the first step.
 */
export function lstmBackward(layer: i32, t: i32, s0: i32, s1: i32, toStart: bool): void {
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
  const goesOn = t > 0 || toStart;
  if (!goesOn && layer == 0) return;
  const z = zAt(layer, t, s0);
  const zGroup = floats(4 * H * G);
  if (goesOn) {
    multiply(
      packedHiddenBack + floats(layer * packedHiddenBackStride()), H, 4 * H, G,
      z, 0, zGroup, dHidden + (<usize>(layer * S + s0)) * row, 0, row, 1, s1 - s0, false,
    );
    if (rinRows(layer) > 0) {
      const rin = floats(I * G);
      multiply(
        packedRinBack, I, 4 * H, G, z, 0, zGroup, dRin + (<usize>s0) * rin, 0, rin, 1, s1 - s0, false,
      );
    }
  }
  if (layer > 0) {
    multiply(
      packedInputBack + floats((layer - 1) * packedHiddenBackStride()), H, 4 * H, G,
      z, 0, zGroup, dHidden + (<usize>((layer - 1) * S + s0)) * row, 0, row, 1, s1 - s0, true,
    );
  }
}
