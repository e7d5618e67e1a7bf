// Read weights as rin: from the rows of a sample to its lanes, and their gradient back.
import { G, N, NP, R, floats } from '../layout/shape';

/** [RP][NP] to [RN] lanes. */
export function toRin(read: usize, lanes: usize): void {
  for (let r = 0; r < R; r++) {
    for (let i = 0; i < N; i++) {
      f32.store(lanes, f32.load(read + floats(r * NP + i)));
      lanes += floats(G);
    }
  }
}

/** Adds [RN] lanes to [RP][NP]. */
export function addFromRin(lanes: usize, dRead: usize): void {
  for (let r = 0; r < R; r++) {
    for (let i = 0; i < N; i++) {
      const at = dRead + floats(r * NP + i);
      f32.store(at, f32.load(at) + f32.load(lanes));
      lanes += floats(G);
    }
  }
}
