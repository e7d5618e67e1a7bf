/** A golden file on the graphics processor of a browser: the worst errors, and whether a training can be repeated. */
import { createEngine, type Tensors } from 'mann';
import json from '../../fixtures/mann-key-strength.json' with { type: 'json' };
import { errorOf, errorOfGradients, type Golden, goldenConfig } from '../../golden.js';

const golden = json as unknown as Golden;

const tensors = (numbers: Record<string, readonly number[]>): Tensors =>
  new Map(
    Object.entries(numbers).map(([name, data]) => [
      name,
      { shape: golden.params[name]!.shape, data: Float64Array.from(data) },
    ]),
  );

async function check() {
  const parameters = tensors(
    Object.fromEntries(Object.entries(golden.params).map(([name, { data }]) => [name, data])),
  );
  const { batch, length } = golden.config;
  const episodes = {
    ...{ batch, length, inputs: Float64Array.from(golden.input.data) },
    targets: Uint8Array.from(golden.labels!.flat()),
  };
  // one engine: it takes long to compile
  const engine = await createEngine(goldenConfig(golden), { kind: 'webgpu', parameters });
  const fresh = engine.optimizer();
  const { loss, logits, gradients } = await engine.gradients(episodes);
  const trained = async () => {
    engine.setParameters(parameters);
    engine.setOptimizer(fresh);
    const losses: number[] = [];
    for (const _ of golden.adamLosses) {
      losses.push((await engine.trainStep(episodes, { learningRate: 1e-3 })).loss);
    }
    await engine.settle();
    return { losses, after: engine.parameters() };
  };
  const [first, second] = [await trained(), await trained()];
  await engine.dispose();
  const isSame =
    first.losses.join() === second.losses.join() &&
    [...first.after].every(
      ([name, { data }]) => data.join() === second.after.get(name)!.data.join(),
    );
  const errors = {
    loss: errorOf([loss], [golden.loss]),
    logits: errorOf(logits, golden.logits.flat(2)),
    gradients: errorOfGradients(gradients, tensors(golden.gradients)).worst,
    'losses of 10 updates': errorOf(first.losses, golden.adamLosses),
  };
  return { device: engine.device, updates: golden.adamLosses.length, errors, isSame };
}

Object.assign(globalThis, { check });
