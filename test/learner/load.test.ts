import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Random } from '../../dist/common/random.js';
import { glyphs } from '../../dist/data/glyphs.js';
import { Learner } from '../../dist/learner/learner.js';
import { serialiseCheckpoint } from '../../dist/runs/checkpoint.js';
import { userError, weights } from './taught.ts';
import { hasShipped, shipped, untrained } from './weights.ts';

/** A parsed checkpoint, which no file was checked for. */
function withNaN() {
  const parameters = new Map(weights.parameters);
  const { shape, data } = parameters.get('out.bias')!;
  return {
    ...weights,
    parameters: parameters.set('out.bias', { shape, data: data.map(() => NaN) }),
  };
}

describe('load', () => {
  it('takes bytes, an ArrayBuffer, a URL or a checkpoint alike', async () => {
    const bytes = serialiseCheckpoint(weights);
    const url = `data:application/octet-stream;base64,${Buffer.from(bytes).toString('base64')}`;
    const buffer = new Uint8Array(bytes).buffer;
    const all = await Promise.all(
      [bytes, buffer, url, new URL(url), weights].map((w) => Learner.load(w)),
    );
    expect(new Set(all.map(({ digest }) => digest)).size).toBe(1);
  });

  it.each<[string, unknown, RegExp]>([
    ['a missing file', 'nowhere.safetensors', /cannot read nowhere\.safetensors/],
    ['bytes that are none', new Uint8Array(4), /too short for a safetensors file/],
    ['something else', { weights: 1 }, /weights are the path or URL/],
    [
      'weights that are no numbers',
      withNaN(),
      /^weights: tensor out\.bias holds NaN \(at index 0\)/,
    ],
    ['a baseline', untrained({ model: 'lstm' }), /LSTM baseline/],
    ['an NTM', untrained({ memory: 'ntm' }), /memory lrua.*this is an NTM/],
    [
      'a server that is not there',
      'http://127.0.0.1:9/w',
      /cannot fetch http:\/\/127\.0\.0\.1:9\/w/,
    ],
  ])('refuses %s', async (_, given, message) => {
    await expect(Learner.load(given as string)).rejects.toThrow(message);
    await expect(Learner.load(given as string)).rejects.toEqual(userError);
  });
});

it.skipIf(hasShipped)('says so where the package lacks its weights', async () => {
  await expect(Learner.load()).rejects.toThrow(/that come along are not there .*of your own/);
});

/** Classes of two glyphs each, and a drawing by its number. */
function glyphDrawings(count: number) {
  const { classes, atlas, side } = glyphs({ classes: count, drawings: 2, seed: 9 });
  const size = side ** 2;
  const drawing = (i: number) => ({
    ...{ width: side, height: side },
    data: atlas.subarray(i * size, (i + 1) * size),
  });
  return { classes, drawing };
}

describe.skipIf(!hasShipped)('the weights that come along', () => {
  it('learn glyphs from one drawing each, clearly better than chance, and read what was written for them', async () => {
    const learner = await Learner.load();
    expect(learner.digest).toBe((await Learner.load(readFileSync(shipped))).digest);
    const { classes, drawing } = glyphDrawings(60);
    const random = new Random(1, 'test');
    let right = 0;
    let [read, of] = [0, 0];
    for (let episode = 0; episode < 40; episode++) {
      learner.forget();
      const chosen = random.sample(60, 5).map((k) => classes[k]!);
      for (const { name, first } of chosen) learner.observe(drawing(first), name);
      for (const { name, first } of chosen) {
        if (learner.predict(drawing(first + 1)).label !== name) continue;
        right++;
        if (name === chosen[4]!.name) continue; // its label has not come yet, so nothing is written for it
        of++;
        if (learner.inspect().recalled[0]!.label === name) read++;
      }
    }
    expect(right / 200).toBeGreaterThan(0.4); // chance: 0.2
    expect(read / of).toBeGreaterThan(0.8); // chance: 0.25
  });
});

describe.skipIf(!hasShipped)('the weights that spell labels', () => {
  it('are loaded by name, and name fifty glyphs from one drawing each', async () => {
    const learner = await Learner.load('mann-omniglot-strings');
    expect(learner.capacity).toBe(3125);
    const { classes, drawing } = glyphDrawings(51);
    const [stranger, ...shown] = classes;
    learner.observe(shown.map(({ name, first }) => ({ drawing: drawing(first), label: name })));
    const right = shown.filter(
      ({ name, first }) => learner.predict(drawing(first + 1)).label === name,
    );
    expect(right.length).toBeGreaterThan(40); // chance: 1
    const known = shown.filter(({ first }) => learner.predict(drawing(first + 1)).known);
    expect(known.length).toBeGreaterThan(35);
    expect(learner.predict(drawing(stranger!.first)).familiarity).toBeLessThan(0.9);
    const again = await Learner.restore(learner.save(), 'mann-omniglot-strings');
    expect(again.predict(drawing(1))).toEqual(learner.predict(drawing(1)));
  });

  it('a name that is none of theirs is a path', async () => {
    const name = 'mann-omniglot-nothing';
    await expect(Learner.load(name)).rejects.toThrow(`cannot read ${name}`);
  });
});
