/** The reader of archives. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { openArchive } from '../../../dist/data/omniglot/archive.js';
import { type ZipFile, zipOf } from '../../data/archives.ts';
import { mutated, noise, rudeTexts } from '../mutations.ts';
import { type Outcome, refusal, type Target } from '../target.ts';

const text = Buffer.from('Forty times the same words. '.repeat(40));
const files = [
  zipOf([{ name: 'one.txt', data: text, packed: true }]),
  zipOf([
    { name: 'folder/', data: Buffer.alloc(0) },
    { name: 'folder/a.png', data: text.subarray(0, 50) },
    { name: 'folder/b.png', data: text.subarray(0, 90), packed: true },
    { name: 'folder/nothing', data: Buffer.alloc(0), packed: true },
  ]),
  zipOf([]),
  // as large as a drawing may be: what is packed small can claim no more
  zipOf([{ name: 'zeros', data: Buffer.alloc(2 ** 20), packed: true }]),
];

const number = fc.constantFrom(0, 1, 50, 100, 2 ** 20, 2 ** 20 + 1, 2 ** 31, 2 ** 32 - 1);
const entry: fc.Arbitrary<ZipFile> = fc.record(
  {
    name: fc.oneof(
      fc.constantFrom('a', 'b/c', '../a', '/a', 'a/../../b', 'C:\\a', 'a\\..\\b', './a', 'a//b'),
      fc.constantFrom(...rudeTexts),
      fc.string({ maxLength: 20, unit: 'binary' }),
    ),
    data: fc.uint8Array({ maxLength: 60 }),
    packed: fc.boolean(),
    mode: fc.constantFrom(0o100644, 0o120777, 0o040755, 0, 0o177777),
    flags: fc.oneof(fc.constantFrom(0, 0, 1, 8, 0x800, 0x40), fc.nat(0xffff)),
    method: fc.constantFrom(0, 8, 8, 9, 12, 99, 0xffff),
    claims: number,
  },
  { requiredKeys: ['name', 'data'] },
);
const archives = fc.array(entry, { maxLength: 6 }).map((entries) => zipOf(entries));
const changedArchives = archives.chain((archive) => mutated([archive, ...files], 2));

// made where it is first needed: this file is loaded by the main thread too
let folder: string | undefined;

async function run(input: Uint8Array): Promise<Outcome> {
  if (folder === undefined) {
    const made = mkdtempSync(join(tmpdir(), 'mann-fuzz-'));
    process.on('exit', () => rmSync(made, { recursive: true, force: true }));
    folder = made;
  }
  const path = join(folder, 'input.zip');
  writeFileSync(path, input);
  let outcome: Outcome = 'accepted';
  try {
    for (const file of await openArchive(path)) {
      if (/^([/\\]|[a-z]:)|(^|[/\\])\.\.([/\\]|$)/i.test(file.path)) {
        throw new Error(`a path that leads elsewhere: ${file.path}`);
      }
      try {
        const { length } = file.read();
        if (length > 2 ** 20) throw new Error(`a file of ${length} bytes`);
      } catch (error) {
        outcome = refusal(error); // others may still be well
      }
    }
  } catch (error) {
    return refusal(error);
  }
  return outcome;
}

export const target: Target = {
  inputs: fc.oneof(
    { weight: 4, arbitrary: mutated(files) },
    { weight: 4, arbitrary: changedArchives },
    { weight: 2, arbitrary: archives },
    { weight: 1, arbitrary: noise([files[0]!.subarray(0, 30), files[2]!]) },
  ),
  run,
};
