import { barrierAt } from './shape';

/** Turns of the spin before a thread sleeps: about 50 µs, more than any wait on an idle machine. */
const SPINS: i32 = 20000;

/** Waits until all `size` threads have come. */
export function barrier(size: i32): void {
  if (size == 1) return;
  const generation = barrierAt + 64;
  const now = atomic.load<i32>(generation);
  if (atomic.add<i32>(barrierAt, 1) == size - 1) {
    atomic.store<i32>(barrierAt, 0);
    atomic.add<i32>(generation, 1);
    atomic.notify(generation, -1);
    return;
  }
  for (let i = 0; i < SPINS; i++) {
    if (atomic.load<i32>(generation) != now) return;
  }
  while (atomic.load<i32>(generation) == now) atomic.wait<i32>(generation, now, 1_000_000);
}
