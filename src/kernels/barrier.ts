import { barrierAt } from './layout/tensors';

/** Turns of the spin before a thread rests: tens of microseconds, more than any wait on an idle machine. */
const SPINS: i32 = 20000;

/** Gives the processor away for a moment (src/engine/wasm/kernels.ts). */
@external("env", "rest")
declare function rest(): void;

/**
 * Waits until all `size` threads have come. Arrivals are only ever counted up: a thread that drew the
 * ticket n goes on when the count has reached the next whole multiple of `size` above n.
 */
export function barrier(size: i32): void {
  if (size == 1) return;
  const ticket = atomic.add<i32>(barrierAt, 1);
  const all = (ticket / size + 1) * size;
  let spins = SPINS;
  while (atomic.load<i32>(barrierAt) < all) {
    if (spins > 0) spins--;
    else rest();
  }
}

/** Before a run, while no thread is at work. */
export function resetBarrier(): void {
  atomic.store<i32>(barrierAt, 0);
}
