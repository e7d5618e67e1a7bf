import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { DataSet } from '../../dist/data/drawings.js';
import { openArchive } from '../../dist/data/omniglot/archive.js';
import { readCache, writeCache } from '../../dist/data/omniglot/cache.js';
import { cacheFolders } from '../../dist/data/omniglot/cache-places.js';
import { findOmniglot, loadOmniglot, OMNIGLOT_DIGEST } from '../../dist/data/omniglot/omniglot.js';
import { omniglotHalf, square, type ZipFile, zipOf } from './archives.js';
import { scratchFolder } from './scratch.js';

const REAL =
  process.env.MANN_OMNIGLOT ??
  fileURLToPath(new URL('../../../shared/data/omniglot', import.meta.url));
const hasReal = existsSync(join(REAL, 'images_background.zip'));

const scratch = scratchFolder();
const background = omniglotHalf('images_background', 30, 964);
const evaluation = omniglotHalf('images_evaluation', 20, 659);
const evaluationZip = zipOf(evaluation);

/** A folder with both halves, the first as given. */
function folderWith(files: readonly ZipFile[] | Uint8Array): string {
  return scratch.folder({
    'images_background.zip': files instanceof Uint8Array ? files : zipOf(files),
    'images_evaluation.zip': evaluationZip,
  });
}

/** The first half with its first file changed. */
function changed(change: Partial<ZipFile>): ZipFile[] {
  return [{ ...background[0]!, ...change }, ...background.slice(1)];
}

const again = 'download Omniglot again with mann data download';

describe('archives', () => {
  const png: ZipFile = {
    name: 'a/b.png',
    data: Buffer.from('some bytes, some bytes'),
    packed: true,
  };

  async function open(files: ZipFile[]) {
    const file = join(scratch.folder({ 'x.zip': zipOf(files) }), 'x.zip');
    return { file, files: await openArchive(file) };
  }

  test('are listed and read, stored or deflated', async () => {
    const { files } = await open([
      png,
      { ...png, name: 'c.png', packed: false },
      { name: 'd/', data: Buffer.alloc(0) },
    ]);
    expect(files.map(({ path }) => path)).toEqual(['a/b.png', 'c.png']);
    for (const file of files) expect(Buffer.from(file.read())).toEqual(png.data);
  });

  // What is refused: test/attacks/archives.ts.
});

describe('Omniglot that is not as it should be', () => {
  test('nothing anywhere: the places and what to do', () => {
    const here = process.cwd();
    try {
      process.chdir(scratch.folder());
      expect(() => findOmniglot()).toThrow(
        new RegExp(
          `^Omniglot was not found \\(looked in ${process.cwd()}/omniglot, ${process.cwd()}/data/omniglot, ` +
            `${scratch.root}/cache/omniglot\\): download it with mann data download, or .* --data DIR$`,
        ),
      );
    } finally {
      process.chdir(here);
    }
  });

  test('the usual places, the first whole one', () => {
    const here = process.cwd();
    try {
      process.chdir(scratch.folder({ 'omniglot/images_background.zip': '' }));
      mkdirSync('data/omniglot/images_background', { recursive: true });
      writeFileSync('data/omniglot/images_evaluation.zip', '');
      expect(findOmniglot().map(({ at, zipped }) => [at, zipped])).toEqual([
        [join(process.cwd(), 'data/omniglot/images_background'), false],
        [join(process.cwd(), 'data/omniglot/images_evaluation.zip'), true],
      ]);
    } finally {
      process.chdir(here);
    }
  });

  test('no folder, an empty one, half of it', async () => {
    const file = join(scratch.folder({ x: '' }), 'x');
    await expect(loadOmniglot({ data: file })).rejects.toThrow(
      `${file} is an empty file, not a folder: --data names`,
    );
    await expect(loadOmniglot({ data: `${file}y` })).rejects.toThrow(`${file}y does not exist`);
    const empty = scratch.folder();
    await expect(loadOmniglot({ data: empty })).rejects.toThrow(`${empty} does not hold Omniglot`);
    const one = scratch.folder({ 'images_evaluation.zip': evaluationZip });
    await expect(loadOmniglot({ data: one })).rejects.toThrow(
      `${one} has images_evaluation but no images_background.zip (or folder images_background): put it there too`,
    );
  });

  test('a truncated zip, or no zip at all', async () => {
    const again = 'download it again (mann data download)';
    for (const [bytes, says] of [
      [evaluationZip.subarray(0, 100_000), 'not a complete zip archive'],
      [Buffer.from('<html>'), `a web page, not a zip archive: ${again}`],
      [Buffer.from('version https://git-lfs.github.com/spec/v1\n'), 'a Git LFS pointer'],
      [Buffer.from('1f8b0800', 'hex'), `a gzip archive, not a zip archive: ${again}`],
      [Buffer.alloc(0), `an empty file, not a zip archive: ${again}`],
    ] as const) {
      const data = folderWith(bytes);
      await expect(loadOmniglot({ data })).rejects.toThrow(
        `${join(data, 'images_background.zip')} is ${says}`,
      );
    }
  });

  test('the wrong zip', async () => {
    const other = folderWith([{ name: 'strokes_background/a.txt', data: Buffer.from('1 2 3') }]);
    await expect(loadOmniglot({ data: other })).rejects.toThrow(
      `has none of Omniglot's drawings (ALPHABET/characterNN/CCCC_DD.png), so it is not the images_background`,
    );
    const twice = folderWith(evaluationZip);
    await expect(loadOmniglot({ data: twice })).rejects.toThrow(
      "has 20 alphabets with 659 characters, but Omniglot's images_background has 30 with 964",
    );
  });

  test('a class with too few drawings', async () => {
    const data = folderWith(background.slice(1));
    await expect(loadOmniglot({ data })).rejects.toThrow(
      `the class background_00/character01 in ${data}/images_background.zip has 19 drawings instead of 20: ${again}`,
    );
  });

  test('a PNG that is no PNG, or of the wrong size', async () => {
    const name = background[0]!.name;
    const text = folderWith(changed({ data: Buffer.from('no picture') }));
    await expect(loadOmniglot({ data: text })).rejects.toThrow(
      `${name} in ${text}/images_background.zip is not a usable picture (it is not a PNG): ${again}`,
    );
    const small = folderWith(changed({ data: square(28) }));
    await expect(loadOmniglot({ data: small })).rejects.toThrow(
      `${name} in ${small}/images_background.zip is 28x28 pixels, but Omniglot's drawings are 105x105: ${again}`,
    );
  });

  test('other pictures in the right number, and progress on the way', async () => {
    const data = folderWith(background);
    const heard: number[] = [];
    const onProgress = (done: number, total: number) => heard.push(done / total);
    await expect(loadOmniglot({ data, onProgress })).rejects.toThrow(
      "are as many as Omniglot's but not the same",
    );
    expect(heard.at(-1)).toBe(1);
    expect(heard).toEqual([...heard].sort((a, b) => a - b));
    expect(existsSync(join(scratch.root, 'cache'))).toBe(false); // what is wrong is not kept
  });
});

describe('the cache', () => {
  const key = { source: 'here', state: 'now' };
  const kept = { info: { a: [1, 'ü'] }, bytes: Uint8Array.from({ length: 999 }, (_, i) => i) };

  test('gives back what was kept, unless it is stale, damaged or cut short', async () => {
    await writeCache(key, kept);
    const found = await readCache(key);
    expect(found!.info).toEqual(kept.info);
    expect([...found!.bytes]).toEqual([...kept.bytes]);
    expect(await readCache({ ...key, state: 'later' })).toBeUndefined();
    expect(await readCache({ ...key, source: 'there' })).toBeUndefined();
    const [folder] = cacheFolders();
    const file = join(folder!, readdirSync(folder!)[0]!);
    const bytes = readFileSync(file);
    for (const at of [0, 15, 19, 30, bytes.length - 1]) {
      const damaged = Buffer.from(bytes);
      damaged[at]! ^= 1;
      writeFileSync(file, damaged);
      expect(await readCache(key)).toBeUndefined();
    }
    for (const length of [0, 14, 40, bytes.length - 1]) {
      writeFileSync(file, bytes.subarray(0, length));
      expect(await readCache(key)).toBeUndefined();
    }
    await writeCache(key, kept);
    expect(await readCache(key)).toBeDefined();
  });

  test('that cannot be written is no error', async () => {
    await withCache(join(scratch.folder({ file: '' }), 'file', 'below'), async () => {
      await writeCache(key, kept);
      expect(await readCache(key)).toBeUndefined();
    });
  });

  // A file system where folders cannot be made, and Node's own recursive mkdir never returns.
  test.skipIf(!existsSync('/proc/self'))('nor is one below /proc', async () => {
    await withCache('/proc/none/mann', async () => {
      await writeCache(key, kept);
      expect(await readCache(key)).toBeUndefined();
    });
  });
});

async function withCache(folder: string, work: () => Promise<void>): Promise<void> {
  const usual = process.env.MANN_CACHE!;
  process.env.MANN_CACHE = folder;
  try {
    await work();
  } finally {
    process.env.MANN_CACHE = usual;
  }
}

describe.skipIf(!hasReal)('real Omniglot', () => {
  let data: DataSet;

  test('is all there', async () => {
    let heard = 0;
    data = await loadOmniglot({ data: REAL, onProgress: () => heard++ });
    expect(heard).toBeGreaterThan(5);
    expect(data).toMatchObject({ name: 'omniglot', side: 35, digest: OMNIGLOT_DIGEST });
    expect(data.classes.length).toBe(1623);
    expect(data.classes[0]).toEqual({
      name: 'Alphabet_of_the_Magi/character01',
      first: 0,
      count: 20,
    });
    const names = data.classes.map(({ name }) => name);
    expect(names).toEqual([...names].sort());
    expect(data.atlas.length).toBe(32_460 * 35 * 35);
    const { train, test } = data.alphabets!;
    expect([train.length, test.length]).toEqual([964, 659]);
    const alphabets = (part: readonly number[]) =>
      new Set(part.map((c) => names[c]!.split('/')[0]));
    expect(alphabets(train)).toContain('Korean');
    expect(alphabets(test)).toContain('Tibetan');
    expect([alphabets(train).size, alphabets(test).size]).toEqual([30, 20]);
    const inked = data.atlas.reduce((sum, value) => sum + value, 0) / data.atlas.length / 255;
    expect(inked).toBeGreaterThan(0.03); // ink is the lesser part
    expect(inked).toBeLessThan(0.15);
  });

  test('comes from the cache the second time', async () => {
    let heard = 0;
    const start = performance.now();
    const cached = await loadOmniglot({ data: REAL, onProgress: () => heard++ });
    expect(performance.now() - start).toBeLessThan(1000); // 0.05 s on a quiet machine
    expect(heard).toBe(0);
    expect({ ...cached, atlas: 0 }).toEqual({ ...data, atlas: 0 });
    expect(Buffer.compare(cached.atlas, data.atlas)).toBe(0);
  });

  test('is the same unpacked, with a cache that cannot be written', async () => {
    const folder = scratch.folder({ file: '' });
    for (const name of ['images_background', 'images_evaluation']) {
      for (const { path, read } of await openArchive(join(REAL, `${name}.zip`))) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), read());
      }
    }
    await withCache(join(folder, 'file', 'cache'), async () => {
      const unpacked = await loadOmniglot({ data: folder });
      expect({ ...unpacked, atlas: 0 }).toEqual({ ...data, atlas: 0 });
      expect(Buffer.compare(unpacked.atlas, data.atlas)).toBe(0);
    });
  });

  test('has means of 3x3 pixels of its full size', async () => {
    const full = await loadOmniglot({ data: REAL, side: 105 });
    expect({ ...full, atlas: 0 }).toEqual({ ...data, atlas: 0, side: 105 });
    for (let cell = 0; cell < data.atlas.length; cell += 997) {
      const drawing = Math.floor(cell / 1225);
      const y = Math.floor((cell % 1225) / 35);
      const x = cell % 35;
      let sum = 0;
      for (let i = 0; i < 9; i++) {
        const row = 3 * y + Math.floor(i / 3);
        sum += full.atlas[drawing * 11_025 + row * 105 + 3 * x + (i % 3)]!;
      }
      if (data.atlas[cell] !== Math.round(sum / 9)) expect([cell, data.atlas[cell]]).toBe(sum / 9);
    }
  });
});
