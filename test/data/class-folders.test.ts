import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findClasses, findPictures } from '../../dist/data/folders/class-folders.js';
import { loadFolder } from '../../dist/data/folders/folders.js';
import { isInSystemFolder } from '../../dist/data/folders/system-files.js';
import { bmpOf, F, jpg, png, webp } from './pictures/formats.js';
import { scratchFolder } from './scratch.js';

const scratch = scratchFolder();
const picture = png(F);
const options = { where: 'HERE', limit: 1000, least: 2, layout: 'LAYOUT' };

/** Names and numbers of pictures of the classes in a folder, and what was passed over. */
function found(folder: string) {
  const { classes, passedOver } = findClasses(folder, options);
  return { classes: classes.map(({ name, files }) => [name, files.length]), passedOver };
}

describe('class folders', () => {
  test('hold PNG, JPEG, WebP and BMP', async () => {
    const files = {
      'a/1.png': picture,
      'a/2.jpg': jpg(F),
      'a/3.webp': webp(F),
      'b/1.BMP': bmpOf(F),
    };
    const folder = scratch.folder(files);
    expect(found(folder).classes).toEqual([
      ['a', 3],
      ['b', 1],
    ]);
    const { atlas } = await loadFolder(folder);
    const drawing = (i: number) => [...atlas.subarray(i * 1225, (i + 1) * 1225)];
    for (const i of [2, 3]) expect(drawing(i)).toEqual(drawing(0));
  });

  test.each([
    ['@eaDir/1.png/SYNOPHOTO_THUMB_M.png', '@eaDir'],
    ['#recycle/1.png', '#recycle'],
    ['@Recycle/1.png', '@Recycle'],
    ['@__thumb/1.png', '@__thumb'],
    ['__MACOSX/1.png', '__MACOSX'],
    ['$RECYCLE.BIN/S-1-5/1.png', '$RECYCLE.BIN'],
    ['System Volume Information/1.png', 'System Volume Information'],
    ['lost+found/1.png', 'lost+found'],
  ])('are not those that systems keep: %s', (path, name) => {
    const files = {
      'a/1.png': picture,
      [`a/${path}`]: picture,
      'b/1.png': picture,
      [path]: picture,
    };
    expect(found(scratch.folder(files))).toEqual({
      classes: [
        ['a', 1],
        ['b', 1],
      ],
      passedOver: `Ignored in HERE: 2 folders that systems keep there (${
        name < 'a' ? `${name}, a/${name}` : `a/${name}, ${name}`
      })`,
    });
    expect(isInSystemFolder(`x/${path}`)).toBe(true);
  });

  test('have hidden files and those of systems passed over without a word', () => {
    const hidden = [
      ...['.git/1.png', '.ipynb_checkpoints/1.png', '.thumbnails/1.png', '.@__thumb/1.png'],
      ...['.DS_Store', '._1.png', 'Thumbs.db', 'ehthumbs.db', 'desktop.ini', 'Icon\r'],
    ];
    const files = Object.fromEntries(hidden.map((name) => [`a/${name}`, picture]));
    const folder = scratch.folder({ 'a/1.png': picture, 'b/1.png': picture, ...files });
    expect(found(folder)).toEqual({
      classes: [
        ['a', 1],
        ['b', 1],
      ],
      passedOver: undefined,
    });
    for (const name of hidden) expect(isInSystemFolder(`x/${name}`)).toBe(true);
    expect(isInSystemFolder('Greek/character01/0001_01.png')).toBe(false);
  });

  test('name the first few files that are passed over, and count the others', () => {
    const notes = Object.fromEntries([1, 2, 3, 4, 5].map((i) => [`a/${i}.txt`, 'x']));
    const folder = scratch.folder({ 'a/1.png': picture, 'b/1.png': picture, ...notes });
    symlinkSync('nowhere', join(folder, 'b', 'z.png'));
    expect(found(folder).passedOver).toBe(
      'Ignored in HERE: 6 files that are not PNG, JPEG, WebP or BMP (a/1.txt, a/2.txt, a/3.txt and 3 more)',
    );
  });

  test.each([
    ['empty', {}, 'b', '(it is empty), so its class would be empty: put pictures into it'],
    [
      'of other pictures',
      { 'b/1.heic': 'x', 'b/2.HEIC': 'x', 'b/n.txt': 'x' },
      'b',
      '(it holds 2 .heic files and 1 .txt file), so',
    ],
    [
      'of other pictures, beside a class in it',
      { 'b/1.gif': 'x', 'b/c/1.png': picture },
      'b',
      '(it holds 1 .gif file), so',
    ],
    ['of what systems leave', { 'b/Thumbs.db': 'x' }, 'b', '(it is empty), so'],
    ['of an empty folder', { 'b/c/.keep': 'x' }, 'b/c', '(it is empty), so'],
    ['of names without endings', { 'b/1': 'x', 'b/2': 'x' }, 'b', '(it holds 2 other files), so'],
  ])('are refused where a class would be empty: %s', async (_, files, path, says) => {
    const folder = scratch.folder({ 'a/1.png': picture, 'c/1.png': picture, ...files });
    mkdirSync(join(folder, 'b'), { recursive: true });
    expect(() => findClasses(folder, options)).toThrow(
      `the folder ${path} in HERE has no PNG, JPEG, WebP or BMP pictures ${says}`,
    );
    await expect(loadFolder(folder)).rejects.toThrow(`the folder ${path} in ${folder} has no`);
  });

  test('may hold folders that hold the classes', () => {
    const folder = scratch.folder({
      'x/a/1.png': picture,
      'x/b/1.png': picture,
      'x/notes.txt': '',
    });
    expect(found(folder).classes).toEqual([
      ['x/a', 1],
      ['x/b', 1],
    ]);
  });
});

describe('the names of class folders', () => {
  const composed = 'caf\u00e9';
  const apart = 'cafe\u0301';

  test('are composed, however their accents are written, and sorted so', async () => {
    const data = await loadFolder(
      scratch.folder({ [`${apart}/1.png`]: picture, 'cafz/1.png': picture }),
    );
    expect(data.classes.map(({ name }) => name)).toEqual(['cafz', composed]);
    const other = await loadFolder(
      scratch.folder({ [`${composed}/1.png`]: picture, 'cafz/1.png': picture }),
    );
    expect(other.digest).toBe(data.digest);
  });

  // macOS takes the two for one.
  test.skipIf(process.platform === 'darwin')('that differ only so are refused', () => {
    const folder = scratch.folder({ [`${apart}/1.png`]: picture, [`${composed}/2.png`]: picture });
    expect(() => findClasses(folder, options)).toThrow(
      'HERE has two folders of the same name, in two spellings of Unicode (cafe\\u{301} and caf\\u{e9}): ' +
        'put their pictures into one of them, or rename one',
    );
    const deep = scratch.folder({
      [`${apart}/x/1.png`]: picture,
      [`${composed}/x/2.png`]: picture,
    });
    expect(() => findClasses(deep, options)).toThrow('(cafe\\u{301}/x and caf\\u{e9}/x)');
  });
});

describe('pictures in a folder', () => {
  test('are those right in it; others are named', () => {
    const folder = scratch.folder({
      '1.png': picture,
      '2.webp': webp(F),
      'x/1.png': picture,
      'n.txt': '',
    });
    const { files, passedOver } = findPictures(folder, options);
    expect(files.map(({ path }) => path)).toEqual(['1.png', '2.webp']);
    expect(passedOver).toBe(
      'Ignored in HERE: 1 file that is not PNG, JPEG, WebP or BMP (n.txt); 1 picture in folders (x/1.png)',
    );
  });

  test('are missed', () => {
    expect(() => findPictures(scratch.folder({ '1.gif': 'x' }), options)).toThrow(
      'HERE has no PNG, JPEG, WebP or BMP pictures in it (it holds 1 .gif file): LAYOUT',
    );
  });
});
