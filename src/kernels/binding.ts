// Direct binding: the keys of q += e_t · bind.key, its adds += e_{t-1} · bind.value + y_{t-1} · bind.label. Nothing of it
// waits for a step, so each is one product over all of them, before the heads' own. All in lanes.
import { dEmbeddingAt, qAt, seenAt } from './layout/batch';
import { multiply } from './algebra/gemm';
import { E, F, G, NONE, Q, R, S, T, W, direct, encoder, floats } from './layout/shape';
import {
  packedBindKey, packedBindKeyBack, packedBindLabel, packedBindValue, packedBindValueBack,
} from './layout/tensors';

/** What is bound into q of all steps; the rest of q is 0. */
export function bindForward(s0: i32, s1: i32): void {
  if (!direct) return;
  const groups = s1 - s0;
  const RW = R * W;
  const seen = floats((E + F + 1) * G);
  const q = floats(Q * G);
  const keys = qAt(0, s0);
  const adds = keys + floats(RW * G);
  multiply(packedBindKey, RW, E, G, seenAt(0, s0), seen * S, seen, keys, q * S, q, T, groups, false);
  multiply(packedBindValue, RW, E, G, seenAt(-1, s0), seen * S, seen, adds, q * S, q, T, groups, false);
  multiply(
    packedBindLabel, RW, F, G, seenAt(0, s0) + floats(E * G), seen * S, seen, adds, q * S, q, T, groups, true,
  );
  const rest = floats((Q - 2 * RW) * G);
  for (let t = 0; t < T; t++) {
    for (let s = s0; s < s1; s++) memory.fill(qAt(t, s) + floats(2 * RW * G), 0, rest);
  }
}

/** Adds to de_t of all steps, when every dq is there. */
export function bindBackward(s0: i32, s1: i32): void {
  if (!direct || encoder == NONE) return;
  const groups = s1 - s0;
  const RW = R * W;
  const q = floats(Q * G);
  const row = floats(E * G);
  multiply(
    packedBindKeyBack, E, RW, G, qAt(0, s0), q * S, q, dEmbeddingAt(0, s0), row * S, row, T, groups, true,
  );
  multiply( // what step t + 1 wrote
    packedBindValueBack, E, RW, G, qAt(1, s0) + floats(RW * G), q * S, q, dEmbeddingAt(0, s0), row * S, row,
    T - 1, groups, true,
  );
}
