import type { LayersModel, Sequential } from '@tensorflow/tfjs';
import { readCheckpointFile } from '#checkpoint-file';
import { tf } from '#tensorflow';
import { UserError } from '../common/errors.js';
import { checkOptions } from '../common/options.js';
import { kindOf, type ModelConfig, modelConfig } from '../model/config.js';
import { modelPresets } from '../model/presets.js';
import { shapesOf } from '../model/shapes.js';
import { checkTensors, type Tensor, tensorSpecs } from '../model/tensors.js';
import { type Checkpoint, checkpointIn, serialiseCheckpoint } from '../training/checkpoint.js';
import { MANNCell } from './cell.js';

export interface CheckpointOptions {
  /** Pixels of a drawing. Default: a square if the number of pixels allows it, otherwise one row. */
  readonly inputHeight?: number;
  readonly inputWidth?: number;
  /** Number of batches that the network was trained on. Default 0. */
  readonly step?: number;
}

/**
 * The network of a checkpoint as a TensorFlow.js model, from inputs [B, T, X] to logits [B, T, C].
 *
 * ```ts
 * const model = await fromCheckpoint('runs/omniglot-mann-as-flat-seed1');
 * ```
 * @param file the path of a file or run folder (Node), a URL (browsers), the bytes of a file, or a parsed checkpoint
 * @throws UserError if it is not a checkpoint, or of a network that `MANNCell` can't represent: one without memory, or of
 *   another form than those of the presets flat, paper and original
 */
export async function fromCheckpoint(
  file: string | Uint8Array | ArrayBuffer | Checkpoint,
): Promise<Sequential> {
  const { config, parameters } = await read(file);
  checkForm(config);
  const { X, C } = shapesOf(config);
  const cell = new MANNCell(cellOptions(config));
  const model = tf.sequential();
  model.add(tf.layers.rnn({ cell, returnSequences: true, inputShape: [null, X] }));
  model.add(tf.layers.dense({ units: C }));
  const weights = tensorSpecs(config).map(({ name, shape }) =>
    tf.tensor(Float32Array.from(parameters.get(name)!.data), [...shape]),
  );
  model.setWeights(weights);
  tf.dispose(weights);
  return model;
}

/** The options of a cell that make it this network. */
function cellOptions(config: ModelConfig) {
  const { lstmSize, memorySize, memoryDim, nbReads, gamma } = config;
  const { controllerInput, keyStrength, start } = config;
  return { lstmSize, memorySize, memoryDim, nbReads, gamma, controllerInput, keyStrength, start };
}

/** @throws UserError on networks that `MANNCell` can't represent */
function checkForm(config: ModelConfig): void {
  if (config.memory === 'none') {
    throw new UserError(
      `fromCheckpoint: this network (${kindOf(config)}) has no memory, and MANNCell is for networks that have one`,
    );
  }
  const { numClasses, inputHeight, inputWidth } = config;
  const carried = modelConfig({
    ...modelPresets.flat,
    ...cellOptions(config),
    ...{ numClasses, inputHeight, inputWidth },
  });
  const others = (Object.keys(config) as (keyof ModelConfig)[]).filter(
    (field) =>
      String(config[field]) !== String(carried[field]) &&
      field !== 'encoderWidths' && // follow from the encoder
      field !== 'embeddingSize',
  );
  if (others.length > 0) {
    throw new UserError(
      'fromCheckpoint: MANNCell in TensorFlow.js supports networks of the presets flat, paper and original; ' +
        `this one differs in ${others.map((field) => `${field} (${config[field]})`).join(', ')}`,
    );
  }
}

/**
 * A TensorFlow.js model as the bytes of a checkpoint file, for `mann test` and every engine.
 *
 * ```ts
 * await writeFile('network.safetensors', await toCheckpoint(model));
 * ```
 * The model must be an `rnn` layer with a MANNCell that returns sequences, then a dense layer of C units, with softmax
 * or without activation.
 * @throws UserError on any other model
 */
export async function toCheckpoint(
  model: LayersModel,
  options: CheckpointOptions = {},
): Promise<Uint8Array> {
  checkOptions('toCheckpoint', options, {
    ...{ inputHeight: 'number', inputWidth: 'number', step: 'number' },
  });
  const [rnn, dense, ...rest] = model.layers.filter((l) => l.getClassName() !== 'InputLayer');
  const cell = (rnn as { cell?: unknown } | undefined)?.cell;
  if (!isMANNCell(cell) || !dense || rest.length > 0) {
    throw new UserError(
      'toCheckpoint: the model must be an rnn layer with a MANNCell, then one dense layer; ' +
        `this one is ${model.layers.map((layer) => layer.getClassName()).join(', ') || 'empty'}`,
    );
  }
  const values = [...rnn!.getWeights(), ...dense.getWeights()];
  const out = values[4]?.shape;
  if (values.length !== 6 || out?.length !== 2) {
    throw new UserError('toCheckpoint: the last layer must be dense, with a bias');
  }
  checkActivation(dense);
  const C = out[1]!;
  const { lstmSize: H, memorySize: N, memoryDim: W, nbReads: R } = cell.options;
  const rin = cell.options.controllerInput === 'read-vectors' ? R * W : R * N;
  const P = values[0]!.shape[0]! - rin - H - C;
  if (P < 1) {
    throw new UserError(
      `toCheckpoint: an input must hold a drawing and the ${C} numbers of the label before it, ` +
        `and this model's are ${P + C} wide`,
    );
  }
  const config = modelConfig({
    ...modelPresets.paper,
    ...cell.options,
    ...pictureOf(P, options),
    numClasses: C,
  });
  const parameters = new Map<string, Tensor>();
  for (const [i, { name, shape }] of tensorSpecs(config).entries()) {
    parameters.set(name, { shape, data: Float32Array.from(await values[i]!.data()) });
  }
  checkTensors(config, parameters, 'toCheckpoint');
  return serialiseCheckpoint({ config, step: options.step ?? 0, parameters }, 'toCheckpoint');
}

async function read(file: string | Uint8Array | ArrayBuffer | Checkpoint): Promise<Checkpoint> {
  if (typeof file === 'string') return readCheckpointFile(file);
  const checkpoint = checkpointIn(file, 'fromCheckpoint');
  if (checkpoint) return checkpoint;
  throw new UserError(
    'fromCheckpoint: a checkpoint is given by its path or URL, by its bytes, or parsed',
  );
}

/** Also true for a cell that another copy of this library made. */
function isMANNCell(cell: unknown): cell is MANNCell {
  return (cell as MANNCell | undefined)?.getClassName?.() === MANNCell.className;
}

function checkActivation(dense: { getConfig(): Record<string, unknown> }): void {
  const { activation } = dense.getConfig();
  if (activation !== 'linear' && activation !== 'softmax' && activation !== undefined) {
    throw new UserError(
      `toCheckpoint: the dense layer gives ${activation}; a checkpoint's gives logits (no activation, or softmax)`,
    );
  }
}

function pictureOf(P: number, { inputHeight, inputWidth }: CheckpointOptions) {
  const side = Math.sqrt(P);
  const height = inputHeight ?? (inputWidth ? P / inputWidth : Number.isInteger(side) ? side : 1);
  const width = inputWidth ?? P / height;
  if (height * width !== P || !Number.isInteger(width)) {
    throw new UserError(
      `toCheckpoint: a drawing of ${height} by ${width} does not have the ${P} pixels of this model`,
    );
  }
  return { inputHeight: height, inputWidth: width };
}
