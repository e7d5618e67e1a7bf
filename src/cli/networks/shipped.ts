/** The pretrained networks, which the package includes in `models/`. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../../common/errors.js';
import { fileError } from '../../common/files/file-errors.js';
import type { Scores } from '../../tasks/scores.js';

const FOLDER = fileURLToPath(new URL('../../../models/', import.meta.url));
/** A line a file, as `sha256sum` writes and checks them. */
const DIGESTS = 'SHA256SUMS';
const SUFFIX = '.safetensors';

/** Their names, sorted. */
export function shippedNames(): string[] {
  if (!existsSync(FOLDER)) return [];
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => file.slice(0, -SUFFIX.length))
    .sort();
}

export function shippedPath(name: string): string {
  return join(FOLDER, `${name}${SUFFIX}`);
}

/** A pretrained network, as its file and its card tell of it. */
export interface Shipped {
  readonly name: string;
  readonly summary: string;
  /** Percent by instance on unseen classes; empty where the card does not say. */
  readonly accuracy: Scores;
  readonly bytes: number;
  readonly path: string;
}

/** All of them, sorted by name. */
export function shipped(): Shipped[] {
  return shippedNames().map((name) => {
    const path = shippedPath(name);
    const card = join(FOLDER, `${name}.md`);
    const text = existsSync(card) ? readFileSync(card, 'utf8') : '';
    return { name, ...readCard(text), bytes: statSync(path).size, path };
  });
}

/** A card's first line that is no heading, and the first row of its table of accuracies; in front is what hubs read. */
export function readCard(card: string): Pick<Shipped, 'summary' | 'accuracy'> {
  const lines = card.replace(/^---\n[\s\S]*?\n---\n/, '').split('\n');
  const summary = lines.find((line) => line && !line.startsWith('#')) ?? '';
  const cells = (line = '') => line.split('|').slice(2, -1);
  const head = lines.findIndex((line) => /\|\s*1st\s*\|/.test(line));
  const accuracy: Scores = {};
  if (head >= 0) {
    const values = cells(lines[head + 2]);
    for (const [i, title] of cells(lines[head]).entries()) {
      const value = Number.parseFloat(values[i] ?? '');
      if (Number.isFinite(value)) accuracy[Number.parseInt(title, 10)] = value;
    }
  }
  return { summary, accuracy };
}

/** Whether a file is one of them. */
export function isShipped(path: string): boolean {
  return resolve(dirname(path)) === resolve(FOLDER);
}

/** Which pretrained network fits what is asked for, if any does: trained on that split's training classes alone. */
export function shippedFor(
  dataset: string,
  model: string,
  {
    preset,
    split,
    labels = 'one-hot',
    numClasses = 5,
  }: {
    preset?: string | undefined;
    split?: string | undefined;
    labels?: string | undefined;
    numClasses?: number | undefined;
  },
): string | undefined {
  // The LSTM's encoder is no preset's: it fits where none is named.
  const isOwn = preset === undefined || (preset === 'default' && model === 'mann');
  const kind = isOwn ? model : `${model}-${preset}`;
  const part = split === 'alphabets' ? `${dataset}-alphabets` : dataset;
  // One that spells labels serves any number of classes.
  const name = `${kind}-${part}-${labels === 'one-hot' ? `${numClasses}way` : labels}`;
  return existsSync(shippedPath(name)) ? shippedPath(name) : undefined;
}

/** What verifying a pretrained network found. */
export interface Verified {
  readonly name: string;
  readonly digest: string;
  /** Undefined where all is well. */
  readonly fault: string | undefined;
}

/**
 * Compares the networks with the digests that come with them.
 * @throws UserError where there are no digests
 */
export function verifyShipped(): Verified[] {
  let text: string;
  try {
    text = readFileSync(join(FOLDER, DIGESTS), 'utf8');
  } catch (error) {
    throw fileError(error, `cannot read ${join(FOLDER, DIGESTS)}`);
  }
  const expected = new Map<string, string>();
  for (const line of text.split('\n').filter(Boolean)) {
    const [, digest, file] = /^([0-9a-f]{64}) [ *](\S+)$/.exec(line) ?? [];
    if (!digest || !file) throw new UserError(`${DIGESTS} has a line without a checksum: ${line}`);
    expected.set(file, digest);
  }
  const found = new Set(shippedNames().map((name) => `${name}${SUFFIX}`));
  return [...new Set([...expected.keys(), ...found])].sort().map((file) => {
    const name = file.slice(0, -SUFFIX.length);
    const wanted = expected.get(file);
    if (!found.has(file)) return { name, digest: wanted!, fault: 'is missing' };
    const digest = createHash('sha256')
      .update(readFileSync(join(FOLDER, file)))
      .digest('hex');
    const fault =
      wanted === undefined ? 'is not in SHA256SUMS' : 'is not the file that was shipped';
    return { name, digest, fault: digest === wanted ? undefined : fault };
  });
}
