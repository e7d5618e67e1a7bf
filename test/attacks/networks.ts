/** Safetensors files that are none of our networks, or of networks that nobody should make. */
import { Learner } from '../../dist/learner/learner.js';
import type { ModelOptions } from '../../dist/model/config.js';
import type { Tensor } from '../../dist/model/tensors.js';
import { serialiseCheckpoint } from '../../dist/runs/checkpoint.js';
import { parseSafetensors, serialiseSafetensors } from '../../dist/runs/safetensors.js';
import { stageAt } from '../../dist/training/recipe/curriculum.js';
import { makeRecipe, type Recipe } from '../../dist/training/recipe/recipe.js';
import { symbols } from '../cli/run.js';
import { untrained } from '../learner/weights.js';
import { type Attack, type Group, ofBytes } from './attack.js';
import { nested } from './headers.js';

const tiny: ModelOptions = {
  inputHeight: 2,
  inputWidth: 2,
  lstmSize: 4,
  memorySize: 4,
  memoryDim: 2,
};

interface Change {
  /** Of the network that the tensors are of. */
  options?: ModelOptions;
  /** Entries of the metadata, texts as they are; undefined takes one out. */
  metadata?: Record<string, unknown>;
  tensors?(tensors: Map<string, Tensor>): void;
}

/** The file of a network, with something changed that the writer would not write. */
function changed({ options = {}, metadata: changes = {}, tensors: change }: Change): Uint8Array {
  const whole = serialiseCheckpoint(untrained({ ...tiny, ...options }));
  const { tensors, metadata } = parseSafetensors(whole, 'network');
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined) metadata.delete(key);
    else metadata.set(key, typeof value === 'string' ? value : JSON.stringify(value));
  }
  change?.(tensors);
  return serialiseSafetensors(tensors, metadata, 'network');
}

function attack(name: string, careless: string, change: Change): Attack {
  return ofBytes(name, careless, () => changed(change));
}

/** A network with a number in it that cannot be written. */
function withNumber(value: number): Uint8Array {
  const bytes = changed({});
  new DataView(bytes.buffer).setFloat32(bytes.length - 4, value, true);
  return bytes;
}

const { config } = untrained(tiny);
const configured = (more: string) => ({
  config: `${JSON.stringify(config).slice(0, -1)},${more}}`,
});

const files: Attack[] = [
  attack('somebody else’s file', 'guesses a configuration', { metadata: { format: undefined } }),
  attack('no configuration', 'guesses one', { metadata: { config: undefined } }),
  attack('a future format', 'reads it as the current one', { metadata: { format: 2 } }),
  attack('a configuration that is not JSON', 'prints what its parser quotes', { metadata: { config: '\u001b[31m' } }),
  attack('a field of the configuration twice', 'takes the last, where others take the first', { metadata: configured('"lstmSize":5') }),
  attack('__proto__ in the configuration', 'gives every object a new field', { metadata: configured('"__proto__":{"lstmSize":9}') }),
  attack('toString in the configuration', 'knows that name from every object', { metadata: configured('"toString":1') }),
  attack('a configuration of brackets', 'runs out of stack', { metadata: { config: nested() } }),
  attack('a size below zero', 'allocates a negative size', { metadata: { config: { ...config, lstmSize: -1 } } }),
  attack('an infinite size', 'computes with it', { metadata: { config: JSON.stringify(config).replace('"lstmSize":4', '"lstmSize":1e999') } }),
  attack('layers of an encoder that are a number', 'iterates over its digits', { metadata: { config: { ...config, encoderWidths: 16 } } }),
  attack('layers of an encoder that are a string', 'iterates over its letters, or multiplies by it', { metadata: { config: { ...config, encoderWidths: ['16', '16'] } } }),
  attack('a layer with a negative size', 'allocates a negative size', { metadata: { config: { ...config, encoderWidths: [16, -16] } } }),
  attack('a hundred thousand layers', 'makes them all, and names for their tensors', { metadata: { config: { ...config, encoderWidths: Array(1e5).fill(1) } } }),
  attack('layers of brackets', 'prints them in its message, and runs out of stack', { metadata: { config: JSON.stringify(config).replace('"encoderWidths":[16,16]', `"encoderWidths":${nested()}`) } }),
  attack('more layers than the drawing has halves', 'works on pictures without pixels', { metadata: { config: { ...config, encoderWidths: [1, 1, 1, 1, 1, 1, 1] } } }),
  attack('layers without an encoder', 'looks for their tensors, or ignores them', { metadata: { config: { ...config, encoder: 'none' } } }),
  attack('an encoder that does not exist', 'takes the nearest, and prints its name', { metadata: { config: { ...config, encoder: '\u001b[2Jvit' } } }),
  attack('an infinite embedding', 'computes with it', { metadata: { config: JSON.stringify(config).replace('"embeddingSize":64', '"embeddingSize":1e999') } }),
  attack('keys longer than slots', 'reads into the next slot', { metadata: { config: { ...config, keySize: 3 } } }),
  attack('a hidden layer of half a unit', 'rounds it somewhere', { metadata: { config: { ...config, outputHidden: 0.5 } } }),
  attack('familiarity of an unknown kind', 'has an output more or less than its tensors', { metadata: { config: { ...config, familiarity: true } } }),
  attack('an encoder of 8 GB', 'allocates them before it looks at the tensors', { metadata: { config: { ...config, encoder: 'mlp', encoderWidths: Array(8).fill(2 ** 14) } } }),
  attack('tensors of another network', 'multiplies matrices that do not fit', { metadata: { config: { ...config, lstmSize: 5 } } }),
  attack('a tensor that is missing', 'takes zeros, or fails in the first step', { tensors: (all) => all.delete('heads.bias') }),
  attack('an extra tensor', 'keeps what nobody checks', { tensors: (all) => all.set('more', all.get('out.bias')!) }),
  attack('a tensor called __proto__', 'replaces the prototype of its table of tensors', { tensors: (all) => all.set('__proto__', all.get('out.bias')!) }),
  attack('a tensor lying on its side', 'compares sizes, not shapes', { tensors: (all) => turn(all, 'out.kernel') }),
  attack('moments without an optimiser', 'keeps or drops them silently', { tensors: (all) => all.set('adam.first.out.bias', all.get('out.bias')!) }),
  attack('an optimiser without moments', 'starts with zeros silently', { metadata: { optimizer: { name: 'adam', step: 1 } } }),
  ofBytes('NaN in a weight', 'answers everything with NaN', () => withNumber(Number.NaN)),
  ofBytes('infinity in a weight', 'answers everything with NaN', () => withNumber(Number.NEGATIVE_INFINITY)),
  attack('an engine that does not exist', 'loads the module of that name', { metadata: { engine: '"../../evil"' } }),
  attack('a step too large for a number', 'counts on from there without getting anywhere', { metadata: { step: '1e300' } }),
  attack('a network of 17 TB', 'allocates them before it looks at the tensors', { metadata: { config: { ...config, lstmSize: 2 ** 14, inputHeight: 1024, inputWidth: 2 ** 16 } } }),
]; // biome-ignore format: a table

function turn(tensors: Map<string, Tensor>, name: string): void {
  const { shape, data } = tensors.get(name)!;
  tensors.set(name, { shape: [...shape].reverse(), data });
}

/** A memory of 4 TB for 16 episodes of 50 steps, and the tensors to it: 700 kB. */
const vast: ModelOptions = {
  numClasses: 2,
  lstmSize: 1,
  nbReads: 1,
  memorySize: 2 ** 16,
  memoryDim: 2 ** 14,
};

/** Few weights, 1.2 MB, that make 268 MB of each drawing: pooling leaves little for the last layer. */
const wide: ModelOptions = {
  numClasses: 2,
  inputHeight: 64,
  inputWidth: 64,
  encoderWidths: [2 ** 14, 1, 1],
  embeddingSize: 1,
};
/** The same of drawings of 67 million pixels: more numbers than 32 bits count. */
const wider: ModelOptions = {
  ...wide,
  inputHeight: 1024,
  inputWidth: 2 ** 16,
  encoderWidths: [2 ** 14, 1, 1, 1, 1, 1, 1, 1],
};

const base = makeRecipe({ numClasses: 3, episodeLength: 6, iterations: 2, curriculum: 'none' });

/** Metadata as of a training. */
function training(change: { recipe?: Partial<Recipe>; dataset?: object } = {}) {
  const recipe = { ...base, ...change.recipe };
  return {
    recipe,
    dataset: { name: 'glyphs', digest: 'x', split: 'random', ...change.dataset },
    seed: 1,
    generators: { training: [1, 2, 3, 4] },
    statistics: { losses: [], correct: [], total: [] },
    logged: true,
    position: stageAt(recipe, 0),
  };
}

const worked: Attack[] = [
  attack('a memory of terabytes', 'counts its bytes in 32 bits, and writes beyond what it allocated', { options: vast }),
  attack('a memory of terabytes, for the engine in TypeScript', 'takes all memory of the machine', { options: vast, metadata: { engine: '"reference"' } }),
  attack('a layer of gigabytes', 'counts the weights, which are few, and not their outputs', { options: wide }),
  attack('a layer of gigabytes, for the engine in TypeScript', 'takes all memory of the machine', { options: wide, metadata: { engine: '"reference"' } }),
  attack('a layer of terabytes', 'counts its bytes in 32 bits, and writes beyond what it allocated', { options: wider }),
  attack('a batch of a billion episodes', 'allocates terabytes', { options: { numClasses: 2 }, metadata: training({ recipe: { batchSize: 1e9, numClasses: 2 } }) }),
]; // biome-ignore format: a table

const trained: Attack[] = [
  attack('a position of brackets', 'turns it into text to compare it, and runs out of stack', { metadata: { ...training(), position: nested() } }),
  attack('a split that does not exist', 'splits somehow, and prints the name', { metadata: training({ dataset: { split: '\u001b[2Jhalf' } }) }),
  attack('a negative number of held-out classes', 'takes a slice from the other end', { metadata: training({ dataset: { options: { holdOut: -3.5 } } }) }),
  attack('a trillion generated characters', 'generates them', { metadata: training({ dataset: { options: { characters: 1e12 } } }) }),
  attack('a data set with a hostile name', 'prints it', { metadata: training({ dataset: { name: 'x\u001b[2J\r\u0007' } }) }),
]; // biome-ignore format: a table

export const networks: Group = {
  title: 'Files that are not networks of mann',
  how: '`Learner.load(IT)` and `mann test IT`',
  attacks: files,
  library: (path) => Learner.load(path),
  commands: (path) => [['test', path]],
};

export const giants: Group = {
  title: 'Networks that need more memory than there is',
  how: '`mann test IT --dataset SYMBOLS --episode-length 6`',
  attacks: worked,
  commands: (path) => [['test', path, '--dataset', symbols, '--episode-length', '6']],
};

export const trainings: Group = {
  title: 'Impossible trainings',
  how: '`mann test IT`',
  attacks: trained,
  commands: (path) => [['test', path]],
};
