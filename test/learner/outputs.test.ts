import { describe, expect, it } from 'vitest';
import { Random } from '../../dist/common/random.js';
import { outputsOf } from '../../dist/learner/outputs.js';
import { modelConfig } from '../../dist/model/config.js';
import { shapesOf } from '../../dist/model/shapes.js';

const strings = (alphabet: number, characters: number) =>
  modelConfig({ output: 'strings', numClasses: alphabet, labelLength: characters });

/** The letters of a label. */
const lettersOf = (alphabet: number, characters: number) => {
  const outputs = outputsOf(strings(alphabet, characters));
  return (label: number) => outputs.feedback(label).map((place) => place % alphabet);
};

describe('a network with an output for each class', () => {
  const outputs = outputsOf(modelConfig({ numClasses: 4 }));

  it('has as many labels as outputs', () => {
    expect(outputs.capacity).toBe(4);
    expect([0, 1, 2, 3].map(outputs.feedback)).toEqual([[0], [1], [2], [3]]);
  });

  it('says a label as its output says', () => {
    const logits = Float32Array.from([0, 2, 1, -1000]);
    const all = Math.log(1 + Math.exp(2) + Math.exp(1));
    const logs = outputs.logProbabilities(logits, 4);
    for (const [i, logit] of logits.entries()) expect(logs[i]).toBeCloseTo(logit - all, 10);
    expect(outputs.logProbabilities(logits, 2)).toEqual(logs.subarray(0, 2));
  });
});

describe('a network that spells labels', () => {
  const config = strings(5, 5);
  const outputs = outputsOf(config);
  const letters = lettersOf(5, 5);

  it('has as many labels as there are strings, each another one', () => {
    expect(outputs.capacity).toBe(3125);
    const all = Array.from({ length: 3125 }, (_, label) => letters(label).join(''));
    expect(new Set(all).size).toBe(3125);
  });

  it('is given a letter in each place', () => {
    for (const label of [0, 1, 77, 3124]) {
      const places = outputs.feedback(label);
      expect(places.map((place) => Math.floor(place / 5))).toEqual([0, 1, 2, 3, 4]);
    }
  });

  it.each([
    [5, 5],
    [25, 4],
    [125, 3],
    [625, 2],
  ])('the first %i labels differ in %i letters or more', (count, least) => {
    const spelt = Array.from({ length: count }, (_, label) => letters(label));
    let nearest = 5;
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < i; j++) {
        const differ = spelt[i]!.filter((letter, g) => letter !== spelt[j]![g]).length;
        nearest = Math.min(nearest, differ);
      }
    }
    expect(nearest).toBe(least);
  });

  it('a label is as likely as its letters together, and all labels make one', () => {
    const random = new Random(1, 'logits');
    const logits = Float32Array.from({ length: shapesOf(config).A }, () => 3 * random.normal());
    const logs = outputs.logProbabilities(logits, 3125);
    expect(logs.reduce((sum, log) => sum + Math.exp(log), 0)).toBeCloseTo(1, 10);
    const place = (g: number, letter: number) => {
      const own = logits.subarray(5 * g, 5 * g + 5);
      return Math.exp(own[letter]!) / own.reduce((sum, x) => sum + Math.exp(x), 0);
    };
    for (const label of [0, 6, 1234]) {
      const product = letters(label).reduce((p, letter, g) => p * place(g, letter), 1);
      expect(Math.exp(logs[label]!)).toBeCloseTo(product, 6);
    }
  });

  it('that is sure of a string is sure of its label, and of nothing where it is not', () => {
    const sure = new Float32Array(25);
    for (const at of outputs.feedback(42)) sure[at] = 1000;
    const logs = outputs.logProbabilities(sure, 60);
    expect(logs[42]).toBe(0);
    expect(Math.max(...logs.filter((_, label) => label !== 42))).toBeLessThan(-2000);
    expect(outputs.logProbabilities(new Float32Array(25), 1)[0]).toBeCloseTo(-Math.log(3125), 10);
  });
});

describe('where a drawing is as likely known as new', () => {
  it('depends on the classes of its training, in a network with an output for each class', () => {
    const outputs = outputsOf(modelConfig({ numClasses: 20, familiarity: 'learned' }), 4);
    // five of 24 classes are known
    expect(outputs.evenLogit(5, 30)).toBeCloseTo(Math.log(30 / 19), 12);
    expect(outputs.evenLogit(20, 20)).toBeCloseTo(Math.log(20 / 4), 12);
  });

  it('rises with observations and labels in one that spells them, also beyond what it was trained on', () => {
    const { evenLogit } = outputsOf(strings(5, 5));
    const rising = [evenLogit(1, 1), evenLogit(5, 5), evenLogit(5, 25), evenLogit(100, 100)];
    expect([...rising].sort((a, b) => a - b)).toEqual(rising);
    expect(evenLogit(3125, 100_000)).toBeLessThan(50);
  });
});

describe.each([
  [4, 3, 'of an alphabet that is no prime'],
  [3, 4, 'longer than their alphabet'],
])('labels of %i letters, %i of them,', (alphabet, characters) => {
  it('are still all different', () => {
    const letters = lettersOf(alphabet, characters);
    const { capacity } = outputsOf(strings(alphabet, characters));
    const all = Array.from({ length: capacity }, (_, label) => letters(label).join(''));
    expect(capacity).toBe(alphabet ** characters);
    expect(new Set(all).size).toBe(capacity);
  });
});
