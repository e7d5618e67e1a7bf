/** The reader of checkpoints, and of the safetensors format below it. */
import { deepStrictEqual } from 'node:assert';
import fc from 'fast-check';
import { Random } from '../../../dist/common/random.js';
import { type ModelOptions, modelConfig } from '../../../dist/model/config.js';
import { shapesOf } from '../../../dist/model/shapes.js';
import { initialTensors } from '../../../dist/model/tensors.js';
import { parseCheckpoint, serialiseCheckpoint } from '../../../dist/runs/checkpoint.js';
import { parseSafetensors, serialiseSafetensors } from '../../../dist/runs/safetensors.js';
import { resumedRecipe } from '../../../dist/training/recipe/recipe.js';
import { checkConfig, requireResumable } from '../../../dist/training/resume.js';
import { dataset, tinyForms, tinyOptions, tinyRecipe } from '../../training/tiny.ts';
import { edited, mutated, noise } from '../mutations.ts';
import { type Outcome, refusal, type Target } from '../target.ts';

function checkpoint(options: ModelOptions, whole: boolean): Uint8Array {
  const config = modelConfig(options);
  const random = new Random(1, 'weights');
  const parameters = initialTensors(config, random);
  const { N, W } = shapesOf(config);
  const B = tinyRecipe.batchSize;
  if (!whole) return serialiseCheckpoint({ config, step: 3, parameters });
  return serialiseCheckpoint({
    config,
    step: 6,
    parameters,
    engine: 'simd',
    version: '0.1.0',
    optimizer: { step: 6, first: initialTensors(config, random), second: parameters },
    training: {
      recipe: tinyRecipe,
      dataset,
      seed: 7,
      generators: { training: random.state },
      kept: { memory: new Float32Array(B * N * W), usage: new Float32Array(B * N) },
      statistics: {
        losses: [1.5, 2],
        correct: [new Array(10).fill(1), new Array(10).fill(2)],
        total: [new Array(10).fill(3), new Array(10).fill(4)],
      },
      logged: true,
    },
  });
}

const plain = serialiseSafetensors(
  new Map([
    ['a', { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }],
    ['b', { shape: [2], data: Float64Array.of(7, 8) }],
    ['none', { shape: [0, 4], data: new Float32Array(0) }],
    ['one', { shape: [], data: Float32Array.of(9) }],
  ]),
  new Map([['note', 'of nothing']]),
  'seed',
);
const files = [
  checkpoint(tinyOptions, true),
  checkpoint(tinyOptions, false),
  ...Object.values(tinyForms)
    .slice(1)
    .map((options) => checkpoint(options, false)),
  plain,
];

/** The header of a file, with its metadata's strings of JSON read too; and its data. */
function takeApart(bytes: Uint8Array): { header: object; data: Uint8Array } {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header = JSON.parse(Buffer.from(bytes.subarray(8, 8 + length)).toString());
  for (const [key, text] of Object.entries<string>(header.__metadata__)) {
    if (key !== 'note') header.__metadata__[key] = JSON.parse(text);
  }
  return { header, data: bytes.subarray(8 + length) };
}

/** A file with this header, its length right: what is wrong must be found further on. */
function putTogether(header: unknown, data: Uint8Array): Uint8Array {
  const metadata = (header as { __metadata__?: unknown } | null)?.__metadata__;
  if (typeof metadata === 'object' && metadata !== null) {
    for (const [key, value] of Object.entries(metadata)) {
      // an edit of a text itself stays as it is
      if (key === 'note') continue;
      (metadata as Record<string, unknown>)[key] = JSON.stringify(value);
    }
  }
  const text = Buffer.from(JSON.stringify(header) ?? '');
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, data]);
}

const headers = files.map(takeApart);
const wrongHeaders = fc
  .tuple(fc.nat(headers.length - 1), fc.nat(200), fc.constantFrom(0, 0, 0, 1, -1))
  .chain(([which, count, sign]) =>
    edited([headers[which]!.header]).map((header) => {
      const { data } = headers[which]!;
      const more = sign > 0 ? Buffer.alloc(count) : Buffer.alloc(0);
      const part = sign < 0 ? data.subarray(0, Math.max(0, data.length - count)) : data;
      return safely(() => putTogether(header, Buffer.concat([part, more])));
    }),
  );

/** Headers too deep to be written are no inputs. */
function safely(make: () => Uint8Array): Uint8Array {
  try {
    return make();
  } catch {
    return new Uint8Array(0);
  }
}

const nestedText = fc
  .tuple(fc.constantFrom('dtype', 'shape', 'data_offsets', 'x'), fc.constantFrom(10, 100_000))
  .map(([key, depth]) => {
    const deep = `${'['.repeat(depth)}${']'.repeat(depth)}`;
    const fields = { dtype: '"F32"', shape: '[1]', data_offsets: '[0,4]', [key]: deep };
    const entry = Object.entries(fields).map(([name, text]) => `"${name}":${text}`);
    const text = Buffer.from(`{"a":{${entry}}}`);
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(text.length));
    return Buffer.concat([length, text, Buffer.alloc(4)]);
  });

/** What is read, written and read again is the same. */
function roundTrip(input: Uint8Array): void {
  const read = parseSafetensors(input, 'input');
  const written = serialiseSafetensors(read.tensors, read.metadata, 'output');
  deepStrictEqual(parseSafetensors(written, 'output'), read);
}

function run(input: Uint8Array): Outcome {
  let outcome: Outcome = 'refused';
  try {
    roundTrip(input);
    outcome = 'accepted';
  } catch (error) {
    refusal(error);
  }
  try {
    const read = parseCheckpoint(input, 'input');
    if (outcome === 'refused') throw new Error('a checkpoint, but no safetensors file');
    deepStrictEqual(parseCheckpoint(serialiseCheckpoint(read), 'output'), read);
    checkConfig(read.config, modelConfig(tinyOptions), 'input');
    resumedRecipe(requireResumable(read, 'input').training.recipe, { iterations: 20 }, 'input');
  } catch (error) {
    refusal(error);
  }
  return outcome;
}

export const target: Target = {
  inputs: fc.oneof(
    { weight: 6, arbitrary: mutated(files) },
    { weight: 6, arbitrary: wrongHeaders },
    { weight: 1, arbitrary: nestedText },
    { weight: 1, arbitrary: noise(files.map((file) => file.subarray(0, 8))) },
  ),
  run,
};
