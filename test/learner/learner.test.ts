import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../dist/common/random.js';
import { glyphs } from '../../dist/data/glyphs.js';
import { createEngine } from '../../dist/engine/create.js';
import { Learner } from '../../dist/learner/learner.js';
import { outputsOf } from '../../dist/learner/outputs.js';
import type { SavedLearner } from '../../dist/learner/saved.js';
import { modelPresets } from '../../dist/model/presets.js';
import { shapesOf } from '../../dist/model/shapes.js';
import { serialiseCheckpoint } from '../../dist/runs/checkpoint.js';
import { letter } from './drawings.ts';
import { hasShipped, shipped, untrained } from './weights.ts';

const { memorySize, memoryDim, nbReads, ...flatOptions } = modelPresets.flat;
const weights = untrained();
const networks = {
  default: weights,
  mlp: untrained({ encoder: 'mlp', encoderWidths: [9], embeddingSize: 5 }),
  flat: untrained(flatOptions),
  feedforward: untrained({ controller: 'feedforward', lookup: 'before-write' }),
  spelling: untrained({ output: 'strings', numClasses: 5, labelLength: 5 }),
};
const userError = expect.objectContaining({ name: 'UserError' });

/** A learner that has seen five drawings of three classes. */
async function taught(checkpoint = weights) {
  const learner = await Learner.load(checkpoint);
  for (const name of ['L', 'T', 'L', 'Z', 'T']) learner.observe(letter(name), `letter ${name}`);
  return learner;
}

describe('observe and predict', () => {
  it.each(Object.entries(networks))(
    'agree with the engine, given each label a step late: %s',
    async (_, weights) => {
      const engine = await createEngine(weights.config, {
        parameters: weights.parameters,
        threads: 0,
      });
      const learner = await taught(weights);
      const outputs = outputsOf(weights.config);
      let state = engine.zeroState(1);
      let pending = -1;
      const step = (name: string) => {
        const input = new Float32Array(shapesOf(weights.config).X);
        input.set(learner.prepare(letter(name)).ink.map((x) => Math.round(255 * x) / 255));
        if (pending >= 0) for (const place of outputs.feedback(pending)) input[400 + place] = 1;
        return engine.step(input, state);
      };
      for (const [name, position] of [
        ['L', 0],
        ['T', 1],
        ['L', 0],
        ['Z', 2],
        ['T', 1],
      ] as const) {
        // biome-ignore format: a row
        state = step(name).state;
        pending = position;
      }
      const powers = [...outputs.logProbabilities(step('X').logits, 3)].map(Math.exp);
      const sum = powers.reduce((a, b) => a + b);
      const { confidences } = learner.predict(letter('X'));
      for (const [i, label] of ['letter L', 'letter T', 'letter Z'].entries()) {
        const found = confidences.find((c) => c.label === label)!;
        expect(found.confidence).toBeCloseTo(powers[i]! / sum, 12);
      }
      expect(learner.inspect().memory).toEqual(state.memory);
    },
  );

  it('predicting changes nothing, to the bit', async () => {
    const learner = await taught();
    const before = JSON.stringify(learner.save());
    const first = learner.predict(letter('X'));
    learner.predict(letter('V'));
    expect(learner.predict(letter('X'))).toEqual(first);
    expect(JSON.stringify(learner.save())).toBe(before);
  });

  it('confidences are of the labels observed, sorted, and sum to 1', async () => {
    const learner = await Learner.load(weights);
    learner.observe(letter('L'), 'a');
    expect(learner.predict(letter('L'))).toMatchObject({ label: 'a', confidence: 1 });
    learner.observe(letter('T'), 'b');
    const { label, confidence, confidences, familiarity } = learner.predict(letter('T'));
    expect(confidences).toHaveLength(2);
    expect(confidences[0]).toEqual({ label, confidence });
    expect(confidences[0]!.confidence + confidences[1]!.confidence).toBeCloseTo(1, 12);
    expect(confidences[0]!.confidence).toBeGreaterThanOrEqual(confidences[1]!.confidence);
    expect(familiarity).toBeGreaterThan(0);
    expect(familiarity).toBeLessThan(1); // one position is free
  });

  it('takes any string for a label', async () => {
    const learner = await Learner.load(weights);
    for (const label of ['__proto__', '', 'constructor']) {
      learner.observe(letter('L'), label);
      learner.observe(letter('T'), label);
    }
    expect(learner.labels).toEqual(['__proto__', '', 'constructor']);
    const { confidences } = learner.predict(letter('L'));
    expect(confidences.map(({ label }) => label).sort()).toEqual(['', '__proto__', 'constructor']);
    const again = await Learner.restore(JSON.parse(JSON.stringify(learner.save())), weights);
    expect(again.labels).toEqual(learner.labels);
  });

  it('takes labels that differ only in their Unicode normalisation for one, as it was spelt first', async () => {
    const learner = await Learner.load(weights);
    for (const label of ['cafe\u0301', 'b', 'caf\u00e9', 'c']) learner.observe(letter('L'), label);
    expect(learner.labels).toEqual(['cafe\u0301', 'b', 'c']);
    expect(learner.observations).toEqual(['cafe\u0301', 'b', 'cafe\u0301', 'c']);
    const again = await Learner.restore(JSON.parse(JSON.stringify(learner.save())), weights);
    again.observe(letter('L'), 'caf\u00e9');
    expect(again.labels).toEqual(['cafe\u0301', 'b', 'c']);
  });

  it('refuses one label too many, other labels than strings, and to predict from nothing', async () => {
    const learner = await taught();
    const before = JSON.stringify(learner.save());
    expect(() => learner.observe(letter('X'), 'one more')).toThrow(
      /3 classes apart, and "one more"/,
    );
    expect(() => learner.observe(letter('X'), 'one more')).toThrow(userError);
    expect(() => learner.observe(letter('X'), 7 as never)).toThrow(/a label is a string/);
    const empty = { width: 9, height: 9, data: new Uint8Array(81) };
    expect(() => learner.observe(empty, 'letter L')).toThrow(/empty/);
    expect(JSON.stringify(learner.save())).toBe(before);
    learner.forget();
    expect(() => learner.predict(letter('L'))).toThrow(/observe a drawing first/);
  });

  it('many examples at once, or none of them', async () => {
    const [one, many] = [await taught(), await Learner.load(weights)];
    many.observe(
      ['L', 'T', 'L', 'Z', 'T'].map((name) => ({ drawing: letter(name), label: `letter ${name}` })),
    );
    expect(many.save()).toEqual(one.save());
    expect(many.inspect()).toEqual(one.inspect());
    const examples = [
      { drawing: letter('X'), label: 'letter L' },
      { drawing: letter('X'), label: 'one more' },
    ];
    expect(() => many.observe(examples)).toThrow(/3 classes apart/);
    expect(() => many.observe([letter('X')] as never)).toThrow(/\{ drawing, label \}/);
    expect(() => many.observe([letter('X')] as never)).toThrow(userError);
    many.observe([]);
    expect(many.save()).toEqual(one.save());
  });

  it('as many as there are, in slots that were used least', async () => {
    const learner = await Learner.load(weights);
    const names = Array.from({ length: 250 }, (_, i) => 'LTZ'[i % 3]!);
    learner.observe(names.map((name) => ({ drawing: letter(name), label: name })));
    expect(learner.observations).toEqual(names);
    expect(learner.predict(letter('L')).confidences).toHaveLength(3);
    const again = await Learner.restore(JSON.parse(JSON.stringify(learner.save())), weights);
    expect(again.save()).toEqual(learner.save());
  });

  it('forgets a class or an observation as if it had never been there', async () => {
    const learnerOf = async (names: string) => {
      const learner = await Learner.load(weights);
      for (const name of names) learner.observe(letter(name), `letter ${name}`);
      return learner;
    };
    const learner = await learnerOf('LTLZT');
    learner.forget('letter L');
    expect(learner.save()).toEqual((await learnerOf('TZT')).save());
    expect(learner.inspect()).toEqual((await learnerOf('TZT')).inspect());
    learner.forget(2);
    expect(learner.save()).toEqual((await learnerOf('TZ')).save());
    for (const [what, message] of [
      ['letter L', /nothing was observed of "letter L": the labels are \["letter T","letter Z"\]/],
      [2, /no observation 2: there are 2/],
      [-1, /no observation -1/],
      [0.5, /no observation 0.5/],
      [true as never, /no observation true/],
    ] as const) {
      expect(() => learner.forget(what)).toThrow(message);
      expect(() => learner.forget(what)).toThrow(userError);
    }
    expect(learner.save()).toEqual((await learnerOf('TZ')).save());
    learner.forget('letter T');
    learner.forget('letter Z');
    expect(learner.save()).toEqual((await Learner.load(weights)).save());
  });

  it('replaces a wrong label as if it had been right from the start', async () => {
    const learner = await taught();
    learner.relabel(0, 'letter Z');
    const right = await Learner.load(weights);
    for (const [name, label] of [
      ['L', 'letter Z'],
      ['T', 'letter T'],
      ['L', 'letter L'],
      ['Z', 'letter Z'],
      ['T', 'letter T'],
    ] as const)
      right.observe(letter(name), label);
    expect(learner.save()).toEqual(right.save());
    expect(learner.labels).toEqual(['letter Z', 'letter T', 'letter L']);
    expect(() => learner.relabel(9, 'letter Z')).toThrow(/no observation 9/);
    expect(() => learner.relabel(0, 7 as never)).toThrow(/a label is a string/);
    expect(() => learner.relabel(0, 'a fourth')).toThrow(/3 classes apart/);
    expect(learner.save()).toEqual(right.save());
    learner.relabel(2, 'a third'); // the only one of its class makes room
    expect(learner.labels).toEqual(['letter Z', 'letter T', 'a third']);
  });

  it('knows what is new by the familiarity that the network learned', async () => {
    const familiar = untrained({ familiarity: 'learned' });
    const engine = await createEngine(familiar.config, {
      parameters: familiar.parameters,
      threads: 0,
    });
    const learner = await taught(familiar);
    const saved = learner.save().state;
    const state = { ...engine.zeroState(1) };
    for (const name of Object.keys(state) as (keyof typeof state)[]) {
      state[name] = Float32Array.from(saved[name]);
    }
    const input = new Float32Array(403);
    input.set(learner.prepare(letter('X')).ink.map((x) => Math.round(255 * x) / 255));
    input[400 + 1] = 1; // of the last observation, a T
    const [logit] = engine.step(input, state).familiarity;
    const { familiarity, known } = learner.predict(letter('X'));
    // five observations, all three labels: without a prior for that
    expect(familiarity).toBeCloseTo(1 / (1 + (5 / 0.5) * Math.exp(-logit!)), 12);
    expect(known).toBe(familiarity >= 0.4);
  });

  it('forgets everything', async () => {
    const learner = await taught();
    learner.forget();
    const fresh = await Learner.load(weights);
    expect(learner.save()).toEqual(fresh.save());
    expect(learner.inspect()).toEqual(fresh.inspect());
    learner.observe(letter('Z'), 'another');
    fresh.observe(letter('Z'), 'another');
    expect(learner.save()).toEqual(fresh.save());
  });
});

describe('inspect', () => {
  it('shows the memory, and gives copies', async () => {
    const learner = await taught();
    const { memory, usage, readWeights, writeWeights, writers, ...rest } = learner.inspect();
    expect([memory.length, usage.length, readWeights.length, writeWeights.length]).toEqual([
      72, 12, 24, 24,
    ]);
    expect(writers).toHaveLength(12);
    expect(rest.last).toBe('observation');
    memory.fill(7);
    expect(learner.inspect().memory).not.toEqual(memory);
  });

  it('knows which slot is written next', async () => {
    const learner = await Learner.load(weights);
    expect(learner.inspect()).toMatchObject({ last: 'nothing', written: undefined, recalled: [] });
    for (const name of ['L', 'T', 'Z', 'L', 'Z']) {
      const { leastUsed } = learner.inspect();
      learner.observe(letter(name), name);
      const { written, writeWeights } = learner.inspect();
      expect(written).toBe(leastUsed);
      expect(writeWeights[written!]).toBeGreaterThan(0);
    }
  });

  it('shows the weights of a prediction, and the memory of the last observation', async () => {
    const learner = await taught();
    const before = learner.inspect();
    learner.predict(letter('X'));
    const after = learner.inspect();
    expect(after.last).toBe('prediction');
    expect(after.memory).toEqual(before.memory);
    expect(after.written).toBe(before.written);
    expect(after.readWeights).not.toEqual(before.readWeights);
  });

  it('traces what was read to observations: by write weights since a slot was erased', async () => {
    const learner = await Learner.load(weights);
    const N = 12;
    const owed: Map<number, number>[] = Array.from({ length: N }, () => new Map());
    for (const [k, name] of ['L', 'T', 'Z', 'Z', 'L', 'T', 'L', 'L', 'Z'].entries()) {
      learner.observe(letter(name), name);
      const { written, writeWeights, readWeights, recalled } = learner.inspect();
      owed[written!]!.clear();
      const shares = new Map<number, number>();
      for (let i = 0; i < N; i++) {
        const w = writeWeights[i]! + writeWeights[N + i]!;
        if (k > 0 && w >= 1e-3) owed[i]!.set(k - 1, (owed[i]!.get(k - 1) ?? 0) + w);
        for (const [o, part] of owed[i]!) {
          const read = readWeights[i]! + readWeights[N + i]!;
          shares.set(o, (shares.get(o) ?? 0) + read * part);
        }
      }
      expect(recalled.map(({ observation }) => observation).sort()).toEqual(
        [...shares.keys()].sort(),
      );
      const sum = [...shares.values()].reduce((a, b) => a + b, 0);
      for (const { observation, share, label } of recalled) {
        expect(share).toBeCloseTo(shares.get(observation)! / sum, 12);
        expect(label).toBe(learner.observations[observation]);
      }
      expect(recalled.reduce((all, { share }) => all + share, 0)).toBeCloseTo(+(k > 0), 9);
    }
  });
});

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
});

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

describe('usage', () => {
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
