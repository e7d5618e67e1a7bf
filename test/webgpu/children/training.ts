/** A tiny network with nearly every part there is, trained on the graphics processor and on the CPU. */
import { messageOf } from '../../../dist/common/errors.js';
import { Random } from '../../../dist/common/random.js';
import { glyphs } from '../../../dist/data/glyphs.js';
import { splitClasses } from '../../../dist/data/splits.js';
import { createEngine } from '../../../dist/engine/create.js';
import type { Batch, Engine } from '../../../dist/engine/engine.js';
import { openDevice } from '../../../dist/engine/webgpu/device.js';
import { WebGpuEngine } from '../../../dist/engine/webgpu/engine.js';
import { modelConfig } from '../../../dist/model/config.js';
import type { Tensors } from '../../../dist/model/tensors.js';
import { EpisodeSampler } from '../../../dist/tasks/classification/episodes.js';
import { someEpisodes, someWeights } from '../../engine/random-networks.ts';
import { errorOf, errorOfGradients } from '../../golden.ts';

const config = modelConfig({
  ...{ inputHeight: 5, inputWidth: 6, encoder: 'mlp', encoderWidths: [7], embeddingSize: 6 },
  ...{ lstmSize: 9, memorySize: 7, memoryDim: 6, keySize: 5, nbReads: 2 },
  ...{ writing: 'gated', numClasses: 3, outputHidden: 5, familiarity: 'learned' },
});
const parameters = someWeights(config, 1);
const options = { learningRate: 1e-2, clip: 0.5 };
const [cpu, gpu] = await Promise.all([
  createEngine(config, { threads: 0, parameters }),
  createEngine(config, { kind: 'webgpu', parameters }),
]);
const results: Record<string, unknown> = { device: gpu.device, ahead: gpu.ahead };

async function difference(batch: Batch, onCpu = batch, engine: Engine = gpu) {
  const [own, right] = [await engine.gradients(batch), await cpu.gradients(onCpu)];
  return Math.max(
    errorOf([own.loss], [right.loss]),
    errorOf(own.logits, right.logits),
    errorOf(own.familiarity, right.familiarity),
    errorOfGradients(own.gradients, right.gradients).worst,
  );
}

/** The bits of weights and moments. */
async function bitsOf(engine: Engine): Promise<string> {
  await engine.settle();
  const { step, first, second } = engine.optimizer();
  const all = [engine.parameters(), first, second].flatMap((tensors) => [...tensors.values()]);
  const bytes = all.map(({ data }) => Buffer.from(Float32Array.from(data).buffer));
  return `${step} ${Buffer.concat(bytes).toString('base64')}`;
}

// as the CPU has it: all sizes on one set of shaders
for (const [episodes, length, seed] of [
  [3, 7, 2],
  [5, 4, 3],
  [1, 12, 5],
] as const) {
  const batch = someEpisodes(config, episodes, length, seed);
  results[`${episodes} episodes of ${length}, seed ${seed}`] = await difference(batch);
}

// drawings drawn there
const data = glyphs();
const sampler = () =>
  new EpisodeSampler(
    data,
    splitClasses(data).train,
    { batchSize: 3, numClasses: 3, inputHeight: 5, inputWidth: 6, augment: 'wide' },
    new Random(4, 'episodes'),
  );
const task = { classes: 2, length: 6, distractors: 1 };
const views = sampler().next(task, undefined, true);
results.views = await difference(views, sampler().next(task));

// training: the same bits twice, in one go or not, with calls that overlap or not
const batches = [10, 12, 14, 16, 18].map((seed) => someEpisodes(config, 4, 6, seed));
const fresh = (state?: { parameters: Tensors; optimizer: ReturnType<Engine['optimizer']> }) => {
  gpu.setParameters(state?.parameters ?? parameters);
  gpu.setOptimizer(state?.optimizer ?? cpu.optimizer());
};
fresh();
for (const batch of batches) await gpu.trainStep(batch, options);
const once = await bitsOf(gpu);
fresh();
const overlapping = await Promise.all(batches.map((batch) => gpu.trainStep(batch, options)));
results.isSameOverlapping = (await bitsOf(gpu)) === once;
results.losses = overlapping.map(({ loss }) => loss);
fresh();
for (const batch of batches.slice(0, 2)) await gpu.trainStep(batch, options);
await gpu.settle();
const [half, moments] = [gpu.parameters(), gpu.optimizer()];
fresh();
await gpu.forward(batches[0]!);
fresh({ parameters: half, optimizer: moments });
for (const batch of batches.slice(2)) await gpu.trainStep(batch, options);
results.isSameResumed = (await bitsOf(gpu)) === once;
for (const batch of batches) await cpu.trainStep(batch, options);
results.weightsAfterTraining = Math.max(
  ...[...cpu.parameters()].map(([name, { data }]) =>
    errorOf(gpu.parameters().get(name)!.data, data),
  ),
);

// what it refuses
const sentence = async (call: () => unknown) => {
  try {
    await call();
    return 'nothing was refused';
  } catch (error) {
    return messageOf(error);
  }
};
await gpu.trainStep(batches[0]!, options);
results.unsettled = await sentence(() => gpu.parameters());
results.stepUnsettled = await sentence(() => gpu.step(new Float32Array(33), gpu.zeroState(1)));
await gpu.settle();
results.kept = await sentence(() => gpu.forward({ ...batches[0]!, start: gpu.zeroState(4) }));
results.ntm = await sentence(() =>
  createEngine(modelConfig({ memory: 'ntm' }), { kind: 'webgpu' }),
);

// in parts, where a batch is larger than what fits; two episodes a workgroup, of an odd number, whose sums take turns
cpu.setParameters(parameters);
const { device } = await openDevice();
const { device: another } = await openDevice();
const parts = new WebGpuEngine(
  config,
  await createEngine(config, { threads: 0 }),
  device,
  'parts',
  {
    mostBytes: 60_000,
  },
);
parts.setParameters(parameters);
results.inParts = await difference(someEpisodes(config, 7, 6, 4), undefined, parts);
const two = new WebGpuEngine(config, await createEngine(config, { threads: 0 }), another, 'two', {
  ...{ episodes: 2, readAhead: 1, tile: 128, nearBytes: 6000 },
});
two.setParameters(parameters);
results.twoEpisodes = await difference(someEpisodes(config, 5, 6, 4), undefined, two);
await gpu.dispose();
console.log(JSON.stringify(results));
process.exit(0);
