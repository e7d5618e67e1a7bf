/** What the file of a sweep says: YAML or JSON, checked before anything is made of it. */
import * as v from 'valibot';
import { UserError } from '../../common/errors.js';
import { quoted } from '../../common/printable.js';
import { optionsOfCommand } from './command-options.js';

const LONGEST_TEXT = 4096;

const text = v.pipe(
  v.string(),
  v.maxLength(LONGEST_TEXT, `must have at most ${LONGEST_TEXT} characters`),
);
const several = v.pipe(
  v.array(v.union([text, v.number()])),
  v.maxLength(64, 'must have at most 64 numbers'),
);
/** What an option is set to; a list for those that take several numbers, such as encoder-widths. */
const value = v.union(
  [text, v.number(), v.boolean(), several],
  'must be a text, a number, true or false, or a list of texts and numbers',
);
const optionName = v.pipe(
  v.string(),
  v.regex(/^[a-z][a-z-]{0,39}$/, 'is not the name of an option: write batch-size for --batch-size'),
);
/** @param words what is expected */
const mapOf = <S extends v.GenericSchema>(each: S, words: string) =>
  v.pipe(
    v.custom<Record<string, unknown>>(isMap, words),
    v.check(hasPlainKeys, 'has a key that is not the name of an option'),
    v.record(optionName, each),
  );
const options = mapOf(value, 'must be options of mann train, such as { batch-size: 8 }');

/** A list with something in it. */
const listOf = <S extends v.GenericSchema>(each: S, words: string) =>
  v.pipe(v.array(each, words), v.minLength(1, words));
const whole = (least: number, most: number) => {
  const words = `must be a whole number from ${least} to ${most}`;
  return v.pipe(
    v.number(words),
    v.integer(words),
    v.minValue(least, words),
    v.maxValue(most, words),
  );
};
const runName = v.pipe(
  v.string('must be a text'),
  v.maxLength(100, 'must have at most 100 characters'),
  v.regex(
    /^\w[\w.=,+-]*$/,
    'must begin with a letter or digit, and have only letters, digits and . _ = , + - in it',
  ),
);
const seeds = listOf(whole(0, 2 ** 32 - 1), 'must be a list of random seeds, such as [1, 2, 3]');
const run = v.pipe(
  v.custom<Record<string, unknown>>(isMap, 'must be options of mann train, and a name'),
  v.transform(({ name, seeds, ...own }) => ({
    ...(name !== undefined && { name }),
    ...(seeds !== undefined && { seeds }),
    options: own,
  })),
  v.object({ name: v.optional(runName), seeds: v.optional(seeds), options }),
);
const test = v.strictObject(
  {
    split: v.picklist(['test', 'validation'], 'must be test or validation'),
    episodes: v.optional(whole(1, 1e9)),
    batches: v.optional(whole(1, 1e9)),
    augment: v.optional(v.boolean('must be true or false')),
    sampler: v.optional(v.picklist(['default', 'original'], 'must be default or original')),
  },
  'must be a test, such as { split: validation, episodes: 6400 }',
);
const parts = 'base, axes, exclude, runs, seeds and test';
const schema = v.strictObject(
  {
    /** Options of every run; in the file also a command line. */
    base: v.optional(options),
    /** Every combination of their values is a run. */
    axes: v.optional(
      mapOf(
        listOf(value, 'must be a list of one value or more'),
        'must be options with a list of values each',
      ),
    ),
    /** Combinations that are left out. */
    exclude: v.optional(listOf(options, 'must be a list of options of mann train')),
    /** Further runs, with their own options, and their own seeds where they have some. */
    runs: v.optional(listOf(run, 'must be a list of one run or more')),
    /** Every run once with each. */
    seeds: v.optional(seeds),
    /** How each network is tested. */
    test: v.optional(listOf(test, 'must be a test or a list of tests')),
  },
  `must be a map with some of ${parts}, or a list of runs`,
);

export type OptionValue = v.InferOutput<typeof value>;
/** By the names of the options of `mann train`, without their dashes. */
export type Options = Readonly<Record<string, OptionValue>>;
export type TestDefinition = Readonly<v.InferOutput<typeof test>>;
/** A sweep as its file says. */
export type Definition = Readonly<v.InferOutput<typeof schema>>;

/**
 * Checks what a sweep's file says: `checkDefinition({ base: { preset: 'flat' }, seeds: [1, 2] }, 'seeds.yaml')`.
 * @param where names the file in messages
 * @throws UserError that says in one sentence what is wrong
 */
export function checkDefinition(found: unknown, where: string): Definition {
  const result = v.safeParse(schema, inFull(found, where), { abortEarly: true });
  if (!result.success) {
    const isAlone = isMap(found) && isMap(found.test);
    const sentence = sentenceOf(result.issues[0]);
    throw new UserError(`${where}: ${isAlone ? sentence.replace(/^test\.0\b/, 'test') : sentence}`);
  }
  const { base, axes, runs, seeds } = result.output;
  if (!base && !axes && !runs) {
    throw new UserError(`${where}: says of no run what it is: it needs base, axes or runs`);
  }
  const seeded = seeds && base?.seed !== undefined ? 'base' : axes?.seed ? 'axes' : undefined;
  if (seeded) {
    throw new UserError(`${where}: ${seeded} has a seed: give the seeds of all runs as seeds`);
  }
  const both = runs?.findIndex(({ seeds, options }) => seeds && options.seed !== undefined) ?? -1;
  if (both >= 0) throw new UserError(`${where}: runs.${both} has seed and seeds: give one of them`);
  return result.output;
}

/** A list is one of runs, a test alone a list of one, and a base may be a command line. */
function inFull(found: unknown, where: string): unknown {
  if (Array.isArray(found)) return { runs: found };
  if (!isMap(found)) return found;
  const { base, test } = found;
  return {
    ...found,
    ...(typeof base === 'string' && { base: optionsOfCommand(base, where) }),
    ...(isMap(test) && { test: [test] }),
  };
}

function isMap(found: unknown): found is Record<string, unknown> {
  return typeof found === 'object' && found !== null && !Array.isArray(found);
}

/** Without those that valibot passes over without a word. */
function hasPlainKeys(map: Record<string, unknown>): boolean {
  return !['__proto__', 'prototype', 'constructor'].some((key) => Object.hasOwn(map, key));
}

function sentenceOf(issue: v.BaseIssue<unknown>): string {
  const path = quoted(v.getDotPath(issue)?.replace(/(^runs\.\d+)\.options/, '$1') ?? '', 100);
  if (issue.expected === 'never') return `there is no ${path}: there are ${parts}`;
  if (issue.received === 'undefined') return `${path} is missing`;
  return `${path || 'it'} ${issue.message}`;
}
