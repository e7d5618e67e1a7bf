import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encode } from 'fast-png';
import jpeg from 'jpeg-js';
import { describe, expect, test } from 'vitest';
import { loadFolder } from '../../dist/data/folders/folders.js';
import { glyphs } from '../../dist/data/glyphs.js';
import { dataInfo, openDataSet } from '../../dist/data/open.js';
import { scratchFolder } from './scratch.js';

const scratch = scratchFolder();

/** A bar of ink at column `x` of 20, on light. */
function bar(x: number, ink = 0, ground = 255): Uint8Array {
  const data = new Uint8Array(400).fill(ground);
  for (let y = 4; y < 16; y++) data[y * 20 + x] = ink;
  return encode({ width: 20, height: 20, data, channels: 1, depth: 8 });
}

function barJpeg(x: number): Buffer {
  const data = Buffer.alloc(1600, 255);
  for (let y = 4; y < 16; y++) data.fill(0, (y * 20 + x) * 4, (y * 20 + x) * 4 + 3);
  return jpeg.encode({ width: 20, height: 20, data }, 95).data;
}

/** A bar on nothing. */
function clearBar(x: number, ink: number): Uint8Array {
  const data = new Uint8Array(800);
  for (let y = 4; y < 16; y++) data.set([ink, 255], (y * 20 + x) * 2);
  return encode({ width: 20, height: 20, data, channels: 2, depth: 8 });
}

describe('a folder of class folders', () => {
  test('becomes a data set, however its pictures are stored', async () => {
    const folder = scratch.folder({
      'b/two/1.png': bar(5),
      'b/two/2.PNG': bar(5, 255, 0),
      'b/one/3.jpeg': barJpeg(5),
      'b/one/4.jpg': bar(5, 128, 230),
      'a/5.png': clearBar(5, 0),
      'a/6.png': clearBar(5, 255),
      'a/notes.txt': 'not a picture',
      'a/._5.png': 'of no use',
      '.hidden/7.png': 'of no use',
      'sheet.png': bar(1),
    });
    const heard: [number, number, string][] = [];
    const passed: string[] = [];
    const data = await loadFolder(folder, {
      onProgress: (...step) => heard.push(step),
      onPassedOver: (sentence) => passed.push(sentence),
    });
    expect(data.name).toBe(folder);
    expect(passed).toEqual([
      `Ignored in ${folder}: 1 file that is not PNG, JPEG, WebP or BMP (a/notes.txt); 1 picture outside the class folders (sheet.png)`,
    ]);
    expect(data.side).toBe(35);
    expect(data.classes).toEqual([
      { name: 'a', first: 0, count: 2 },
      { name: 'b/one', first: 2, count: 2 },
      { name: 'b/two', first: 4, count: 2 },
    ]);
    expect(heard.at(-1)).toEqual([6, 6, `reading ${folder}`]);
    const drawing = (i: number) => data.atlas.subarray(i * 1225, (i + 1) * 1225);
    const expected = drawing(4);
    expect(Math.max(...expected)).toBe(255);
    for (const i of [0, 1, 3, 5]) expect(drawing(i)).toEqual(expected);
    const difference = drawing(2).map((value, i) => Math.abs(value - expected[i]!));
    expect(Math.max(...difference)).toBeLessThan(40); // JPEG is not exact
  });

  test('comes from the cache until a file changes; its digest is of names and pixels', async () => {
    const folder = scratch.folder({ 'a/1.png': bar(3), 'b/1.png': bar(4) });
    let heard = 0;
    const load = () => {
      heard = 0;
      return loadFolder(folder, () => heard++);
    };
    const first = await load();
    expect(heard).toBe(1);
    const second = await load();
    expect(heard).toBe(0);
    expect({ ...second, atlas: [...second.atlas] }).toEqual({ ...first, atlas: [...first.atlas] });
    const copy = scratch.folder({ 'a/other.png': bar(3), 'b/name.png': bar(4, 255, 0) });
    expect((await loadFolder(copy)).digest).toBe(first.digest);
    writeFileSync(join(folder, 'b/1.png'), bar(5));
    const third = await load();
    expect(heard).toBe(1);
    expect(third.digest).not.toBe(first.digest);
    renameSync(join(copy, 'b'), join(copy, 'c'));
    expect((await loadFolder(copy)).digest).not.toBe(first.digest);
  });

  test('classes that lie in classes keep together, and links that go round end', async () => {
    const folder = scratch.folder({
      'a/2.png': bar(2),
      'a/1/x.png': bar(3),
      'a/3/x.png': bar(4),
      'a/1.png': bar(5),
    });
    symlinkSync(folder, join(folder, 'a', 'round'));
    const { classes } = await loadFolder(folder);
    expect(classes).toEqual([
      { name: 'a', first: 0, count: 2 },
      { name: 'a/1', first: 2, count: 1 },
      { name: 'a/3', first: 3, count: 1 },
    ]);
  });

  test('that cannot be used is told in one sentence', async () => {
    const empty = scratch.folder({ 'a/readme.txt': 'x' });
    await expect(loadFolder(empty)).rejects.toThrow(
      `${empty} has no PNG, JPEG, WebP or BMP pictures in it (it holds 1 .txt file): a data set is a folder of class folders, each with its PNG, JPEG, WebP or BMP pictures`,
    );
    const one = scratch.folder({ 'a/1.png': bar(1) });
    await expect(loadFolder(one)).rejects.toThrow(
      `${one} has only one class of pictures (a), and at least two classes are needed`,
    );
    const flat = scratch.folder({ '1.png': bar(1), '2.png': bar(2) });
    await expect(loadFolder(flat)).rejects.toThrow(`${flat} has pictures but no folders of them`);
    await expect(loadFolder(join(flat, '1.png'))).rejects.toThrow(
      '1.png is a PNG picture, not a folder: a data set',
    );
    await expect(loadFolder(join(flat, 'x'))).rejects.toThrow('x does not exist: a data set');
    const broken = scratch.folder({ 'a/1.png': bar(1), 'b/2.png': bar(1).subarray(0, 60) });
    await expect(loadFolder(broken)).rejects.toThrow(
      `${join(broken, 'b', '2.png')} cannot be used as a drawing (it is cut short): repair or remove it`,
    );
    const wide = { width: 60_000_000, height: 1, channels: 1, depth: 1 } as const;
    const huge = encode({ ...wide, data: new Uint8Array(7_500_000) });
    const absurd = scratch.folder({ 'a/1.png': huge, 'b/2.png': bar(1) });
    await expect(loadFolder(absurd)).rejects.toThrow(
      '(it is 60000000x1 pixels, which is too large)',
    );
  });
});

describe('data sets by name', () => {
  test('a folder', async () => {
    const folder = scratch.folder({ 'a/1.png': bar(3), 'b/1.png': bar(4), 'b/2.png': bar(5) });
    const data = await openDataSet({ name: folder });
    expect(dataInfo(data, { train: [1], test: [0] })).toEqual({
      name: folder,
      classes: 2,
      drawings: 3,
      digest: data.digest,
      splits: { train: ['b'], test: ['a'] },
    });
  });

  test('glyphs', async () => {
    const usual = await openDataSet({ name: 'glyphs' });
    expect([usual.name, usual.classes.length]).toEqual(['glyphs', 1623]);
    const others = await openDataSet({ name: 'glyphs', seed: 1 });
    const { atlas } = glyphs({ classes: 1, seed: 1 });
    expect(others.atlas.subarray(0, atlas.length)).toEqual(atlas);
    expect(usual.atlas.subarray(0, atlas.length)).not.toEqual(atlas);
  });

  test('Omniglot, in the folder that is given', async () => {
    const data = scratch.folder();
    mkdirSync(join(data, 'images_background'));
    await expect(openDataSet({ name: 'omniglot', data })).rejects.toThrow(
      'but no images_evaluation.zip',
    );
  });

  test('what there is not', async () => {
    await expect(openDataSet({ name: 'mnist' })).rejects.toThrow(
      'mnist is neither a data set nor a folder: choose omniglot, glyphs, or a folder of class folders of PNG, JPEG, WebP or BMP pictures',
    );
    await expect(openDataSet({ name: 'package.json' })).rejects.toThrow(
      'package.json is JSON text, not a folder: choose omniglot, glyphs',
    );
    await expect(openDataSet({ name: 'glyphs', data: '/tmp' })).rejects.toThrow(
      'leave out --data, or use --dataset omniglot',
    );
  });
});
