import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { fileKind } from '../../dist/common/files/file-kind.js';
import { openDataSet } from '../../dist/data/open.js';
import { decodePicture } from '../../dist/data/pictures/picture.js';
import { Learner } from '../../dist/learner/learner.js';
import { parseCheckpoint, serialiseCheckpoint } from '../../dist/runs/checkpoint.js';
import { loadCheckpoint, resolveCheckpoint } from '../../dist/runs/run-folder.js';
import { zipOf } from '../data/archives.js';
import { bmpOf, F, jpg, png, webp } from '../data/pictures/formats.js';
import { untrained } from '../learner/weights.js';

const folder = mkdtempSync(join(tmpdir(), 'mann-kind-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const weights = serialiseCheckpoint(untrained());
const zip = (name: string) => zipOf([{ name, data: Buffer.from('x') }]);
const tar = Buffer.alloc(512);
tar.write('ustar', 257);
const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const lfs = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 1234\n';
const pull = 'run "git lfs pull" in the repository that it comes from';
const page = 'download the file itself, not the page that shows it';
const unpack = 'unpack it and give what is in it';

/** What it is, and what to do whatever it was given for. */
const kinds: [name: string, bytes: Uint8Array, advice?: string][] = [
  ['a Git LFS pointer, which stands for the real file', Buffer.from(lfs), pull],
  ['a web page', Buffer.from('<!DOCTYPE html>\n<html lang="en">'), page],
  ['a web page', Buffer.from('\ufeff\n <html><head>'), page],
  ['a web page', Buffer.from('<!-- saved --><!doctype html>'), page],
  ['an XML document', Buffer.from('<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>')],
  [
    'an SVG picture',
    Buffer.from('<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>'),
  ],
  ['JSON text', Buffer.from('{"error": "not found"}')],
  ['JSON text', Buffer.from('[1, 2]')],
  ['a text file that begins with "404: Not Found"', Buffer.from('404: Not Found')],
  [`a text file that begins with "${'é'.repeat(40)}…"`, Buffer.from('é'.repeat(300))],
  ['a text file that begins with "\\u001b[2Jx"', Buffer.from('\u001b[2Jx')],
  ['a text file of blank lines', Buffer.from('\n\n')],
  ['an empty file', Buffer.alloc(0)],
  ['a file that begins with zeros only', Buffer.alloc(4096), 'download or copy it again'],
  ['a zip archive', zip('readme.txt'), unpack],
  ['a PyTorch file (.pt, .pth)', zip('archive/data.pkl')],
  ['a NumPy archive (.npz)', zip('arr_0.npy')],
  ['a Keras model (.keras)', zip('metadata.json')],
  ['a gzip archive', gzipSync('x'), unpack],
  ['a tar archive', tar, unpack],
  ['an xz archive', hex('fd377a585a00 0004'), unpack],
  ['a zstd archive', hex('28b52ffd 2400'), unpack],
  ['a 7z archive', hex('377abcaf271c 0004'), unpack],
  ['a PNG picture', png(F)],
  ['a JPEG picture', jpg(F)],
  ['a WebP picture', webp(F)],
  ['a BMP picture', bmpOf(F)],
  ['a GIF picture', Buffer.from('GIF89a\x01\0')],
  ['a TIFF picture', hex('49492a00 08000000')],
  ['a HEIC picture', Buffer.from('\0\0\0\x18ftypheic')],
  ['an AVIF picture', Buffer.from('\0\0\0\x18ftypavif')],
  ['a Python pickle, as older PyTorch writes it', hex('80028a0a6cfc9c46f920')],
  ['a Python pickle, as older PyTorch writes it', hex('80049528000000')],
  ['an HDF5 file, the format of Keras (.h5)', hex('894844460d0a1a0a 00')],
  ['a NumPy array (.npy)', hex('934e554d5059 0100')],
  ['a MATLAB file (.mat)', Buffer.from('MATLAB 5.0 MAT-file, Platform: GLNXA64')],
  ['an ONNX model', Buffer.from('\x08\x07\x12\x07pytorch\x1a\x032.0', 'latin1')],
  ['a GGUF model', Buffer.from('GGUF\x03\0\0\0')],
  ['the index of TensorFlow checkpoints', Buffer.from('model_checkpoint_path: "mann.ckpt-9"')],
  ['an IDX file of pictures, the format of MNIST', hex('00000803 0000ea60')],
];

describe('a file given for another is named for what it is', () => {
  it.each(kinds)('%s', async (name, bytes, advice) => {
    const kind = fileKind(bytes);
    expect({ name: kind?.name, advice: kind?.advice }).toEqual({ name, advice });

    const forWeights = `this is ${name}, not a safetensors file: ${advice ?? 'give a checkpoint that mann train wrote (.safetensors)'}`;
    const path = join(folder, 'given');
    writeFileSync(path, bytes);
    expect(() => parseCheckpoint(bytes, 'IT')).toThrow(`IT: ${forWeights}`);
    await expect(loadCheckpoint(path)).rejects.toThrow(`${path}: ${forWeights}`);
    await expect(Learner.load(bytes)).rejects.toThrow(`weights: ${forWeights}`);
    const url = `data:application/octet-stream;base64,${Buffer.from(bytes).toString('base64')}`;
    await expect(Learner.load(url)).rejects.toThrow(forWeights);

    const forData = `${path} is ${name}, not a folder: ${advice ?? 'choose omniglot, glyphs'}`;
    await expect(openDataSet({ name: path })).rejects.toThrow(forData);

    if (bytes.length === 0 || /^a (PNG|JPEG|WebP|BMP) picture/.test(name)) return;
    const forPicture = `it is ${name}, not a PNG, JPEG, WebP or BMP picture`;
    const convert = /picture$/.test(name) ? ': convert it to PNG' : '';
    expect(() => decodePicture(bytes)).toThrow(`${forPicture}${advice ? `: ${advice}` : convert}`);
  });

  it('but safetensors files, and what is not known', () => {
    expect(fileKind(weights)).toBeUndefined();
    // A header as long as those of gzip begin, and of an icon.
    for (const length of [0x088b1f, 0x010000, 0x027d80]) {
      const bytes = Buffer.alloc(600, ' ');
      bytes.writeBigUInt64LE(BigInt(length), 0);
      bytes.write('{', 8);
      expect(fileKind(bytes)).toBeUndefined();
    }
    expect(fileKind(hex('c3285a99 00112233 44'))).toBeUndefined();
    expect(() => parseCheckpoint(hex('c3285a99 00112233 44'), 'IT')).toThrow(
      'IT: this is not a safetensors file (its first bytes are c3 28 5a 99 00 11 22 33)',
    );
  });

  it('and a folder of weights', async () => {
    writeFileSync(join(folder, 'model.safetensors'), weights);
    await expect(resolveCheckpoint(folder)).rejects.toThrow(
      'there is no checkpoint in this folder (files like checkpoint-0004000.safetensors): to use model.safetensors, name the file itself',
    );
  });
});

describe('a saved learner is named for what it is', () => {
  const restore = (saved: unknown) => Learner.restore(saved, untrained());

  it('where its text or bytes are given', async () => {
    const text = JSON.stringify((await Learner.load(untrained())).save());
    expect(fileKind(Buffer.from(text))).toMatchObject({ name: 'a saved learner' });
    await expect(restore(text)).rejects.toThrow(
      'a saved learner is an object, not text: give JSON.parse of it',
    );
    const bytes = Buffer.from(text);
    await expect(restore(bytes)).rejects.toThrow('an object, not bytes: give JSON.parse of it');
    await expect(restore(Uint8Array.from(bytes).buffer)).rejects.toThrow(
      'not bytes: give JSON.parse',
    );
    await expect(Learner.load(bytes)).rejects.toThrow(
      'this is a saved learner, not a safetensors file: Learner.restore(JSON.parse(text)) takes it',
    );
  });

  it('where something else is given', async () => {
    await expect(restore(png(F))).rejects.toThrow(
      'this is a PNG picture, not a saved learner: give what',
    );
    await expect(restore(lfs)).rejects.toThrow('this is a Git LFS pointer');
    await expect(restore(weights)).rejects.toThrow(
      'a saved learner is an object, not bytes: give what learner.save() returned',
    );
  });
});
