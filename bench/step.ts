/**
 * The time of a training step and of a forward pass at the default shape (B=16, T=50), on every
 * WebAssembly engine of this machine with one thread and two, and of one online step (B=1):
 * `npm run bench`. Medians; run it on an idle machine.
 */
import { cpus } from 'node:os';
import { Random } from '../dist/common/random.js';
import { createEngine, fastestKind } from '../dist/engine/create.js';
import { modelConfig } from '../dist/model/config.js';
import { initialTensors } from '../dist/model/tensors.js';

const config = modelConfig();
const [B, T, X, C] = [16, 50, 405, 5];
const random = new Random(1);
const inputs = Float32Array.from({ length: B * T * X }, () =>
  random.uniform() < 0.2 ? random.uniform() : 0,
);
const labels = Uint8Array.from({ length: B * T }, () => random.below(C));
const batch = { batch: B, length: T, inputs, labels };

/** The median of `count` timings in milliseconds, after a few to warm up. */
async function median(count: number, work: () => unknown): Promise<number> {
  for (let i = 0; i < 4; i++) await work();
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[count >> 1]!;
}

console.log(`${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}`);
console.log('engine   threads   training step   forward');
const kinds = fastestKind() === 'relaxed' ? (['relaxed', 'simd'] as const) : (['simd'] as const);
for (const kind of kinds) {
  for (const threads of [1, 2]) {
    const parameters = initialTensors(config, new Random(2));
    const engine = await createEngine(config, { kind, threads, parameters });
    const step = await median(25, () => engine.trainStep(batch, { learningRate: 1e-3 }));
    const forward = await median(25, () => engine.forward(batch));
    const cells = [kind.padEnd(8), String(threads).padEnd(9), `${step.toFixed(1)} ms`.padEnd(15)];
    console.log(cells.join(' '), `${forward.toFixed(1)} ms`);
    await engine.dispose();
  }
}
const engine = await createEngine(config, {
  threads: 0,
  parameters: initialTensors(config, new Random(2)),
});
let state = engine.zeroState(1);
const x = inputs.subarray(0, X);
const online = await median(301, () => {
  state = engine.step(x, state).state;
});
console.log(`one online step (B=1): ${online.toFixed(2)} ms`);
