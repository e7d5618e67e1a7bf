import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modelConfig } from '../../dist/model/config.js';
import { modelPresets } from '../../dist/model/presets.js';
import {
  autoCurriculum,
  checkRecipe,
  learningRateAt,
  makeRecipe,
  meanLength,
  recipePresets,
  resumedRecipe,
  stageAt,
  tasksInWords,
} from '../../dist/training/recipe.js';

const mixed = [
  { classes: 5, length: 25 },
  { classes: 2, length: 10 },
  { classes: 5, length: 25 },
  { classes: 3, length: 16 },
];

describe('the default recipe', () => {
  it('is that of the measurements', () => {
    expect(makeRecipe()).toMatchObject({
      batchSize: 16,
      iterations: 30_000,
      numClasses: 5,
      episodeLength: 50,
      learningRate: 1e-3,
      schedule: 'cosine',
      augment: true,
      curriculum: [
        { batches: 500, tasks: mixed.map((task) => ({ ...task, repeat: true })) },
        { batches: 500, tasks: mixed },
      ],
    });
  });

  it('has the same episodes whatever the batch', () => {
    const { iterations, curriculum } = makeRecipe({ batchSize: 8 });
    expect(iterations).toBe(60_000);
    expect(curriculum.map((stage) => stage.batches)).toEqual([1000, 1000]);
  });

  it('is longer where an LSTM is trained', () => {
    const { curriculum } = makeRecipe({ model: 'lstm' });
    expect(curriculum.map((stage) => stage.batches)).toEqual([5500, 2000]);
    expect(makeRecipe({ model: 'mann' })).toEqual(makeRecipe());
  });

  it('keeps its curriculum in 4,000 batches and shortens it in fewer', () => {
    const batches = (iterations: number) =>
      makeRecipe({ iterations }).curriculum.map((stage) => stage.batches);
    expect(batches(4000)).toEqual([500, 500]);
    expect(batches(800)).toEqual([160, 160]);
    expect(batches(1)).toEqual([]);
  });

  it('adapts to fewer and more classes and steps', () => {
    const stages = (numClasses: number, episodeLength: number) =>
      makeRecipe({ numClasses, episodeLength }).curriculum.map(({ tasks }) => tasksInWords(tasks));
    expect(stages(1, 50)).toEqual([]);
    const both = (tasks: string) => [`${tasks} of one drawing a class`, tasks];
    expect(stages(2, 50)).toEqual(both('2×10, 2×16 and 2×25'));
    expect(stages(3, 50)).toEqual(both('2×10, 3×16 and 3×25'));
    expect(stages(5, 10)).toEqual(both('2×4, 3×6 and 5×10'));
    expect(stages(5, 3)).toEqual(both('2×2, 3×3 and 5×3'));
    expect(stages(2, 10)).toEqual(['2×10 of one drawing a class']);
    expect(stages(15, 100)).toEqual([...both('2×10, 3×16 and 5×25'), '10×50']);
  });

  it('is always one that can be trained', () => {
    const size = (max: number) => fc.integer({ min: 1, max });
    fc.assert(
      fc.property(size(100), size(200), size(64), size(50_000), (C, T, B, iterations) => {
        const stages = autoCurriculum({
          numClasses: C,
          episodeLength: T,
          batchSize: B,
          iterations,
        });
        const total = stages.reduce((sum, stage) => sum + stage.batches, 0);
        expect(total).toBeLessThanOrEqual(0.4 * iterations);
        for (const { batches, tasks } of stages) {
          expect(batches).toBeGreaterThan(0);
          for (const { classes, length } of tasks) {
            expect(classes).toBeLessThanOrEqual(C);
            expect(length).toBeLessThanOrEqual(T);
            expect(Math.ceil(length / classes)).toBeLessThanOrEqual(Math.ceil(T / C));
          }
          expect(tasks.some((t) => t.repeat || t.classes < C || t.length < T)).toBe(true);
        }
      }),
    );
  });
});

describe('presets and options', () => {
  it("the original implementation's has no curriculum, a constant rate and TensorFlow 1's Adam", () => {
    expect(makeRecipe({ preset: 'original' })).toMatchObject({
      batchSize: 16,
      iterations: 100_000,
      episodeLength: 50,
      learningRate: 1e-3,
      schedule: 'constant',
      adam: 'tensorflow1',
      curriculum: [],
    });
    expect(makeRecipe({ preset: 'original', iterations: 7 }).iterations).toBe(7);
    expect(modelConfig(modelPresets.original)).toMatchObject({
      controllerInput: 'read-weights',
      keyStrength: 'none',
      start: 'first-head',
    });
  });

  it('the preset original is accepted under its former name', () => {
    expect(makeRecipe({ preset: 'seed' })).toEqual(makeRecipe({ preset: 'original' }));
    expect(modelPresets.seed).toEqual(modelPresets.original);
    expect(recipePresets.seed).toEqual(recipePresets.original);
  });

  it('every preset has its LSTM baseline', () => {
    for (const [name, preset] of Object.entries(modelPresets)) {
      expect(modelConfig(preset).memory, name).toBe('lrua');
      expect(modelConfig({ ...preset, model: 'lstm' }).memory, name).toBe('none');
    }
  });

  it('an episode has ten drawings of each class unless told otherwise', () => {
    expect(makeRecipe({ numClasses: 15 }).episodeLength).toBe(150);
    expect(makeRecipe({ numClasses: 15, episodeLength: 100 }).episodeLength).toBe(100);
  });

  it('the paper has neither', () => {
    expect(makeRecipe({ preset: 'paper' })).toMatchObject({ curriculum: [], adam: 'standard' });
  });

  it('undefined is not given', () => {
    const options = { batchSize: undefined, iterations: undefined } as object;
    expect(makeRecipe(options)).toEqual(makeRecipe());
  });

  const bad: [object, RegExp][] = [
    [{ batchSize: 0 }, /recipe: batchSize must be at least 1/],
    [{ episodeLength: 2.5 }, /episodeLength must be a whole number/],
    [{ iterations: 'many' }, /iterations must be a number/],
    [{ learningRate: 0 }, /learningRate must be greater than 0/],
    [{ learningRate: Number.NaN }, /learningRate must be a number/],
    [{ schedule: 'step' }, /schedule must be cosine or constant/],
    [{ curriculum: 'hard' }, /curriculum must be auto, none or a list/],
    [{ curriculum: [{ batches: 1, tasks: [] }] }, /curriculum must be auto, none or a list/],
    [
      { curriculum: [{ batches: 1, tasks: [{ classes: 6, length: 5 }] }] },
      /task of 6 classes, but numClasses/,
    ],
    [
      { curriculum: [{ batches: 1, tasks: [{ classes: 5, length: 51 }] }] },
      /task of 51 steps, but episodeLength/,
    ],
    [{ numSamples: 50 }, /numSamples is called episodeLength now: the drawings in an episode/],
    [{ evaluteEvery: 5 }, /there is no option called evaluteEvery/],
    [{ preset: 'fast' }, /preset must be default, paper or original/],
  ];
  it.each(bad)('%j is refused', (options, message) => {
    expect(() => makeRecipe(options)).toThrow(message);
  });

  it('a recipe from elsewhere must be complete', () => {
    const { augment: _, ...rest } = makeRecipe();
    expect(() => checkRecipe(rest)).toThrow('recipe: augment is missing');
    const empty = { ...makeRecipe(), curriculum: [{ batches: 1, tasks: [] }] };
    expect(() => checkRecipe(empty)).toThrow('recipe: a curriculum stage needs a task');
    expect(checkRecipe(JSON.parse(JSON.stringify(makeRecipe())))).toEqual(makeRecipe());
  });
});

describe('a recipe of an older checkpoint', () => {
  const { episodeLength, ...rest } = makeRecipe({ numClasses: 3, episodeLength: 31 });

  it('has numSamples for the length of an episode', () => {
    expect(checkRecipe({ ...rest, numSamples: 31 })).toEqual({ ...rest, episodeLength });
  });

  it('has no Adam', () => {
    const { adam: _, ...older } = rest;
    expect(checkRecipe({ ...older, numSamples: 31 })).toEqual({ ...rest, episodeLength });
  });

  it('is refused where it has both lengths, or a bad one', () => {
    expect(() => checkRecipe({ ...rest, episodeLength, numSamples: 31 })).toThrow(/numSamples/);
    expect(() => checkRecipe({ ...rest, numSamples: 0 })).toThrow(/episodeLength must be at least/);
  });
});

describe('by batch', () => {
  const recipe = makeRecipe({
    iterations: 10,
    curriculum: [
      { batches: 2, tasks: [{ classes: 2, length: 10 }] },
      {
        batches: 3,
        tasks: [
          { classes: 3, length: 16 },
          { classes: 5, length: 25 },
        ],
      },
    ],
  });

  it('the stage', () => {
    expect(stageAt(recipe, 0)).toEqual({ stage: 0, batch: 0, classes: 2, length: 10 });
    expect(stageAt(recipe, 1)).toEqual({ stage: 0, batch: 1, classes: 2, length: 10 });
    expect(stageAt(recipe, 2)).toEqual({ stage: 1, batch: 0, classes: 3, length: 16 });
    expect(stageAt(recipe, 3)).toEqual({ stage: 1, batch: 1, classes: 5, length: 25 });
    expect(stageAt(recipe, 4)).toEqual({ stage: 1, batch: 2, classes: 3, length: 16 });
    expect(stageAt(recipe, 5)).toEqual({ stage: 2, batch: 0, classes: 5, length: 50 });
    expect(stageAt(recipe, 9)).toEqual({ stage: 2, batch: 4, classes: 5, length: 50 });
  });

  it('the length of episodes, mean over some batches', () => {
    expect(meanLength(recipe, 0, 2)).toBe(10);
    expect(meanLength(recipe, 0, 5)).toBe((10 + 10 + 16 + 25 + 16) / 5);
    expect(meanLength(recipe, 4, 6)).toBe(33);
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
