import { describe, expect, it } from 'vitest';
import { createEngine } from '../../dist/engine/create.js';
import { Learner } from '../../dist/learner/learner.js';
import { outputsOf } from '../../dist/learner/outputs.js';
import { shapesOf } from '../../dist/model/shapes.js';
import { letter } from './drawings.ts';
import { networks, taught, userError, weights } from './taught.ts';
import { untrained } from './weights.ts';

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

  it.each([
    // five observations, all three labels: without a prior for that
    ['has an output for each class', {}, Math.log(5 / 0.5)],
    ['spells labels', { output: 'strings' }, 1.8 * Math.log(15) + 0.8 * Math.log(8) - 9],
  ] as const)(
    'knows what is new by the familiarity that a network learned which %s',
    async (_, form, even) => {
      const familiar = untrained({ ...form, familiarity: 'learned' });
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
      const input = new Float32Array(shapesOf(familiar.config).X);
      input.set(learner.prepare(letter('X')).ink.map((x) => Math.round(255 * x) / 255));
      for (const place of outputsOf(familiar.config).feedback(1)) input[400 + place] = 1; // of the last observation, a T
      const [logit] = engine.step(input, state).familiarity;
      const { familiarity, known } = learner.predict(letter('X'));
      expect(familiarity).toBeCloseTo(1 / (1 + Math.exp(even - logit!)), 12);
      expect(known).toBe(familiarity >= 0.4);
    },
  );

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
    learner.observe([]); // nothing
    expect(learner.inspect().last).toBe('prediction');
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
