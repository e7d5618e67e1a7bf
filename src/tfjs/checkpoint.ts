import type { LayersModel } from '@tensorflow/tfjs';
import { readCheckpointFile } from '#checkpoint-file';
import { UserError } from '../common/errors.js';
import { checkOptions } from '../common/options.js';
import { kindOf } from '../model/config.js';
import { checkpointIn, serialiseCheckpoint } from '../runs/checkpoint.js';
import type { Checkpoint } from '../training/state.js';
import { layersOf } from './layers-of-network.js';
import { networkOf } from './network-of-layers.js';

export interface CheckpointOptions {
  /** Pixels of a drawing. Default: those of a conv encoder, or a square if their number allows it, otherwise one row. */
  readonly inputHeight?: number;
  readonly inputWidth?: number;
  /** Default: what inputs hold beyond an embedding of known size, otherwise the numbers that the model gives. */
  readonly numClasses?: number;
  /** Number of batches that the network was trained on. Default 0. */
  readonly step?: number;
}

/**
 * The network of a checkpoint as a TensorFlow.js model, from inputs [B, T, X] to logits [B, T, C].
 *
 * ```ts
 * const model = await fromCheckpoint('models/mann-omniglot-5way.safetensors');
 * ```
 * The encoder, the output and its hidden layer are layers of TensorFlow.js round an `rnn` layer with a `MANNCell`. Where
 * familiarity is learned, its logit comes after those of the classes.
 * @param file the path of a file or run folder (Node), a URL (browsers), the bytes of a file, or a parsed checkpoint
 * @throws UserError if it is not a checkpoint, or of a network without memory, or an NTM, or of one that answers with anything
 *   but classes
 */
export async function fromCheckpoint(
  file: string | Uint8Array | ArrayBuffer | Checkpoint,
): Promise<LayersModel> {
  const { config, parameters } = await read(file);
  if (config.memory === 'none') {
    throw new UserError(
      `fromCheckpoint: this network (${kindOf(config)}) has no memory, and MANNCell is for networks that have one`,
    );
  }
  if (config.memory === 'ntm') {
    throw new UserError(
      'fromCheckpoint: this network is an NTM, and MANNCell is for networks with the memory of Santoro et al. (lrua)',
    );
  }
  if (config.output !== 'classes') {
    throw new UserError(
      `fromCheckpoint: this network answers with ${config.output}, and mann/tfjs carries networks that answer with classes`,
    );
  }
  return layersOf(config, parameters);
}

/**
 * A TensorFlow.js model as the bytes of a checkpoint file, for `mann test` and every engine.
 *
 * ```ts
 * await writeFile('network.safetensors', await toCheckpoint(model));
 * ```
 * The model must be as `fromCheckpoint` makes them, with or without softmax: an `rnn` layer with a MANNCell that returns
 * sequences, then a dense layer of C units, with or without an encoder before and a hidden layer beside it.
 * @throws UserError on any other model
 */
export async function toCheckpoint(
  model: LayersModel,
  options: CheckpointOptions = {},
): Promise<Uint8Array> {
  checkOptions('toCheckpoint', options, {
    ...{ inputHeight: 'number', inputWidth: 'number', numClasses: 'number', step: 'number' },
  });
  const { step = 0, ...asked } = options;
  const { config, parameters } = await networkOf(model, asked);
  return serialiseCheckpoint({ config, step, parameters }, 'toCheckpoint');
}

async function read(file: string | Uint8Array | ArrayBuffer | Checkpoint): Promise<Checkpoint> {
  if (typeof file === 'string') return readCheckpointFile(file);
  const checkpoint = checkpointIn(file, 'fromCheckpoint');
  if (checkpoint) return checkpoint;
  throw new UserError(
    'fromCheckpoint: a checkpoint is given by its path or URL, by its bytes, or parsed',
  );
}
