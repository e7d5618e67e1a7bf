import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import type { Checkpoint } from '../../dist/index.js';
import { MANNCell } from '../../dist/tfjs/index.js';
import { type Golden, goldenConfig } from '../golden.ts';

const wasm = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
setWasmPaths(join(dirname(wasm), '/'));

/** Makes a backend of this machine the current one. */
export async function use(backend: 'cpu' | 'wasm'): Promise<void> {
  if (!(await tf.setBackend(backend))) throw new Error(`no backend ${backend}`);
  await tf.ready();
}

/** Does without the fused kernels of the current backend, or gives them back. */
export function useFused(fused: boolean): void {
  const backendName = tf.getBackend();
  const has = tf.getKernel(step.kernelName, backendName) != null;
  if (has && !fused) tf.unregisterKernel(step.kernelName, backendName);
  if (!has && fused) tf.registerKernel({ ...step, backendName });
}
const step = tf.getKernel('MannCellStep', 'cpu')!;

/** A golden file's network as a checkpoint. */
export const goldenCheckpoint = (golden: Golden): Checkpoint => ({
  config: goldenConfig(golden),
  step: 0,
  parameters: new Map(
    Object.entries(golden.params).map(([name, { shape, data }]) => [
      name,
      { shape, data: Float32Array.from(data) },
    ]),
  ),
});

/** The weights of a model that fromCheckpoint made, in the order of checkpoints. */
export function variablesOf(model: tf.LayersModel): tf.Variable[] {
  const layers = model.layers.filter(({ name }) => /^(encoder|mann)/.test(name));
  const output = ['hidden', 'hidden_out', 'out'].flatMap((name) =>
    model.layers.filter((layer) => layer.name === name),
  );
  return [...layers, ...output].flatMap((layer) =>
    layer.trainableWeights.map((weight) => weight.read() as tf.Variable),
  );
}

/** What model.save gives, as it would come back from a file. */
export async function saved(model: tf.LayersModel): Promise<tf.io.ModelArtifacts> {
  let artifacts: tf.io.ModelArtifacts | undefined;
  await model.save(
    tf.io.withSaveHandler(async (given) => {
      artifacts = given;
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    }),
  );
  const { weightData, ...json } = artifacts!;
  return { ...JSON.parse(JSON.stringify(json)), weightData };
}

/** The cell of a model. */
export const cellOf = (model: tf.LayersModel): MANNCell =>
  model.layers
    .map((layer) => (layer as unknown as { cell?: unknown }).cell)
    .find((cell) => cell instanceof MANNCell)!;

export const goldenInput = ({ input }: Golden): tf.Tensor => tf.tensor(input.data, input.shape);

/** The loss of golden files: mean over the batch of the sum over time of the cross entropy. */
export function lossOf(golden: Golden, logits: tf.Tensor): tf.Scalar {
  const { batch, classes } = golden.config;
  const oneHot = tf.oneHot(
    tf.tensor2d((golden.labels ?? golden.targets) as number[][], undefined, 'int32'),
    classes,
  );
  return tf.div(tf.neg(tf.sum(tf.mul(tf.logSoftmax(logits), oneHot))), batch);
}
