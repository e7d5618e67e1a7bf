/** Paths that are not ordinary files, where a checkpoint is expected. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Learner } from '../../dist/learner/learner.js';
import { untrained } from '../learner/weights.js';
import { type Attack, type Group, makeSparse, ofBytes } from './attack.js';
import { entry, tensorFile } from './headers.js';

const GB = 2 ** 30;

/** A pipe that nobody writes to. */
export function makePipe(path: string): void {
  execFileSync('mkfifo', [path]);
}

/** What may lie at a path instead of a file. */
const nothings: Attack[] = [
  { name: 'a pipe', careless: 'waits forever for somebody to write to it', make: makePipe },
  {
    name: 'a device that gives zeros',
    careless: 'reads on until memory is full',
    make: (path) => symlinkSync('/dev/zero', path),
  },
  { name: 'a link to itself', careless: 'follows it', make: (path) => symlinkSync(path, path) },
  {
    name: 'a sparse file of 10 GB of zeros',
    careless: 'reads it all before it looks at it',
    make: (path) => makeSparse(path, 10 * GB),
  },
];

export const files: Group = {
  title: 'Paths that are not ordinary files',
  how: '`Learner.load(IT)` and `mann test IT`',
  attacks: [
    ...nothings,
    {
      name: 'a sparse file of 10 GB, all header',
      careless: 'reads it all as one text',
      make: (path) => makeSparse(path, 10 * GB, tensorFile('{', 0, BigInt(10 * GB - 8))),
    },
    {
      name: 'a sparse file of 10 GB, all one tensor',
      careless: 'reads it all before it checks whether it needs that tensor',
      make: (path) => {
        const head = tensorFile({ a: entry([2.5 * GB], 0, 10 * GB) });
        makeSparse(path, head.length + 10 * GB, head);
      },
    },
    ofBytes('a Git LFS pointer', 'takes its first letters for the length of a header', () =>
      Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 1234\n'),
    ),
    ofBytes('a web page whose first line clears the screen', 'prints it', () =>
      Buffer.from('\u001b[2J\u202e<html>\n'),
    ),
    ofBytes('a gzip bomb', 'unpacks it, to help', () => gzipSync(Buffer.alloc(10_000_000))),
    {
      name: 'a folder of broken checkpoints',
      careless: 'lists what is wrong with each on separate lines',
      make: (path) => {
        mkdirSync(path);
        for (const number of ['0000001', '0000002']) {
          writeFileSync(join(path, `checkpoint-${number}.safetensors`), 'broken');
        }
      },
    },
  ],
  library: (path) => Learner.load(path),
  commands: (path) => [['test', path]],
};

const learner = await Learner.load(untrained());

export const drawings: Group = {
  title: 'The same for drawings',
  how: '`learner.observe(IT, label)`',
  attacks: [
    ...nothings,
    { name: 'a folder', careless: 'reads it', make: (path) => mkdirSync(path) },
  ],
  library: (path) => learner.observe(path, 'a label'),
};
