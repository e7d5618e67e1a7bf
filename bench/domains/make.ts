/**
 * Drawings unlike Omniglot's, for `bench/learner.ts`: class folders of pictures in `bench/domains/drawings/NAME`.
 * `npx tsx bench/domains/make.ts digits|small-digits|letters|icons` makes them and prints where they are.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeDigits } from './digits.ts';
import { writeIcons } from './icons.ts';
import { writeLetters } from './letters.ts';
import { installPackages } from './packages.ts';
import { type Write, writeInto } from './picture.ts';
import { writeSmallDigits } from './small-digits.ts';

const kinds: Readonly<Record<string, (write: Write) => void | Promise<void>>> = {
  digits: writeDigits,
  'small-digits': writeSmallDigits,
  letters: writeLetters,
  icons: writeIcons,
};

const here = fileURLToPath(new URL('.', import.meta.url));

/** The folder of a kind of drawings, which is made if it is not there or older than this code; undefined for other names. */
export async function domain(name: string): Promise<string | undefined> {
  const write = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
  if (!write) return undefined;
  const folder = join(here, 'drawings', name);
  if (existsSync(folder) && statSync(folder).mtimeMs > newestSource()) return folder;
  installPackages();
  console.log(`Making ${folder}`);
  const unfinished = `${folder}.part`;
  for (const old of [folder, unfinished]) rmSync(old, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  await write(writeInto(unfinished));
  renameSync(unfinished, folder);
  return folder;
}

function newestSource(): number {
  const files = readdirSync(here).filter((name) => /\.ts$|^package-lock\.json$/.test(name));
  return Math.max(...files.map((name) => statSync(join(here, name)).mtimeMs));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const name = process.argv[2] ?? '';
  const folder = await domain(name);
  console.log(folder ?? `${name || 'nothing'} is not one of ${Object.keys(kinds).join(', ')}`);
  if (!folder) process.exitCode = 1;
}
