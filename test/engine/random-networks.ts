import { Random } from '../../dist/common/random.js';
import { createEngine } from '../../dist/engine/create.js';
import type { Batch } from '../../dist/engine/engine.js';
import type { ModelConfig } from '../../dist/model/config.js';
import { shapesOf } from '../../dist/model/shapes.js';
import { initialTensors, type Tensors } from '../../dist/model/tensors.js';

/** Weights of a trained network's size: larger than fresh ones, so that nothing stays near zero. */
export function someWeights(config: ModelConfig, seed: number): Tensors {
  const random = new Random(seed, 'weights');
  const tensors = initialTensors(config, random);
  for (const [name, { data }] of tensors) {
    if (name.startsWith('lstm')) continue;
    for (let i = 0; i < data.length; i++) data[i]! += random.uniform(-0.3, 0.3);
  }
  return tensors;
}

/**
 * Episodes of sparse ink and targets that come a step late, every other seed with a mask; where familiarity is learned,
 * some drawings have no label.
 */
export function someEpisodes(
  config: ModelConfig,
  batch: number,
  length: number,
  seed: number,
): Batch {
  const random = new Random(seed, 'episodes');
  const { X, P, C, D, target } = shapesOf(config);
  const steps = batch * length;
  const inputs = new Float32Array(steps * X);
  const targets = D > 0 ? new Float32Array(steps * D) : new Uint8Array(steps * target);
  for (let step = 0; step < steps; step++) {
    for (let p = 0; p < P; p++) {
      if (random.uniform() < 0.3) inputs[step * X + p] = random.uniform();
    }
    for (let n = 0; n < target; n++) {
      const at = step * target + n;
      if (config.output === 'gaussian') targets[at] = random.normal();
      else if (D > 0) targets[at] = random.below(2);
      else targets[at] = random.below(config.familiarity === 'learned' ? C + 1 : C);
      if (step % length === 0) continue;
      const before = targets[at - target]!;
      if (D > 0) inputs[step * X + P + n] = before;
      else if (before < C) inputs[step * X + P + n * C + before] = 1;
    }
  }
  const mask = Uint8Array.from({ length: steps }, () => random.below(4) && 1);
  return { batch, length, inputs, targets, ...(seed % 2 === 1 && { mask }) };
}

/**
 * Whether it is clear at every step which slots are least used: where usages differ by less than `margin`, and are
 * not the same, rounding decides, and what one engine answers then is as right as what another one does.
 */
export async function isDecided(
  config: ModelConfig,
  parameters: Tensors,
  { batch, length, inputs }: Batch,
  margin = 1e-5,
): Promise<boolean> {
  const { X, N, W, R } = shapesOf(config);
  if (R === 0 || config.memory === 'ntm') return true;
  const engine = await createEngine(config, { kind: 'reference', parameters });
  for (let b = 0; b < batch; b++) {
    let state = engine.zeroState(1);
    for (let t = 0; t < length; t++) {
      const { usage, memory, readWeights } = state;
      const order = Array.from(usage.keys()).sort((i, j) => usage[i]! - usage[j]! || j - i);
      /** How far two slots are apart in all that the network sees of them. */
      const apart = (i: number, j: number) =>
        config.controllerInput === 'read-weights'
          ? Number.POSITIVE_INFINITY
          : Math.max(
              ...Array.from({ length: W }, (_, w) =>
                Math.abs(memory[i * W + w]! - memory[j * W + w]!),
              ),
              ...Array.from({ length: R }, (_, r) =>
                Math.abs(readWeights[r * N + i]! - readWeights[r * N + j]!),
              ),
            );
      // the very least used one is erased, and R of them are written to; of slots alike, it is no matter which
      for (const least of new Set([1, R])) {
        const edge = order[least - 1]!;
        const near = order.filter((i) => Math.abs(usage[i]! - usage[edge]!) < margin);
        if (least === N || !near.includes(order[least]!)) continue;
        const same = near.every((i) => usage[i] === usage[edge] || apart(i, edge) < margin);
        if (!same) return false;
      }
      const at = (b * length + t) * X;
      state = engine.step(inputs.subarray(at, at + X), state).state;
    }
  }
  return true;
}
