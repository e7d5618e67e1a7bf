import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import yauzl from 'yauzl';
import { numbered, type Write } from './picture.ts';

const INDEX = 'https://pypi.org/simple/scikit-learn/';
/** The smallest wheel: no package of npm has these digits. */
const WHEEL = 'scikit_learn-1.9.1-cp313-cp313-win_arm64.whl';
const SHA256 = '613f0a783ca05aa844a4e1ac42d48425058f2c52be73f40f8cd98b7cd111acd6';
const FILE = 'sklearn/datasets/data/digits.csv.gz';

const SIDE = 8;
/** Pixels are counts of 4 by 4 pixels of the scan. */
const FULL = 16;

/** 1,797 digits of 8 by 8 pixels, dark on white: the test part of UCI's optical digits, as scikit-learn has it. */
export async function writeSmallDigits(write: Write): Promise<void> {
  const rows = gunzipSync(await fileOf(await fetchWheel())).toString();
  for (const [number, row] of rows.trim().split('\n').entries()) {
    const values = row.split(',').map(Number);
    const grey = Uint8Array.from(values.slice(0, -1), (value) =>
      Math.round(255 * (1 - value / FULL)),
    );
    write(String(values.at(-1)), numbered(number), { width: SIDE, height: SIDE, data: grey });
  }
}

async function fetchWheel(): Promise<Buffer> {
  const page = await (await fetchFrom(INDEX)).text();
  const [, link] = new RegExp(`href="([^"#]+/${WHEEL})[#"]`).exec(page) ?? [];
  if (!link) throw new Error(`${INDEX} has no ${WHEEL}: name another one in ${import.meta.url}`);
  const { href } = new URL(link, INDEX);
  const bytes = Buffer.from(await (await fetchFrom(href)).arrayBuffer());
  const digest = createHash('sha256').update(bytes).digest('hex');
  if (digest === SHA256) return bytes;
  throw new Error(`${href} has the SHA-256 ${digest}, not ${SHA256}`);
}

async function fetchFrom(url: string): Promise<Response> {
  const response = await fetch(url);
  if (response.ok) return response;
  throw new Error(`the server of ${url} says ${response.status}`);
}

async function fileOf(wheel: Buffer): Promise<Buffer> {
  const zip = await yauzl.fromBufferPromise(wheel, { lazyEntries: true });
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName === FILE) return buffer(await zip.openReadStreamPromise(entry));
  }
  throw new Error(`${WHEEL} has no ${FILE}`);
}
