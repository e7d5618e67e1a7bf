/**
 * That a resumed run ends with the same bits proves something only if it would not with anything left
 * out. So each part of a checkpoint file, whatever there is in it, is taken out, or put back
 * to what it was when training began: the reader must refuse the file, or the run must end with
 * other bits or other log lines.
 */
import { isDeepStrictEqual } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../../dist/common/errors.js';
import { Random } from '../../dist/common/random.js';
import { type ModelConfig, modelConfig } from '../../dist/model/config.js';
import type { Tensor } from '../../dist/model/tensors.js';
import { parseCheckpoint, serialiseCheckpoint } from '../../dist/runs/checkpoint.js';
import { parseSafetensors, serialiseSafetensors } from '../../dist/runs/safetensors.js';
import { checkDataset, requireResumable } from '../../dist/training/resume.js';
import { dataset, NoiseSource, type TinyRun, tinyOptions, tinyRun } from '../training/tiny.js';

/** A file, its metadata read. */
interface Parts {
  readonly tensors: Map<string, Tensor>;
  readonly values: Record<string, unknown>;
}

function partsOf(bytes: Uint8Array): Parts {
  const { tensors, metadata } = parseSafetensors(bytes, 'f');
  const values = [...metadata].map(([key, text]) => [key, JSON.parse(text)] as const);
  return { tensors, values: Object.fromEntries(values) };
}

function fileOf({ tensors, values }: Parts): Uint8Array {
  const metadata = new Map(Object.entries(values).map(([key, v]) => [key, JSON.stringify(v)]));
  return serialiseSafetensors(tensors, metadata, 'f');
}

/** What becomes of the run: its last file and the lines it wrote, or why it does not go on. */
async function outcome(file: Uint8Array, before: TinyRun) {
  try {
    // As the command does: everything is as the checkpoint says.
    const resume = requireResumable(parseCheckpoint(file, 'f'), 'f');
    const { recipe, seed, dataset: recorded } = resume.training;
    checkDataset(recorded, dataset, 'f');
    const source = (name: string) => new NoiseSource(new Random(seed, name), recipe);
    const { saved, lines } = await tinyRun({
      resume,
      recipe,
      seed,
      source: source('episodes'),
      evaluation: (step) => source(`evaluation ${step}`).tests(),
      version,
    });
    return { bytes: saved.at(-1), lines: [...before.lines, ...lines] };
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

/** Nothing was changed: it is as it was when training began. */
const SAME = Symbol('the same');

const version = '1.2.3';

/** Where training goes on from: in the midst of it all, and where an evaluation was cut short. */
const places = {
  'between batches': () => tinyRun({ stopAt: 7, version }),
  'in the midst of an evaluation': () => {
    const stop = new AbortController();
    return tinyRun({
      signal: stop.signal,
      onEvaluationProgress: () => stop.abort(),
      version,
    });
  },
};

/** What nothing depends on here: the command takes the engine from it, and nobody the version. */
const records = ['engine', 'version'];

/** What earlier versions did not say is completed with what they did: these are the defaults anyway. */
const defaults = [
  ...Object.entries(modelConfig(tinyOptions))
    .filter(([field, value]) => isDeepStrictEqual(value, modelConfig()[field as keyof ModelConfig]))
    .map(([field]) => `config.${field}`),
  'recipe.adam',
];

describe.each(Object.entries(places))('%s', (_, begin) => {
  let begun: TinyRun;
  let now: Uint8Array;
  let start: Parts;
  let expected: unknown;

  beforeAll(async () => {
    begun = await begin();
    now = serialiseCheckpoint(begun.last!);
    start = partsOf((await tinyRun({ signal: AbortSignal.abort(), version })).saved[0]!);
    const whole = await tinyRun({ version });
    expected = { bytes: whole.saved.at(-1), lines: whole.lines };
  });

  /** The names of those parts that make no difference when they are changed. */
  async function idle(
    names: readonly string[],
    change: (parts: Parts, name: string) => unknown,
  ): Promise<string[]> {
    const without: string[] = [];
    for (const name of names) {
      const parts = partsOf(now);
      if (change(parts, name) === SAME) continue;
      const result = await outcome(fileOf(parts), begun);
      if (isDeepStrictEqual(result, expected)) without.push(name);
    }
    return without;
  }

  it('the whole file makes the whole run', async () => {
    expect(await outcome(now, begun)).toEqual(expected);
    expect(await outcome(fileOf(partsOf(now)), begun)).toEqual(expected);
  });

  it('every tensor matters', async () => {
    const names = [...partsOf(now).tensors.keys()];
    expect(names).toHaveLength(3 * 18 + 2); // weights, both of their moments, and a memory that is kept
    const dropped = await idle(names, ({ tensors }, name) => tensors.delete(name));
    const asAtStart = await idle(names, ({ tensors }, name) => {
      const { shape, data } = tensors.get(name)!;
      tensors.set(name, start.tensors.get(name) ?? { shape, data: data.slice().fill(0) });
    });
    expect({ dropped, asAtStart }).toEqual({ dropped: [], asAtStart: [] });
  });

  it('every entry of the metadata matters', async () => {
    const names = Object.keys(partsOf(now).values);
    expect(names).toEqual(expect.arrayContaining(['step', 'optimizer', 'generators', 'logged']));
    const dropped = await idle(names, ({ values }, name) => delete values[name]);
    const asAtStart = await idle(names, ({ values }, name) => {
      if (JSON.stringify(values[name]) === JSON.stringify(start.values[name])) {
        return SAME;
      }
      values[name] = start.values[name];
    });
    expect({ dropped, asAtStart }).toEqual({ dropped: records, asAtStart: [] });
  });

  it('so does everything within them', async () => {
    const paths = Object.entries(partsOf(now).values)
      .flatMap(([key, value]) =>
        typeof value === 'object' ? Object.keys(value!).map((field) => `${key}.${field}`) : [],
      )
      .filter((path) => !defaults.includes(path));
    expect(paths).toEqual(expect.arrayContaining(['generators.training', 'statistics.losses']));
    const dropped = await idle(paths, ({ values }, path) => {
      const [key, field] = path.split('.') as [string, string];
      const value = values[key] as Record<string, unknown>;
      if (Array.isArray(value)) value.splice(Number(field), 1);
      else delete value[field];
    });
    expect(dropped).toEqual([]);
  });

  it('the step does, when everything that follows from it fits', async () => {
    const before = await idle(['step'], ({ values }) => {
      values.step = start.values.step;
      values.position = start.values.position;
    });
    expect(before).toEqual([]);
  });

  it('so does a seed, and each word of the generator', async () => {
    const words = await idle(['0', '1', '2', '3'], ({ values }, word) => {
      const { training } = values.generators as { training: number[] };
      training[Number(word)]! ^= 1;
      training[Number(word)]! >>>= 0;
    });
    const seed = await idle(['seed'], ({ values }) => {
      values.seed = 8;
    });
    expect({ words, seed }).toEqual({ words: [], seed: [] });
  });
});
