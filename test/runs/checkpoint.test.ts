import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../dist/common/random.js';
import { modelConfig } from '../../dist/model/config.js';
import { initialTensors } from '../../dist/model/tensors.js';
import { parseCheckpoint, serialiseCheckpoint } from '../../dist/runs/checkpoint.js';
import { parseSafetensors, serialiseSafetensors } from '../../dist/runs/safetensors.js';
import { resumedRecipe } from '../../dist/training/recipe/recipe.js';
import { checkConfig, checkDataset, requireResumable } from '../../dist/training/resume.js';
import type { ResumableCheckpoint } from '../../dist/training/state.js';
import { dataset, tinyForms, tinyOptions, tinyRecipe, tinyRun } from '../training/tiny.js';

/** The fields of a network of version 0.1, besides `model`. */
const ofVersion01 = [
  ...[
    'numClasses',
    'inputHeight',
    'inputWidth',
    'lstmSize',
    'numLayers',
    'memorySize',
    'memoryDim',
  ],
  ...['nbReads', 'gamma', 'controllerInput', 'keyStrength', 'start'],
];

let checkpoint: ResumableCheckpoint;
let bytes: Uint8Array;

beforeAll(async () => {
  const { last } = await tinyRun({ stopAt: 6, version: '1.2.3' });
  checkpoint = last!;
  bytes = serialiseCheckpoint(checkpoint);
});

/** The file with its metadata changed; undefined takes an entry out. */
function withMetadata(changes: Record<string, unknown>): Uint8Array {
  const { tensors, metadata } = parseSafetensors(bytes, 'f');
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined) metadata.delete(key);
    else metadata.set(key, typeof value === 'string' ? value : JSON.stringify(value));
  }
  return serialiseSafetensors(tensors, metadata, 'f');
}

function withTensors(change: (tensors: Map<string, { shape: readonly number[] }>) => void) {
  const { tensors, metadata } = parseSafetensors(bytes, 'f');
  change(tensors);
  return serialiseSafetensors(tensors, metadata, 'f');
}

describe('a checkpoint file', () => {
  it('gives back everything', () => {
    expect(parseCheckpoint(bytes, 'f')).toEqual(checkpoint);
    expect(checkpoint).toMatchObject({ step: 6, engine: 'reference', version: '1.2.3' });
    expect(serialiseCheckpoint(parseCheckpoint(bytes, 'f'))).toEqual(bytes);
  });

  it('says in its metadata what others may want to know', () => {
    const { tensors, metadata } = parseSafetensors(bytes, 'f');
    const value = (key: string) => JSON.parse(metadata.get(key)!);
    expect(value('format')).toBe(1);
    expect(value('config')).toEqual(modelConfig(tinyOptions));
    expect(value('step')).toBe(6);
    expect(value('dataset')).toEqual(dataset);
    const full = { stage: 2, batch: 1, classes: 3, length: 6, distractors: 1 };
    expect(value('position')).toEqual(full);
    const weights = [
      ...['encoder.1.kernel', 'encoder.1.bias', 'encoder.2.kernel', 'encoder.2.bias'],
      ...['encoder.out.kernel', 'encoder.out.bias', 'lstm.kernel', 'lstm.bias'],
      ...['heads.kernel', 'heads.bias', 'bind.key', 'bind.value', 'bind.label'],
      ...['hidden.kernel', 'hidden.bias', 'hidden.out', 'out.kernel', 'out.bias'],
    ];
    expect([...tensors.keys()]).toEqual([
      ...weights,
      ...weights.map((name) => `adam.first.${name}`),
      ...weights.map((name) => `adam.second.${name}`),
      ...['kept.memory', 'kept.usage'],
    ]);
  });

  it('with weights alone loads too', () => {
    const config = modelConfig(tinyOptions);
    const parameters = initialTensors(config, new Random(1));
    const read = parseCheckpoint(serialiseCheckpoint({ config, step: 0, parameters }), 'f');
    expect(read).toMatchObject({ config, step: 0, optimizer: undefined, training: undefined });
    expect(read.parameters).toEqual(parameters);
  });

  it('of version 0.1, and of before adam and start, goes on exactly', async () => {
    const recipe = { ...tinyRecipe, schedule: 'late-cosine' as const, clip: 0 };
    const run = (options: Parameters<typeof tinyRun>[0]) =>
      tinyRun({ model: tinyForms.flat, recipe, version: '1.2.3', ...options });
    const begun = await run({ stopAt: 6 });
    const bytes = serialiseCheckpoint(begun.last!);
    const { tensors, metadata } = parseSafetensors(bytes, 'f');
    const now = JSON.parse(metadata.get('config')!);
    const {
      memory: _,
      start,
      ...rest
    } = Object.fromEntries(Object.entries(now).filter(([field]) => ofVersion01.includes(field)));
    const config = { model: 'mann', ...rest };
    const { episodeLength, adam, clip, ...others } = JSON.parse(metadata.get('recipe')!);
    const first = { ...others, numSamples: episodeLength, schedule: 'cosine' };
    const whole = await run({});
    for (const [config_, recipe_] of [
      [config, first],
      [
        { ...config, start },
        { ...others, episodeLength, adam, schedule: 'cosine' },
      ],
    ]) {
      metadata.set('config', JSON.stringify(config_));
      metadata.set('recipe', JSON.stringify(recipe_));
      const read = requireResumable(
        parseCheckpoint(serialiseSafetensors(tensors, metadata, 'f'), 'f'),
        'f',
      );
      expect(read).toEqual(begun.last);
      const rest = await run({
        resume: read,
        recipe: resumedRecipe(read.training.recipe, {}, 'f'),
      });
      expect(rest.saved.at(-1)).toEqual(whole.saved.at(-1));
    }
    expect({ adam, clip }).toEqual({ adam: 'standard', clip: 0 });
  });

  it.each([
    ['mann', 'fd1178ad7aaf776a', '1c95df8eae6b23db'],
    ['lstm', '67c541c8f5b04a52', '410dc22fff3b39ef'],
  ])(
    'that version 0.1 wrote goes on to the bits that it went on to: %s',
    async (name, ...right) => {
      const file = readFileSync(new URL(`version-0.1/${name}.safetensors`, import.meta.url));
      const resume = requireResumable(parseCheckpoint(file, name), name);
      const { last, lines } = await tinyRun({
        resume,
        kind: 'simd',
        model: resume.config,
        recipe: resumedRecipe(resume.training.recipe, {}, name),
      });
      const weights = [...last!.parameters.values()].flatMap(({ data }) => [...data]);
      const digest = (what: Uint8Array | string) =>
        createHash('sha256').update(what).digest('hex').slice(0, 16);
      expect([
        digest(new Uint8Array(Float32Array.from(weights).buffer)),
        digest(lines.join('\n')),
      ]).toEqual(right);
    },
  );

  it('is never made of NaN', () => {
    const parameters = new Map(checkpoint.parameters);
    parameters.set('out.bias', { shape: [3], data: Float64Array.of(0, Number.NaN, 0) });
    expect(() => serialiseCheckpoint({ ...checkpoint, parameters }, 'a.file')).toThrow(
      'a.file: not written, tensor out.bias holds NaN (at index 1)',
    );
  });

  it.each<[string, () => object, RegExp]>([
    ['a broken seed', () => ({ training: { ...checkpoint.training, seed: 0.5 } }), /"seed" is not/],
    ['no number of batches', () => ({ step: Number.NaN }), /"step" is not valid/],
    ['weights missing', () => ({ parameters: new Map() }), /tensor [\w.]+ \[[\d,]+\] is missing/],
    [
      'weights of another size',
      () => {
        const parameters = new Map(checkpoint.parameters);
        parameters.set('out.bias', { shape: [3], data: new Float64Array(4) });
        return { parameters };
      },
      /tensor out\.bias has 4 numbers, but its shape \[3\] needs 3/,
    ],
  ])('that could not be read again is not made: %s', (_, change, message) => {
    const make = () => serialiseCheckpoint({ ...checkpoint, ...change() }, 'a.file');
    expect(make).toThrow(/^a\.file: not written, for it could not be read again: /);
    expect(make).toThrow(message);
  });

  it('truncated anywhere is refused', () => {
    for (let length = 0; length < bytes.length; length += 97) {
      expect(() => parseCheckpoint(bytes.slice(0, length), 'f')).toThrow(
        expect.objectContaining({ name: 'UserError' }),
      );
    }
  });

  // Files of other networks and other programs: test/attacks/networks.ts.
  const damages: [string, Record<string, unknown>, RegExp][] = [
    ['another optimiser', { optimizer: { name: 'sgd', step: 1 } }, /metadata "optimizer"/],
    ['a bad recipe', { recipe: { batchSize: 0 } }, /batchSize must be at least 1/],
    ['no generators', { generators: undefined }, /metadata "generators" is missing/],
    ['no statistics', { statistics: undefined }, /metadata "statistics" is missing/],
    [
      'statistics that do not match',
      { statistics: { losses: [1], correct: [], total: [] } },
      /lists of different lengths/,
    ],
    ['a position of elsewhere', { step: 5 }, /"position" does not follow/],
    ['no position', { position: undefined }, /"position" is missing/],
    ['no seed', { seed: undefined }, /"seed" is missing/],
    ['no data set', { dataset: undefined }, /"dataset" is missing/],
    ['no word on its log lines', { logged: undefined }, /"logged" is missing/],
  ];
  it.each(damages)('with %s is refused', (_, changes, message) => {
    const damaged = withMetadata(changes);
    expect(() => parseCheckpoint(damaged, 'a.file')).toThrow(message);
    expect(() => parseCheckpoint(damaged, 'a.file')).toThrow(/^a\.file: /);
  });

  it('with moments missing is refused', () => {
    for (const moment of ['first', 'second']) {
      const damaged = withTensors((t) => t.delete(`adam.${moment}.out.bias`));
      expect(() => parseCheckpoint(damaged, 'f')).toThrow(
        `${moment} moments of Adam: tensor out.bias`,
      );
    }
  });
});

describe('checks against what was asked for', () => {
  it('the configuration, naming the first field that differs', () => {
    const theirs = modelConfig(tinyOptions);
    checkConfig(theirs, { lstmSize: 5 }, 'f');
    checkConfig(theirs, theirs, 'f');
    expect(() => checkConfig(theirs, { memoryDim: 9, lstmSize: 6 }, 'f')).toThrow(
      'f: a network of another configuration: lstmSize is 5 there, 6 here',
    );
    const lstm = modelConfig({ ...tinyOptions, model: 'lstm' });
    checkConfig(lstm, { memoryDim: 9, keyStrength: 'none' }, 'f');
    const ntm = modelConfig({ ...tinyOptions, memory: 'ntm' });
    checkConfig(
      ntm,
      { memory: 'ntm', keySize: 9, keyStrength: 'none', binding: 'controller' },
      'f',
    );
    expect(() => checkConfig(ntm, { memoryDim: 9, model: 'mann' }, 'f')).toThrow(
      'model is ntm there, mann here',
    );
    expect(() => checkConfig(ntm, { memoryDim: 99 }, 'f')).toThrow(
      /memoryDim is \d+ there, 99 here/,
    );
    expect(() => checkConfig(lstm, { memoryDim: 9, model: 'mann' }, 'f')).toThrow(
      'model is lstm there, mann here',
    );
    expect(() => checkConfig(theirs, { lstmSize: 6, memory: 'none' }, 'f')).toThrow(
      'memory is lrua there, none here',
    );
    expect(() => checkConfig(theirs, { encoderWidths: [3, 4] }, 'f')).toThrow(
      'encoderWidths is 3,2 there, 3,4 here',
    );
  });

  it('the drawings', () => {
    checkDataset(dataset, { ...dataset }, 'f');
    const check = (ours: object) => () => checkDataset(dataset, { ...dataset, ...ours }, 'f');
    expect(check({ name: 'glyphs', digest: 'x' })).toThrow(
      'f: was trained on other data: the data set is noise there, glyphs here',
    );
    expect(check({ digest: 'x' })).toThrow(
      /noise has changed since \(its digest was abc…, and is x…\)/,
    );
    expect(check({ split: 'alphabets', digest: 'x' })).toThrow(
      /the split of the data set is random/,
    );
    expect(check({ options: { seed: 8 } })).toThrow(/the seed of the data set is 7 there, 8 here/);
  });
});
