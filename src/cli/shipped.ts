/** The pretrained networks, which the package includes in `models/`. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../common/errors.js';
import { fileError } from '../common/file-errors.js';

const FOLDER = fileURLToPath(new URL('../../models/', import.meta.url));
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

/** The first line of a network's card that is no heading. */
export function shippedSummary(name: string): string {
  const card = join(FOLDER, `${name}.md`);
  const lines = existsSync(card) ? readFileSync(card, 'utf8').split('\n') : [];
  return lines.find((line) => line && !line.startsWith('#')) ?? '';
}

/** Whether a file is one of them. */
export function isShipped(path: string): boolean {
  return resolve(dirname(path)) === resolve(FOLDER);
}

/** Which pretrained network fits what is asked for, if any does: trained on that split's training classes alone. */
export function shippedFor(
  dataset: string,
  model: string,
  { preset, split }: { preset?: string | undefined; split?: string | undefined },
): string | undefined {
  if (preset === 'paper') return undefined;
  const kind = model === 'mann' && preset === 'original' ? 'mann-original' : model;
  const part = split === 'alphabets' ? `${dataset}-alphabets` : dataset;
  const name = `${kind}-${part}-5way`;
  return existsSync(shippedPath(name)) ? shippedPath(name) : undefined;
}

/** What is wrong with a shipped network. */
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
    if (!digest || !file) throw new UserError(`${DIGESTS} has a line that is no digest: ${line}`);
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
