/** Archives that want to be unpacked. Nothing is ever unpacked to disk here, but careful is careful. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadOmniglot } from '../../dist/data/omniglot/omniglot.js';
import { omniglotHalf, type ZipFile, zipOf } from '../data/archives.js';
import { type Attack, type Group, makeSparse } from './attack.js';
import { makePipe } from './files.js';
import { header, png, sized } from './pictures.js';

const NAMES = ['images_background.zip', 'images_evaluation.zip'] as const;

/** A folder in which both archives are this. */
function made(name: string, careless: string, make: (path: string) => void): Attack {
  return {
    name,
    careless,
    make(folder) {
      mkdirSync(folder);
      for (const archive of NAMES) make(join(folder, archive));
    },
  };
}

function of(name: string, careless: string, bytes: () => Uint8Array): Attack {
  return made(name, careless, (path) => writeFileSync(path, bytes()));
}

const file: ZipFile = {
  name: 'a/character01/0001_01.png',
  data: Buffer.from('a drawing, say'),
  packed: true,
};

/** An archive of one file with something changed. */
function one(name: string, careless: string, change: Partial<ZipFile>): Attack {
  return of(name, careless, () => zipOf([{ ...file, ...change }]));
}

const many = (count: number, change: (i: number) => Partial<ZipFile>) => () =>
  zipOf(Array.from({ length: count }, (_, i) => ({ ...file, name: `${i}.png`, ...change(i) })));

/** The field in which an archive's directory says the size of a file that 32 bits can't hold. */
function inBits64(size: bigint): Buffer {
  const field = Buffer.alloc(12);
  field.writeUInt16LE(1, 0);
  field.writeUInt16LE(8, 2);
  field.writeBigUInt64LE(size, 4);
  return field;
}

const entries: Attack[] = [
  one('a file outside the folder', 'writes beside the folder it unpacks to ("zip slip")', { name: '../../.ssh/authorized_keys' }),
  one('a file outside the folder, with a backslash', 'looks for / only', { name: '..\\..\\autostart.bat' }),
  one('an absolute file', 'writes wherever it says', { name: '/etc/cron.d/x' }),
  one('an absolute file of Windows', 'writes wherever it says', { name: 'C:\\Windows\\x.dll' }),
  one('a symbolic link', 'makes it, and writes the next file through it', { mode: 0o120777, data: Buffer.from('/etc') }),
  one('a file that is encrypted', 'reads noise', { flags: 1 }),
  one('an unknown compression method', 'takes it for one that it knows', { method: 14 }),
  one('a file of 4 GB', 'allocates them', { claims: 2 ** 32 - 2 }),
  one('a file whose name clears the screen', 'prints it', { name: '\u001b[2J\n.png', flags: 0x801 }),
  one('a file of 2^63 bytes', 'allocates them, or counts them in 32 bits and gets 0', { claims: 2 ** 32 - 1, extra: inBits64(2n ** 63n) }),
  one('a file that begins beyond the archive', 'reads whatever is there', { at: 0xfffffff0 }),
]; // biome-ignore format: a table

const together: Attack[] = [
  of('300 MB in files of 1 MB', 'checks each file, and not all together', many(300, () => ({ claims: 2 ** 20 }))),
  of('a thousand files in the same place', 'unpacks the same bytes a thousand times', many(1000, () => ({ at: 0 }))),
  of(
    'files that begin within each other',
    'unpacks a better zip bomb: the second file’s header is the first one’s data',
    () => zipOf([file, { ...file, name: 'b.png', at: 30 }]),
  ),
  of('two million files', 'lists them all', () => vast({ entries: 2_000_000n })),
]; // biome-ignore format: a table

const ends: Attack[] = [
  of('no archive', 'looks for its end, in vain', () => Buffer.from('<html>404</html>')),
  of('half an archive', 'looks for its end, in vain', () => many(20, () => ({}))().subarray(0, 1500)),
  of('more files than there are', 'reads beyond the list', () => {
    const bytes = zipOf([file]);
    bytes.writeUInt16LE(9, bytes.length - 12);
    return bytes;
  }),
  of('a list at 2^63', 'computes with it as if it were a number', () => vast({ start: 2n ** 63n })),
  of('a comment longer than the archive', 'reads it to its end', () => {
    const bytes = zipOf([file]);
    bytes.writeUInt16LE(60_000, bytes.length - 2);
    return bytes;
  }),
  of('an archive in the comment of another', 'lists one and reads the other', () =>
    // Stored as it is: the sentence quotes some of its bytes, and another zlib may pack it to others.
    zipOf([{ ...file, packed: false }], zipOf([{ ...file, name: '../other.png' }])),
  ),
]; // biome-ignore format: a table

interface Vast {
  entries?: bigint;
  start?: bigint;
}

/** An archive of one file whose end is written in 64 bits, so that it can claim anything. */
function vast({ entries = 1n, start }: Vast): Buffer {
  const plain = zipOf([file]);
  const end = plain.length - 22;
  const record = Buffer.alloc(56);
  record.write('PK\x06\x06', 'latin1');
  record.writeBigUInt64LE(44n, 4);
  record.writeBigUInt64LE(entries, 24);
  record.writeBigUInt64LE(entries, 32);
  record.writeBigUInt64LE(BigInt(plain.readUInt32LE(end + 12)), 40);
  record.writeBigUInt64LE(start ?? BigInt(plain.readUInt32LE(end + 16)), 48);
  const locator = Buffer.alloc(20);
  locator.write('PK\x06\x07', 'latin1');
  locator.writeBigUInt64LE(BigInt(end), 8);
  locator.writeUInt32LE(1, 16);
  const last = Buffer.from(plain.subarray(end));
  last.fill(0xff, 8, 20);
  return Buffer.concat([plain.subarray(0, end), record, locator, last]);
}

let halves: readonly ZipFile[][] | undefined;

/** A whole Omniglot, but for what its first drawing is. */
function drawing(name: string, careless: string, change: () => Partial<ZipFile>): Attack {
  return {
    name,
    careless,
    make(folder) {
      halves ??= [
        omniglotHalf('images_background', 30, 964),
        omniglotHalf('images_evaluation', 20, 659),
      ];
      const [background, evaluation] = halves as [ZipFile[], ZipFile[]];
      mkdirSync(folder);
      const first = { ...background[0]!, ...change() };
      writeFileSync(join(folder, NAMES[0]), zipOf([first, ...background.slice(1)]));
      writeFileSync(join(folder, NAMES[1]), zipOf(evaluation));
    },
  };
}

const drawings: Attack[] = [
  drawing('a drawing twice', 'takes the last, where others take the first', () => ({ name: 'images_background/background_00/character01/0001_02.png' })),
  drawing('a drawing that unpacks to more than it claims', 'unpacks it to the end', () => ({ data: Buffer.alloc(2 ** 20), packed: true, claims: 200 })),
  drawing('a drawing that unpacks to less', 'goes on with what lay in memory before', () => ({ packed: true, claims: 2000 })),
  drawing('a drawing 4 billion pixels wide', 'allocates them', () => ({ data: sized(2 ** 32 - 1, 1) })),
  drawing('a drawing of 50 million pixels in a kB', 'unpacks what was packed twice', () => ({ data: png(header(7000, 7000, 1), Buffer.alloc(7000 * 876)), packed: true })),
  drawing('a drawing that is none', 'guesses what it shows', () => ({ data: Buffer.from('GIF89a') })),
]; // biome-ignore format: a table

const files: Attack[] = [
  made('a pipe', 'waits forever for somebody to write to it', makePipe),
  made('a device that gives zeros', 'reads on until memory is full', (path) => symlinkSync('/dev/zero', path)),
  made('a sparse archive of 10 GB', 'reads it all to look at its end', (path) => makeSparse(path, 10 * 2 ** 30)),
  made('a folder', 'reads it', (path) => mkdirSync(path)),
]; // biome-ignore format: a table

export const archives: Group = {
  title: 'Archives',
  how: '`loadOmniglot({ data: IT })` and `mann data info --data IT`, as both archives of the folder IT',
  attacks: [...entries, ...together, ...ends, ...drawings, ...files],
  library: (data) => loadOmniglot({ data }),
  commands: (path) => [['data', 'info', '--data', path]],
};
