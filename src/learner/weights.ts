import { readCheckpoint, shippedWeights } from '#learner-files';
import { messageOf, UserError } from '../common/errors.js';
import { nonFiniteIn } from '../common/finite.js';
import { fnv1a64 } from '../common/numbers/fnv.js';
import { tagOf } from '../common/tag.js';
import { type ModelConfig, savedConfig } from '../model/config.js';
import { tensorSpecs } from '../model/tensors.js';
import { checkpointIn } from '../runs/checkpoint.js';
import type { Checkpoint } from '../training/state.js';
import type { Form } from './prepare.js';

/**
 * Weights of a trained network: in Node the name of a pretrained one, the path of a file or run folder, or a URL; a URL in
 * browsers; or the bytes of a file, or a parsed checkpoint.
 */
export type Weights = string | URL | Uint8Array | ArrayBuffer | Checkpoint;

/** @param weights default: the pretrained `mann-omniglot-strings`. @throws UserError */
export async function openWeights(weights?: Weights): Promise<Checkpoint> {
  const checkpoint = await (weights === undefined ? readShipped() : read(weights));
  const { memory, output } = checkpoint.config;
  if (memory === 'none') {
    throw new UserError(
      'a learner needs a network with a memory, and this is an LSTM baseline without one',
    );
  }
  if (memory === 'ntm') {
    throw new UserError(
      'a learner needs a network that writes each example to slots of its own (memory lrua), and this is an NTM',
    );
  }
  if (output !== 'classes' && output !== 'strings') {
    throw new UserError(
      `a learner needs a network that answers with labels, and this one answers with ${output}`,
    );
  }
  return checkpoint;
}

async function readShipped(): Promise<Checkpoint> {
  try {
    return await readCheckpoint(shippedWeights());
  } catch (error) {
    throw new UserError(
      `the pretrained weights could not be loaded: ${messageOf(error)}. If a bundler has left them out, copy ` +
        'node_modules/mann/models/mann-omniglot-strings.safetensors to where your program is served from, and name ' +
        "its place: Learner.load('/mann-omniglot-strings.safetensors'). Vite's dev server needs only " +
        "optimizeDeps: { exclude: ['mann'] } in its configuration",
      { cause: error },
    );
  }
}

async function read(weights: Weights): Promise<Checkpoint> {
  if (typeof weights === 'string' || tagOf(weights) === 'URL') {
    return readCheckpoint(weights as string | URL);
  }
  const checkpoint = checkpointIn(weights, 'weights');
  if (checkpoint) {
    for (const [name, { data }] of checkpoint.parameters) {
      const bad = nonFiniteIn(data);
      if (bad) throw new UserError(`weights: tensor ${name} holds ${bad}`);
    }
    return checkpoint;
  }
  throw new UserError(
    'weights are the path or URL of a checkpoint, its bytes, or a parsed checkpoint',
  );
}

/** Omniglot and glyphs are both line drawings. Weights that do not say what they were trained on count as such. */
const DRAWN_ALIKE: readonly (string | undefined)[] = ['omniglot', 'glyphs', undefined];

/** How drawings were prepared when the network was trained. */
export function formOf({ training }: Checkpoint): Form {
  return DRAWN_ALIKE.includes(training?.dataset.name) ? 'strokes' : 'whole';
}

/** Identifies a network: a hash of its configuration and its weights as float32. */
export function digestOf({ config, parameters }: Checkpoint): string {
  const header = new TextEncoder().encode(inBrief(config));
  const tensors = tensorSpecs(config).map(({ name }) => {
    const { buffer } = Float32Array.from(parameters.get(name)!.data);
    return new Uint8Array(buffer);
  });
  return `fnv1a64:${fnv1a64(header, ...tensors)}`;
}

/**
 * A configuration with memory as version 0.1 wrote it, and then what a network has that there was not yet: the hash
 * of a network stays what it was, and learners saved with it find it again.
 */
function inBrief(config: ModelConfig): string {
  const { numClasses, inputHeight, inputWidth, lstmSize, numLayers, memorySize } = config;
  const { memoryDim, nbReads, gamma, controllerInput, keyStrength, start } = config;
  const first = {
    ...{
      model: 'mann' as const,
      numClasses,
      inputHeight,
      inputWidth,
      lstmSize,
      numLayers,
      memorySize,
    },
    ...{ memoryDim, nbReads, gamma, controllerInput, keyStrength, start },
  };
  const then = savedConfig(first);
  const since = Object.entries(config).filter(
    ([field, value]) => String(value) !== String(then[field as keyof ModelConfig]),
  );
  return JSON.stringify({ ...first, ...Object.fromEntries(since) });
}
