/**
 * A checkpoint is one safetensors file: the weights by name, the moments of the optimiser under a prefix, and in the
 * metadata everything else that is needed to resume exactly, each value as JSON. Files with only weights and
 * configuration load too.
 */
import * as v from 'valibot';
import { messageOf, UserError } from '../common/errors.js';
import { quoted } from '../common/printable.js';
import { bytesIn, tagOf } from '../common/tag.js';
import { type ModelConfig, type ModelOptions, savedConfig } from '../model/config.js';
import { shapesOf } from '../model/shapes.js';
import { checkTensors, type Tensor } from '../model/tensors.js';
import type { KeptState } from '../training/kept-memory.js';
import { type Position, stageAt } from '../training/recipe/curriculum.js';
import { checkRecipe } from '../training/recipe/recipe.js';
import { WINDOW } from '../training/running-statistics.js';
import { type Checkpoint, recordSchemas, type TrainingState } from '../training/state.js';
import { duplicateKey } from './json-keys.js';
import { parseIndex, readTensors, serialiseSafetensors, type TensorPlace } from './safetensors.js';

/** Version of the file format; newer ones are refused. */
const CHECKPOINT_FORMAT = 1;
/** Columns of the table of a task. */
const MOST_COLUMNS = 256;
const FIRST = 'adam.first.';
const SECOND = 'adam.second.';
const KEPT = 'kept.';

/**
 * The bytes of a checkpoint file: `serialiseCheckpoint({ config, step: 0, parameters })`. The same checkpoint gives the
 * same bytes.
 * @param where the name of the file in messages
 * @param options `half`: numbers are rounded to 16 bits, which halves the file
 * @throws UserError if it could not be read again: fields are missing or not valid, tensors are not those of the network or
 *   contain NaN or infinity, or numbers that are too large for 16 bits
 */
export function serialiseCheckpoint(
  checkpoint: Checkpoint,
  where = 'checkpoint',
  options: { readonly half?: boolean } = {},
): Uint8Array {
  const { config, step, parameters, engine, version, optimizer, training } = checkpoint;
  const tensors = new Map<string, Tensor>(parameters);
  const values: Record<string, unknown> = { format: CHECKPOINT_FORMAT, config, step };
  if (engine !== undefined) values.engine = engine;
  if (version !== undefined) values.version = version;
  if (optimizer) {
    values.optimizer = { name: 'adam', step: optimizer.step };
    for (const [name, tensor] of optimizer.first) tensors.set(FIRST + name, tensor);
    for (const [name, tensor] of optimizer.second) tensors.set(SECOND + name, tensor);
  }
  if (training) {
    const { kept, ...rest } = training;
    Object.assign(values, rest, { position: stageAt(training.recipe, step) });
    if (kept) for (const [name, tensor] of keptTensors(kept, config)) tensors.set(name, tensor);
  }
  const metadata = new Map(Object.entries(values).map(([k, value]) => [k, JSON.stringify(value)]));
  const places = [...tensors].map(([name, tensor]) => ({ name, ...tensor }));
  parseHead({ places, metadata }, `${where}: not written, for it could not be read again`);
  return serialiseSafetensors(tensors, metadata, where, options.half);
}

/**
 * Parses and checks a checkpoint: `parseCheckpoint(bytes, 'net.safetensors').config`.
 * @param where the name of the file in messages
 * @throws UserError if the file is truncated, inconsistent, or not a checkpoint
 */
export function parseCheckpoint(bytes: Uint8Array, where: string): Checkpoint {
  const index = parseIndex(bytes, bytes.length, where);
  const { adam, ...head } = parseHead(index, where);
  const groups = groupsOf([...readTensors(index, bytes, where)]);
  const { parameters, first, second, kept } = groups;
  return {
    ...head,
    parameters,
    optimizer: adam && { step: adam.step, first, second },
    training: head.training && { ...head.training, ...(kept.size > 0 && { kept: keptOf(kept) }) },
  };
}

/**
 * A checkpoint given as bytes or parsed; undefined if it is neither.
 * @param where its name in messages
 * @throws UserError if the bytes are not a checkpoint
 */
export function checkpointIn(given: unknown, where: string): Checkpoint | undefined {
  const bytes = bytesIn(given);
  if (bytes) return parseCheckpoint(bytes, where);
  const { config, parameters } = Object(given) as Partial<Checkpoint>;
  return config && tagOf(parameters) === 'Map' ? (given as Checkpoint) : undefined;
}

/**
 * Checks everything but the numbers of a checkpoint from its header, so that a file of gigabytes need not be read to be
 * refused.
 * @param head the file's first bytes, at least to the header's end
 * @param size bytes of the whole file
 * @throws UserError
 */
export function checkHead(head: Uint8Array, size: number, where: string): void {
  parseHead(parseIndex(head, size, where), where);
}

/** Metadata, and the names and shapes of tensors; their numbers where they are there. */
interface Head {
  readonly places: readonly Pick<TensorPlace & Partial<Tensor>, 'name' | 'shape' | 'data'>[];
  readonly metadata: ReadonlyMap<string, string>;
}

/** The contents of the metadata, once the tensors are known to be those of the network. */
function parseHead({ places, metadata }: Head, where: string) {
  const values = new Metadata(metadata, where);
  if (!values.has('format') || !values.has('config')) {
    throw new UserError(
      `${where}: a safetensors file, but not written by mann: ` +
        `the metadata have no ${values.has('format') ? 'config' : 'format'}`,
    );
  }
  const format = values.read('format', v.number());
  if (format !== CHECKPOINT_FORMAT) {
    throw new UserError(
      `${where}: checkpoint format ${format}, but this program reads format ${CHECKPOINT_FORMAT}` +
        `${format > CHECKPOINT_FORMAT ? ': use a newer version of it' : ''}`,
    );
  }
  const config = values.check('config', (value) => savedConfig(value as ModelOptions));
  const step = values.has('step') ? values.read('step', countSchema) : 0;

  const named = places.map((place) => [place.name, place] as const);
  const { parameters, first, second, kept } = groupsOf(named);
  checkTensors(config, parameters, where);
  const adam = values.has('optimizer') ? values.read('optimizer', optimizerSchema) : undefined;
  if (adam) {
    checkTensors(config, first, `${where}: first moments of Adam`);
    checkTensors(config, second, `${where}: second moments of Adam`);
  } else if (first.size + second.size > 0) {
    throw new UserError(`${where}: moments of Adam, but the metadata have no optimizer`);
  }
  const training = values.has('recipe') ? parseTraining(values, step, config) : undefined;
  checkKept(kept, config, training, step, where);
  return {
    config,
    step,
    engine: values.has('engine') ? values.read('engine', engineSchema) : undefined,
    version: values.has('version') ? values.read('version', v.string()) : undefined,
    adam,
    training,
  };
}

/** Tensors, or values by the same names, by what they belong to. */
function groupsOf<T>(named: readonly (readonly [string, T])[]) {
  const parameters = new Map<string, T>();
  const first = new Map<string, T>();
  const second = new Map<string, T>();
  const kept = new Map<string, T>();
  for (const [name, value] of named) {
    if (name.startsWith(FIRST)) first.set(name.slice(FIRST.length), value);
    else if (name.startsWith(SECOND)) second.set(name.slice(SECOND.length), value);
    else if (name.startsWith(KEPT)) kept.set(name.slice(KEPT.length), value);
    else parameters.set(name, value);
  }
  return { parameters, first, second, kept };
}

/** What a memory that is not wiped holds, by name, and the shape of each for B episodes. */
function keptShapes(config: ModelConfig, B: number): [keyof KeptState, readonly number[]][] {
  const { N, W } = shapesOf(config);
  return [
    ['memory', [B, N, W]],
    ['usage', [B, N]],
  ];
}

function keptTensors(kept: KeptState, config: ModelConfig): [string, Tensor][] {
  const { N, W } = shapesOf(config);
  const B = kept.memory.length / (N * W);
  return keptShapes(config, B).map(([name, shape]) => [KEPT + name, { shape, data: kept[name] }]);
}

function keptOf(tensors: ReadonlyMap<string, Tensor>): KeptState {
  return { memory: tensors.get('memory')!.data, usage: tensors.get('usage')!.data };
}

/** A memory is there where one is kept, and has the sizes of the network and the batch. */
function checkKept(
  tensors: ReadonlyMap<string, { readonly shape: readonly number[] }>,
  config: ModelConfig,
  training: TrainingState | undefined,
  step: number,
  where: string,
): void {
  const keeps = training?.recipe.keepMemory && step > 0 && config.memory !== 'none';
  const shapes = keeps ? keptShapes(config, training.recipe.batchSize) : [];
  for (const [name, shape] of shapes) {
    const found = tensors.get(name)?.shape;
    if (found?.join() !== shape.join()) {
      throw new UserError(
        `${where}: damaged checkpoint: the memory kept between episodes: ${name} is ` +
          `${found ? `[${found}]` : 'missing'}, but this training needs [${shape}]`,
      );
    }
  }
  for (const name of tensors.keys()) {
    if (!shapes.some(([known]) => known === name)) {
      throw new UserError(`${where}: there is no tensor ${quoted(KEPT + name)} in this training`);
    }
  }
}

const countSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const engineSchema = v.picklist(['reference', 'simd', 'relaxed', 'webgpu']);
const optimizerSchema = v.strictObject({ name: v.literal('adam'), step: countSchema });
const countsSchema = v.pipe(v.array(v.number()), v.maxLength(MOST_COLUMNS));
const windowOf = <S extends v.GenericSchema>(item: S) => v.pipe(v.array(item), v.maxLength(WINDOW));
const statisticsSchema = v.pipe(
  v.strictObject({
    losses: windowOf(v.number()),
    correct: windowOf(countsSchema),
    total: windowOf(countsSchema),
  }),
  v.check(
    ({ losses, correct, total }) =>
      losses.length === correct.length && losses.length === total.length,
    'lists of different lengths',
  ),
  v.check(
    ({ correct, total }) => new Set([...correct, ...total].map(({ length }) => length)).size <= 1,
    'counts of different numbers of columns',
  ),
);
const positionSchema = v.strictObject({
  stage: countSchema,
  batch: countSchema,
  classes: countSchema,
  length: countSchema,
  distractors: v.optional(countSchema),
  repeat: v.optional(v.literal(true)),
});
const word = v.pipe(countSchema, v.maxValue(2 ** 32 - 1));
const generatorsSchema = v.strictObject({ training: v.strictTuple([word, word, word, word]) });

function parseTraining(values: Metadata, step: number, config: ModelConfig): TrainingState {
  const recipe = values.check('recipe', (value) => checkRecipe(value));
  const state = {
    recipe,
    dataset: values.read('dataset', recordSchemas.dataset),
    seed: values.read('seed', recordSchemas.seed),
    generators: values.read('generators', generatorsSchema),
    statistics: values.read('statistics', statisticsSchema),
    logged: values.read('logged', v.boolean()),
  };
  // The position follows from recipe and step; if it does not, the file is inconsistent.
  const position: Position = values.read('position', positionSchema);
  const right: Position = stageAt(recipe, step);
  const fields = Object.keys({ ...position, ...right }) as (keyof Position)[];
  if (fields.some((field) => position[field] !== right[field])) {
    values.fail('position', 'does not follow from the recipe and the step');
  }
  if (config.output === 'classes' && recipe.numClasses !== config.numClasses) {
    values.fail(
      'recipe',
      `is for ${recipe.numClasses} classes, the network for ${config.numClasses}`,
    );
  }
  return state;
}

/** The metadata of a checkpoint: JSON by name. */
class Metadata {
  readonly #strings: ReadonlyMap<string, string>;
  readonly #where: string;

  constructor(strings: ReadonlyMap<string, string>, where: string) {
    this.#strings = strings;
    this.#where = where;
  }

  has(key: string): boolean {
    return this.#strings.has(key);
  }

  read<S extends v.GenericSchema>(key: string, schema: S): v.InferOutput<S> {
    const result = v.safeParse(schema, this.#json(key), { abortEarly: true });
    if (result.success) return result.output;
    const path = v.getDotPath(result.issues[0]);
    const what = `${path ? `${quoted(path)}: ` : ''}${quoted(result.issues[0].message, 200)}`;
    return this.fail(key, `is not valid: ${what}`);
  }

  /** A value through a check that throws. */
  check<T>(key: string, parse: (value: unknown) => T): T {
    const value = this.#json(key);
    try {
      return parse(value);
    } catch (error) {
      return this.fail(key, `is not valid: ${messageOf(error)}`);
    }
  }

  #json(key: string): unknown {
    const text = this.#strings.get(key);
    if (text === undefined) return this.fail(key, 'is missing');
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return this.fail(key, 'is not JSON');
    }
    const twice = duplicateKey(text);
    return twice === undefined ? value : this.fail(key, `holds the key "${quoted(twice)}" twice`);
  }

  fail(key: string, what: string): never {
    throw new UserError(`${this.#where}: damaged checkpoint: metadata "${key}" ${what}`);
  }
}
