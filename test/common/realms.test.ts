import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { messageOf } from '../../dist/common/errors.js';
import { bytesIn, tagOf } from '../../dist/common/tag.js';
import { createEngine } from '../../dist/engine/create.js';
import { Learner } from '../../dist/learner/learner.js';
import { modelConfig } from '../../dist/model/config.js';
import { serialiseCheckpoint } from '../../dist/runs/checkpoint.js';
import type { Checkpoint } from '../../dist/training/state.js';
import { letter } from '../learner/drawings.ts';
import { untrained } from '../learner/weights.ts';

/** Another realm, with classes of its own, as an iframe or a test runner's window has. */
const realm = createContext({});
const there = (code: string) => runInContext(code, realm);
/** What a class of the other realm makes of arguments of this one. */
const make = (name: string, ...args: unknown[]) =>
  there(`(...args) => new ${name}(...args)`)(...args);

const checkpoint = untrained();
const bytes = serialiseCheckpoint(checkpoint);

it('values of another realm are of no class of this one, but have its tags', () => {
  const foreign = make('Uint8Array', [1, 2, 3]);
  expect(foreign instanceof Uint8Array).toBe(false);
  expect(tagOf(foreign)).toBe('Uint8Array');
  expect([...bytesIn(foreign)!]).toEqual([1, 2, 3]);
  expect([...bytesIn(foreign.buffer)!]).toEqual([1, 2, 3]);
  expect([...bytesIn(make('DataView', foreign.buffer, 1))!]).toEqual([2, 3]);
  expect(bytesIn([1, 2, 3])).toBeUndefined();
});

it('an error of another realm gives its message alone', () => {
  expect(messageOf(make('TypeError', 'no such thing'))).toBe('no such thing');
  expect(messageOf('a text')).toBe('a text');
  expect(messageOf(null)).toBe('null');
});

describe('a learner takes weights of another realm', () => {
  const foreign = make('Uint8Array', [...bytes]);
  // URL is no class of the language: each host has one, with this tag
  const url = there(`class URL {
    get [Symbol.toStringTag]() { return 'URL'; }
    constructor(href) { this.href = href; }
    toString() { return this.href; }
  }; URL`);
  const parameters = make(
    'Map',
    [...checkpoint.parameters].map(([name, { shape, data }]) => [
      name,
      { shape, data: make('Float32Array', [...data]) },
    ]),
  );
  it.each<[string, unknown]>([
    ['bytes', foreign],
    ['a buffer', foreign.buffer],
    [
      'a URL',
      new url(`data:application/octet-stream;base64,${Buffer.from(bytes).toString('base64')}`),
    ],
    ['a checkpoint', { ...checkpoint, parameters }],
  ])('as %s', async (_, weights) => {
    const learner = await Learner.load(weights as Checkpoint);
    expect(learner.digest).toBe((await Learner.load(checkpoint)).digest);
  });
});

describe('a learner takes drawings of another realm', async () => {
  const learner = await Learner.load(checkpoint);
  const { width, height, data } = letter('L');
  const seen = learner.prepare(letter('L')).ink;
  const floats = Array.from(data, (byte) => byte / 255);

  it.each([
    ['Uint8Array', [...data]],
    ['Uint8ClampedArray', [...data]],
    ['Uint16Array', Array.from(data, (byte) => byte * 257)],
    ['Float32Array', floats],
    ['Float64Array', floats],
  ])('as %s', (name, numbers) => {
    const drawing = { width, height, data: make(name, numbers) };
    expect(learner.prepare(drawing).ink).toEqual(seen);
  });

  it('as a Buffer', () => {
    expect(learner.prepare({ width, height, data: Buffer.from(data) }).ink).toEqual(seen);
  });

  it('as a canvas', () => {
    const pixels = { width, height, data: make('Uint8ClampedArray', [...data]) };
    const canvas = there('(pixels) => ({ getContext: () => ({ getImageData: () => pixels }) })')(
      pixels,
    );
    expect(learner.prepare(Object.assign(canvas, { width, height })).ink).toEqual(seen);
  });

  it('as a drawing that another copy of the library has prepared', () => {
    const ink = make('Float32Array', [...seen]);
    const drawing = there('(ink) => ({ width: 20, height: 20, ink })')(ink);
    expect(learner.prepare(drawing)).toBe(drawing);
  });

  it('and still refuses what is no drawing in any realm', () => {
    const drawing = { width: 2, height: 2, data: make('Int32Array', 4) };
    expect(() => learner.prepare(drawing)).toThrow(/must be a Uint8Array, .* or Float64Array/);
  });
});

it('a saved learner comes back from the JSON of another realm', async () => {
  const learner = await Learner.load(checkpoint);
  learner.observe(letter('T'), 'T');
  const saved = there('JSON').parse(JSON.stringify(learner.save()));
  const restored = await Learner.restore(saved, checkpoint);
  expect(restored.save()).toEqual(learner.save());
});

it('weights of another realm are written as what they are', () => {
  const parameters = new Map(
    [...checkpoint.parameters].map(([name, { shape, data }]) => [
      name,
      { shape, data: make('Float32Array', [...data]) },
    ]),
  );
  expect(serialiseCheckpoint({ ...checkpoint, parameters })).toEqual(bytes);
});

it.each(['simd', 'reference'] as const)(
  'the engine %s takes batches of another realm',
  async (kind) => {
    const config = modelConfig(
      there('({ numClasses: 3, lstmSize: 16, memorySize: 12, memoryDim: 6 })'),
    );
    const engine = await createEngine(config, { kind, threads: 0 });
    const inputs = Float32Array.from({ length: 2 * 3 * 403 }, (_, i) => (i % 5) / 5);
    const labels = [0, 1, 2, 1, 1, 0];
    const batch = { batch: 2, length: 3, inputs, targets: Uint8Array.from(labels) };
    const foreign = {
      ...batch,
      inputs: make('Float32Array', [...inputs]),
      targets: make('Uint8Array', labels),
    };
    expect(await engine.forward(foreign)).toEqual(await engine.forward(batch));
  },
);

it('nothing else is told by instanceof that may come from elsewhere', () => {
  // What is made and caught within one copy of the library, the command line, a process of its own, and in the page what its
  // own document made.
  const own =
    /instanceof (UserError|Markup|CommanderError)\b|^src\/cli\/|^web\/src\/.*instanceof (HTML\w*Element|RadioNodeList|DOMException|RangeError)\b/;
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const lines = ['src', 'web/src'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) =>
        readFileSync(join(root, folder, file), 'utf8')
          .split('\n')
          .filter((line) => /\binstanceof [A-Z]/.test(line))
          .map((line) => `${folder}/${file}: ${line.trim()}`),
      ),
  );
  expect(lines.filter((line) => !own.test(line))).toEqual([]);
});
