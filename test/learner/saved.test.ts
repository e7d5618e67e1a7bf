import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Learner } from '../../dist/learner/learner.js';
import type { SavedLearner } from '../../dist/learner/saved.js';
import { modelPresets } from '../../dist/model/presets.js';
import { letter } from './drawings.ts';
import { networks, taught, userError, weights } from './taught.ts';
import { untrained } from './weights.ts';

describe('save and restore', () => {
  it.each(
    (['relaxed', 'simd', 'reference'] as const).flatMap((engine) =>
      Object.keys(networks).map((form) => [engine, form as keyof typeof networks] as const),
    ),
  )('go on to the bit (%s, %s)', async (engine, form) => {
    const weights = networks[form];
    const learner = await Learner.load(weights, { engine });
    for (const name of ['L', 'T', 'Z']) learner.observe(letter(name), name);
    const saved = JSON.parse(JSON.stringify(learner.save())) as SavedLearner;
    expect(saved.state.embedding).toHaveLength(
      { default: 64, flat: 0, mlp: 5, feedforward: 64, spelling: 64 }[form],
    );
    const again = await Learner.restore(saved, weights, { engine });
    expect(again.save()).toEqual(learner.save());
    for (const one of [learner, again]) one.observe(letter('X'), 'T');
    expect(again.save()).toEqual(learner.save());
    expect(again.predict(letter('Z'))).toEqual(learner.predict(letter('Z')));
    expect(again.inspect()).toEqual(learner.inspect());
  });

  it('restore what has observed nothing', async () => {
    const fresh = await Learner.load(weights);
    const again = await Learner.restore(fresh.save(), weights);
    expect(again.inspect()).toEqual(fresh.inspect());
  });

  // biome-ignore lint/suspicious/noExplicitAny: these are about what is not a saved learner
  const damages: [string, (saved: any) => unknown, RegExp][] = [
    ['nothing', () => null, /not a saved learner/],
    ['a list', () => [], /not a saved learner/],
    ['another format', (s) => ({ ...s, format: 3 }), /format/],
    ['drawings of format 1', (s) => ({ ...s, format: 1 }), /drawings are for format 2/],
    ['no drawings', ({ drawings, ...s }) => s, /drawings are for format 2/],
    ['a drawing less', (s) => ({ ...s, drawings: s.drawings.slice(1) }), /4 drawings of 5 observations/],
    ['a smaller drawing', (s) => ({ ...s, drawings: ['AAAA', ...s.drawings.slice(1)] }), /drawing 0 does not have 400 pixels/],
    ['a drawing that is none', (s) => ({ ...s, drawings: ['?', ...s.drawings.slice(1)] }), /drawings\.0/],
    ['a field more', (s) => ({ ...s, extra: 1 }), /extra/],
    ['a field less', ({ labels, ...s }) => s, /labels/],
    ['other weights', (s) => ({ ...s, weights: 'fnv1a64:0' }), /saved with other weights/],
    ['a label twice, in two spellings', (s) => ({ ...s, labels: ['a', '\u00e9', 'e\u0301'] }), /a label is there twice/],
    ['a label twice', (s) => ({ ...s, labels: ['a', 'b', 'a'] }), /a label is there twice/],
    ['a label too many', (s) => ({ ...s, labels: ['a', 'b', 'c', 'd'] }), /4 labels for a network of 3/],
    ['a label never observed', (s) => ({ ...s, observations: [0, 1] }), /no observation of "letter Z"/],
    ['labels out of order', (s) => ({ ...s, observations: [1, 0, 2] }), /an observation of label 1/],
    ['an observation of no label', (s) => ({ ...s, observations: [0, 1, 2, 3] }), /of label 3/],
    ['a slot that is not there', (s) => ({ ...s, written: 12 }), /written last can't be 12/],
    ['no slot written', (s) => ({ ...s, written: null }), /written last can't be null/],
    ['a short memory', (s) => ({ ...s, state: { ...s.state, memory: s.state.memory.slice(1) } }), /state\.memory has 71 numbers, not 72/],
    ['a short embedding', (s) => ({ ...s, state: { ...s.state, embedding: s.state.embedding.slice(1) } }), /state\.embedding has 63 numbers, not 64/],
    ['no embedding', ({ state: { embedding, ...state }, ...s }) => ({ ...s, state }), /state\.embedding has 0 numbers, not 64/],
    ['NaN after JSON', (s) => ({ ...s, state: { ...s.state, usage: Array(12).fill(null) } }), /state\.usage\.0/],
    ['infinity', (s) => ({ ...s, state: { ...s.state, usage: Array(12).fill(1 / 0) } }), /state\.usage\.0/],
    ['provenance of other sizes', (s) => ({ ...s, provenance: [] }), /provenance has 0 slots, not 12/],
    ['what was never observed', (s) => ({ ...s, provenance: Array(12).fill([[9, 1]]) }), /never made/],
  ]; // biome-ignore format: a table
  it.each(damages)('refuse %s', async (_, damage, message) => {
    const saved = (await taught()).save();
    await expect(Learner.restore(damage(saved), weights)).rejects.toThrow(message);
    await expect(Learner.restore(damage(saved), weights)).rejects.toEqual(userError);
  });

  it('refuse what was saved with other weights', async () => {
    const saved = (await taught()).save();
    await expect(Learner.restore(saved, untrained({}, 2))).rejects.toThrow(/other weights/);
    const wider = untrained({ gamma: 0.9 });
    await expect(Learner.restore(saved, wider)).rejects.toThrow(/other weights/);
  });

  it('tell networks apart by every field of them', async () => {
    const forms = [
      {},
      { lookup: 'before-write' },
      { start: 'first-head' },
      { gamma: 0.5 },
    ] as const;
    const digests = forms.map(async (form) => (await Learner.load(untrained(form))).digest);
    expect(new Set(await Promise.all(digests)).size).toBe(forms.length);
  });

  it('of version 0.1 go on', async () => {
    const small = { numClasses: 3, lstmSize: 16, memorySize: 12, memoryDim: 6, nbReads: 2 };
    const flat = untrained({ ...modelPresets.flat, ...small });
    const learner = await taught(flat);
    // as it was then
    expect(learner.digest).toBe('fnv1a64:b69b6555ab0a002c');
    const { drawings, ...now } = learner.save();
    expect(drawings).toHaveLength(5);
    const { embedding, ...state } = now.state;
    expect(embedding).toEqual([]);
    const saved = JSON.parse(JSON.stringify({ ...now, format: 1, state }));
    const again = await Learner.restore(saved, flat);
    expect(again.save()).toEqual({ ...now, format: 1 });
    expect(() => again.forget('letter L')).toThrow(/without its drawings/);
    expect(() => again.relabel(0, 'letter T')).toThrow(/without its drawings/);
    expect(again.predict(letter('Z'))).toEqual(learner.predict(letter('Z')));
  });

  it('any order of observations can be saved and restored', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('L', 'T', 'Z'), { maxLength: 20 }),
        async (names) => {
          const learner = await Learner.load(weights, { engine: 'simd' });
          for (const name of names) learner.observe(letter(name), name);
          const again = await Learner.restore(learner.save(), weights, { engine: 'simd' });
          expect(again.observations).toEqual(names);
          expect(again.save()).toEqual(learner.save());
        },
      ),
      { numRuns: 10, seed: 2 },
    ));
});
