/** The runs that the file of a sweep stands for: combinations of axes and listed runs, each with every seed. */
import { UserError } from '../../common/errors.js';
import { printable, quoted } from '../../common/printable.js';
import { digestOf } from '../run.js';
import type { Definition, Options, OptionValue } from './definition.js';

/** Letters of an option's value, in the name of a run. */
const LONGEST_VALUE = 80;
const LONGEST_GROUP = 100;
/** Runs of a sweep. */
export const MOST_RUNS = 10_000;

/** A run before its options are checked. */
export interface Combination {
  readonly name: string;
  /** What its seeds have in common: the name without the seed. */
  readonly group: string;
  /** All options, those of the base too. */
  readonly options: Options;
  /** What it has of its own, of the axes or its entry in the list, as text. */
  readonly own: Readonly<Record<string, string>>;
}

interface Part {
  readonly name?: string | undefined;
  /** Instead of those of all runs. */
  readonly seeds?: readonly number[] | undefined;
  readonly own: Options;
}

/**
 * The runs of a definition, in its order: `combinations({ axes: { encoder: ['conv', 'mlp'] }, seeds: [1, 2] }, 'a.yaml')` are
 * four.
 * @param where names the file in messages
 * @throws UserError where they are too many or none, or where something is there twice or excludes nothing
 */
export function combinations(definition: Definition, where: string): Combination[] {
  const { axes, runs = [], seeds } = definition;
  const base: Options = definition.base ?? {};
  checkCount(definition, where);
  const listed: Part[] = runs.map(({ name, seeds, options }) => ({ name, seeds, own: options }));
  const crossed = axes ? withoutExcluded(product(axes), definition, where) : [];
  const single: Part[] = axes || runs.length > 0 ? [] : [{ own: {} }];
  const all = [...single, ...crossed, ...listed].flatMap((part) => {
    const own = part.seeds ?? (part.own.seed === undefined ? seeds : undefined);
    return own ? own.map((seed) => combined(base, part, seed)) : [combined(base, part)];
  });
  if (all.length === 0) throw new UserError(`${where}: every run is excluded`);
  checkNames(all, where);
  return all;
}

/** Before any is made: a few lines can ask for more than fits into memory. */
function checkCount({ axes = {}, runs = [], seeds = [0] }: Definition, where: string): void {
  const sizes = Object.values(axes).map((values) => values.length);
  const crossed = sizes.length === 0 ? 0 : sizes.reduce((product, size) => product * size, 1);
  const listed = runs.reduce((sum, run) => sum + (run.seeds ?? seeds).length, 0);
  const count = Math.max(crossed * seeds.length + listed, seeds.length);
  if (count <= MOST_RUNS) return;
  const many = count < 1e15 ? count.toLocaleString('en') : count.toExponential(1);
  throw new UserError(
    `${where}: these are ${many} runs, and ${MOST_RUNS.toLocaleString('en')} are the most: ` +
      'leave out values of axes, or seeds',
  );
}

/** Every combination; the last axis changes fastest. */
function product(axes: NonNullable<Definition['axes']>): Part[] {
  let parts: Part[] = [{ own: {} }];
  for (const [option, values] of Object.entries(axes)) {
    parts = parts.flatMap(({ own }) =>
      values.map((value) => ({ own: { ...own, [option]: value } })),
    );
  }
  return parts;
}

/** @throws UserError where an entry excludes nothing: it is misspelt */
function withoutExcluded(
  parts: readonly Part[],
  { base = {}, exclude = [] }: Definition,
  where: string,
): Part[] {
  const used = new Set<number>();
  const left = parts.filter(({ own }) => {
    const options = { ...base, ...own };
    const at = exclude.findIndex((entry) => isPartOf(entry, options));
    if (at >= 0) used.add(at);
    return at < 0;
  });
  const idle = exclude.findIndex(
    (entry, i) => !used.has(i) && !parts.some(({ own }) => isPartOf(entry, { ...base, ...own })),
  );
  if (idle >= 0) {
    throw new UserError(`${where}: exclude.${idle} is of no combination of the axes: remove it`);
  }
  return left;
}

function isPartOf(entry: Options, options: Options): boolean {
  return Object.entries(entry).every(([option, value]) => {
    const other = options[option];
    return other !== undefined && textOf(other) === textOf(value);
  });
}

function combined(base: Options, { name, own }: Part, seed?: number): Combination {
  const { seed: ownSeed, ...rest } = own;
  const texts = Object.entries(rest).map(([option, value]) => [option, textOf(value)] as const);
  const group = name ?? groupName(texts);
  const seeded = seed ?? (name === undefined ? ownSeed : undefined);
  const isOnlySeed = group === 'base' && seeded !== undefined;
  return {
    name: [
      ...(isOnlySeed ? [] : [group]),
      ...(seeded === undefined ? [] : [`seed=${printable(textOf(seeded), LONGEST_VALUE)}`]),
    ].join(','),
    group,
    options: { ...base, ...own, ...(seed !== undefined && { seed }) },
    own: Object.fromEntries(texts),
  };
}

/** `encoder=conv,gamma=0.9`. Where that is long, the end is a digest of all of it. */
function groupName(texts: readonly (readonly [string, string])[]): string {
  const words = texts.map(([option, text]) => `${option}=${printable(text, LONGEST_VALUE)}`);
  const name = words.join(',') || 'base';
  if (name.length <= LONGEST_GROUP) return name;
  return `${name.slice(0, LONGEST_GROUP - 9)}-${digestOf(texts).slice(0, 8)}`;
}

/** @throws UserError where two runs would share a folder, on any file system */
function checkNames(all: readonly Combination[], where: string): void {
  const seen = new Map<string, string>();
  for (const { name } of all) {
    const plain = folderName(name).toLowerCase();
    if (seen.has(plain)) {
      throw new UserError(
        `${where}: two runs are called ${quoted(name)}: remove one, or give them names of their own`,
      );
    }
    seen.set(plain, name);
  }
}

/** An option's value as it is typed on a command line. */
export function textOf(value: OptionValue): string {
  return Array.isArray(value) ? value.join(',') : String(value);
}

const LONGEST_NAME = 120;

/** The name of a run's folder. */
export function folderName(run: string): string {
  const plain = run.replace(/[^\w.=,+-]+/g, '-').replace(/^[.-]+/, '');
  return plain.length > LONGEST_NAME ? plain.slice(0, LONGEST_NAME) : plain || 'run';
}
