import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  autoCurriculum,
  checkRecipe,
  learningRateAt,
  makeRecipe,
  resumedRecipe,
  stageAt,
} from '../../dist/training/recipe.js';

describe('the default recipe', () => {
  it('is that of the measurements', () => {
    expect(makeRecipe()).toMatchObject({
      batchSize: 16,
      iterations: 30_000,
      numClasses: 5,
      numSamples: 50,
      learningRate: 1e-3,
      schedule: 'cosine',
      augment: true,
      curriculum: [
        { batches: 300, classes: 2, length: 10 },
        { batches: 300, classes: 3, length: 16 },
        { batches: 900, classes: 5, length: 25 },
      ],
    });
  });

  it('has the same episodes whatever the batch', () => {
    const { iterations, curriculum } = makeRecipe({ batchSize: 8 });
    expect(iterations).toBe(60_000);
    expect(curriculum.map((stage) => stage.batches)).toEqual([600, 600, 1800]);
  });

  it('keeps its curriculum in 4,000 batches and shortens it in fewer', () => {
    const batches = (iterations: number) =>
      makeRecipe({ iterations }).curriculum.map((stage) => stage.batches);
    expect(batches(4000)).toEqual([300, 300, 900]);
    expect(batches(800)).toEqual([80, 80, 240]);
    expect(batches(1)).toEqual([]);
  });

  it('adapts to fewer and more classes and steps', () => {
    const stages = (numClasses: number, numSamples: number) =>
      makeRecipe({ numClasses, numSamples }).curriculum.map((s) => `${s.classes}x${s.length}`);
    expect(stages(1, 50)).toEqual([]);
    expect(stages(2, 50)).toEqual(['2x10', '2x16', '2x25']);
    expect(stages(3, 50)).toEqual(['2x10', '3x16', '3x25']);
    expect(stages(5, 10)).toEqual(['2x4', '3x6']);
    expect(stages(5, 3)).toEqual(['2x2', '3x3']);
    expect(stages(2, 10)).toEqual([]);
    expect(stages(15, 100)).toEqual(['2x10', '3x16', '5x25', '10x50']);
  });

  it('is always one that can be trained', () => {
    const size = (max: number) => fc.integer({ min: 1, max });
    fc.assert(
      fc.property(size(100), size(200), size(64), size(50_000), (C, T, B, iterations) => {
        const stages = autoCurriculum({ numClasses: C, numSamples: T, batchSize: B, iterations });
        const total = stages.reduce((sum, stage) => sum + stage.batches, 0);
        expect(total).toBeLessThanOrEqual((5 / 8) * iterations);
        for (const { batches, classes, length } of stages) {
          expect(batches).toBeGreaterThan(0);
          expect(classes).toBeLessThanOrEqual(C);
          expect(length).toBeLessThanOrEqual(T);
          expect(Math.ceil(length / classes)).toBeLessThanOrEqual(Math.ceil(T / C));
          expect(classes < C || length < T).toBe(true);
        }
      }),
    );
  });
});

describe('presets and options', () => {
  it('the seed has no curriculum and a constant rate', () => {
    expect(makeRecipe({ preset: 'seed' })).toMatchObject({
      batchSize: 16,
      iterations: 100_000,
      learningRate: 1e-3,
      schedule: 'constant',
      curriculum: [],
    });
    expect(makeRecipe({ preset: 'seed', iterations: 7 }).iterations).toBe(7);
    expect(makeRecipe({ preset: 'paper' }).curriculum).toEqual([]);
  });

  it('undefined is not given', () => {
    const options = { batchSize: undefined, iterations: undefined } as object;
    expect(makeRecipe(options)).toEqual(makeRecipe());
  });

  const bad: [object, RegExp][] = [
    [{ batchSize: 0 }, /recipe: batchSize must be at least 1/],
    [{ numSamples: 2.5 }, /numSamples must be a whole number/],
    [{ iterations: 'many' }, /iterations must be a number/],
    [{ learningRate: 0 }, /learningRate must be greater than 0/],
    [{ learningRate: Number.NaN }, /learningRate must be a number/],
    [{ schedule: 'step' }, /schedule must be cosine or constant/],
    [{ curriculum: 'hard' }, /curriculum must be auto, none or a list/],
    [{ curriculum: [{ batches: 1, classes: 6, length: 5 }] }, /stage of 6 classes, but numClasses/],
    [{ curriculum: [{ batches: 1, classes: 5, length: 51 }] }, /stage of 51 steps, but numSamples/],
    [{ evaluteEvery: 5 }, /there is no option called evaluteEvery/],
    [{ preset: 'fast' }, /preset must be default, paper or seed/],
  ];
  it.each(bad)('%j is refused', (options, message) => {
    expect(() => makeRecipe(options)).toThrow(message);
  });

  it('a recipe from elsewhere must be complete', () => {
    const { augment: _, ...rest } = makeRecipe();
    expect(() => checkRecipe(rest)).toThrow('recipe: augment is missing');
    expect(checkRecipe(JSON.parse(JSON.stringify(makeRecipe())))).toEqual(makeRecipe());
  });
});

describe('by batch', () => {
  const recipe = makeRecipe({
    iterations: 10,
    curriculum: [
      { batches: 2, classes: 2, length: 10 },
      { batches: 3, classes: 3, length: 16 },
    ],
  });

  it('the stage', () => {
    expect(stageAt(recipe, 0)).toEqual({ stage: 0, batch: 0, classes: 2, length: 10 });
    expect(stageAt(recipe, 1)).toEqual({ stage: 0, batch: 1, classes: 2, length: 10 });
    expect(stageAt(recipe, 2)).toEqual({ stage: 1, batch: 0, classes: 3, length: 16 });
    expect(stageAt(recipe, 4)).toEqual({ stage: 1, batch: 2, classes: 3, length: 16 });
    expect(stageAt(recipe, 5)).toEqual({ stage: 2, batch: 0, classes: 5, length: 50 });
    expect(stageAt(recipe, 9)).toEqual({ stage: 2, batch: 4, classes: 5, length: 50 });
  });

  it('the learning rate', () => {
    expect(learningRateAt(recipe, 0)).toBe(1e-3);
    expect(learningRateAt(recipe, 6)).toBe(1e-3);
    expect(learningRateAt(recipe, 7)).toBeCloseTo(9.755e-4, 6);
    expect(learningRateAt(recipe, 9)).toBeCloseTo(2.061e-4, 6);
    expect(learningRateAt(recipe, 10)).toBe(0);
    expect(learningRateAt(recipe, 11)).toBe(0);
    expect(learningRateAt(makeRecipe({ schedule: 'constant' }), 29_999)).toBe(1e-3);
  });
});

describe('a resumed recipe', () => {
  const saved = makeRecipe({ iterations: 4000 });

  it('is the saved one, with more iterations if asked', () => {
    expect(resumedRecipe(saved, {}, 'f')).toEqual(saved);
    expect(resumedRecipe(saved, { iterations: 8000, checkpointEvery: 7 }, 'f')).toEqual({
      ...saved,
      iterations: 8000,
      checkpointEvery: 7,
    });
  });

  it('may not change the batches', () => {
    expect(() => resumedRecipe(saved, { batchSize: 8 }, 'runs/a')).toThrow(
      /^runs\/a: this run was begun with batchSize 16, not 8/,
    );
  });
});
