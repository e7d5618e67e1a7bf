import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modelConfig } from '../../dist/model/config.js';
import { modelPresets } from '../../dist/model/presets.js';
import {
  autoCurriculum,
  meanLength,
  stageAt,
  stagesInWords,
  tasksInWords,
} from '../../dist/training/recipe/curriculum.js';
import {
  checkRecipe,
  learningRateAt,
  makeRecipe,
  type RecipeOptions,
  recipePresets,
  resumedRecipe,
} from '../../dist/training/recipe/recipe.js';

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
      iterations: 15_000,
      numClasses: 5,
      episodeLength: 50,
      learningRate: 1e-3,
      schedule: 'cosine',
      clip: 10,
      adam: 'standard',
      augment: true,
      curriculum: [
        { batches: 100, tasks: mixed.map((task) => ({ ...task, repeat: true })) },
        { batches: 100, tasks: mixed },
      ],
    });
  });

  it('of version 0.1 is the preset flat', () => {
    expect(makeRecipe({ preset: 'flat' })).toMatchObject({
      batchSize: 16,
      iterations: 30_000,
      numClasses: 5,
      episodeLength: 50,
      learningRate: 1e-3,
      schedule: 'late-cosine',
      clip: 0,
      adam: 'standard',
      augment: true,
      curriculum: [
        { batches: 500, tasks: mixed.map((task) => ({ ...task, repeat: true })) },
        { batches: 500, tasks: mixed },
      ],
    });
  });

  it('has the same episodes whatever the batch', () => {
    const sizes = (preset: 'default' | 'flat') => {
      const { iterations, curriculum } = makeRecipe({ preset, batchSize: 8 });
      return [iterations, ...curriculum.map((stage) => stage.batches)];
    };
    expect(sizes('default')).toEqual([30_000, 200, 200]);
    expect(sizes('flat')).toEqual([60_000, 1000, 1000]);
  });

  it('is longer where an LSTM is trained', () => {
    for (const preset of ['default', 'flat'] as const) {
      const { curriculum, iterations } = makeRecipe({ model: 'lstm', preset });
      expect(iterations).toBe(30_000);
      expect(curriculum.map((stage) => stage.batches)).toEqual([5500, 2000]);
    }
    expect(makeRecipe({ model: 'mann' })).toEqual(makeRecipe());
  });

  it('keeps its curriculum in short trainings and shortens it in shorter ones', () => {
    const batches = (iterations: number, preset: 'default' | 'flat') =>
      makeRecipe({ iterations, preset }).curriculum.map((stage) => stage.batches);
    expect(batches(500, 'default')).toEqual([100, 100]);
    expect(batches(300, 'default')).toEqual([60, 60]);
    expect(batches(1, 'default')).toEqual([]);
    expect(batches(4000, 'flat')).toEqual([500, 500]);
    expect(batches(800, 'flat')).toEqual([160, 160]);
    expect(batches(1, 'flat')).toEqual([]);
  });

  it('adapts to fewer and more classes and steps', () => {
    const stages = (numClasses: number, episodeLength: number) =>
      makeRecipe({ numClasses, episodeLength }).curriculum.map(({ tasks }) => tasksInWords(tasks));
    expect(stages(1, 50)).toEqual([]);
    const both = (tasks: string) => [`${tasks} of one drawing per class`, tasks];
    expect(stages(2, 50)).toEqual(both('2×10, 2×16 and 2×25'));
    expect(stages(3, 50)).toEqual(both('2×10, 3×16 and 3×25'));
    expect(stages(5, 10)).toEqual(both('2×4, 3×6 and 5×10'));
    expect(stages(5, 3)).toEqual(both('2×2, 3×3 and 5×3'));
    expect(stages(2, 10)).toEqual(['2×10 of one drawing per class']);
    expect(stages(15, 100)).toEqual([...both('2×10, 3×16 and 5×25'), '10×50']);
  });

  it('is always one that can be trained', () => {
    const size = (max: number) => fc.integer({ min: 1, max });
    const kind = fc.constantFrom('default' as const, 'flat' as const, 'lstm' as const);
    fc.assert(
      fc.property(size(100), size(200), size(64), size(50_000), kind, (C, T, B, iterations, of) => {
        const sizes = { numClasses: C, episodeLength: T, batchSize: B, iterations };
        const stages = autoCurriculum(sizes, of);
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

describe('a curriculum that grows', () => {
  const sizesOf = (options: RecipeOptions) =>
    makeRecipe({ ...options, curriculum: 'grow' }).curriculum.flatMap(({ tasks }) => tasks);
  /** The stages after the first ones, which have five classes at most. */
  const grown = (options: RecipeOptions) =>
    makeRecipe({ ...options, curriculum: 'grow' }).curriculum.filter(({ tasks }) =>
      tasks.every(({ classes }) => classes > 5),
    );

  it('begins as the default does, then has 15 classes and one more at a time', () => {
    const recipe = makeRecipe({ numClasses: 50, iterations: 8000, curriculum: 'grow' });
    expect(recipe.curriculum.slice(0, 2)).toEqual(makeRecipe().curriculum);
    expect(recipe.curriculum.slice(2)).toEqual(
      Array.from({ length: 35 }, (_, i) => ({
        batches: 177, // of 8,000 a fifth is for the full task
        tasks: [{ classes: 15 + i, length: 10 * (15 + i) }],
      })),
    );
    expect(stageAt(recipe, 6399)).toMatchObject({ classes: 50, length: 500 });
    expect(stagesInWords(recipe.curriculum).at(-1)).toBe('177 batches each of 15×150 to 49×490');
  });

  it('has as many drawings of a class as the full task, where these are fewer than ten', () => {
    const lengths = grown({ numClasses: 20, episodeLength: 100 }).map(({ tasks }) => tasks[0]!);
    expect(lengths.map(({ length }) => length)).toEqual([75, 80, 85, 90, 95]);
    for (const { length } of sizesOf({ numClasses: 20, episodeLength: 7 })) {
      expect(length).toBeLessThanOrEqual(7);
    }
  });

  it('has no more drawings of a class at its beginning either', () => {
    for (const { classes, length } of sizesOf({ numClasses: 50, episodeLength: 100 })) {
      expect(Math.ceil(length / classes)).toBeLessThanOrEqual(2);
    }
  });

  it('is refused in a task without classes, which has none by itself', () => {
    const options = { numClasses: 0, episodeLength: 50 };
    expect(makeRecipe({ ...options, curriculum: 'auto' }).curriculum).toEqual([]);
    expect(() => makeRecipe({ ...options, curriculum: 'grow' })).toThrow(
      /^recipe: curriculum grow adds .* the task has no classes: choose auto or none$/,
    );
  });

  it('is the default where there is nothing to grow to, or no time', () => {
    for (const options of [
      { numClasses: 5 },
      { numClasses: 15 },
      { numClasses: 1 },
      { numClasses: 100, iterations: 100 },
      { numClasses: 20, iterations: 5, preset: 'flat' },
      { numClasses: 9, model: 'lstm' },
    ] as const) {
      expect(makeRecipe({ ...options, curriculum: 'grow' })).toEqual(
        makeRecipe({ ...options, curriculum: 'auto' }),
      );
    }
  });

  it('begins as long as the model and the preset need', () => {
    const first = (options: RecipeOptions) => {
      const { curriculum } = makeRecipe({ numClasses: 20, curriculum: 'grow', ...options });
      return curriculum.slice(0, 2).map(({ batches }) => batches);
    };
    expect(first({})).toEqual([100, 100]);
    expect(first({ preset: 'flat' })).toEqual([500, 500]);
    expect(first({ model: 'lstm' })).toEqual([5500, 2000]);
  });

  it('is always one that can be trained, and ends before the full task', () => {
    const size = (max: number) => fc.integer({ min: 1, max });
    fc.assert(
      fc.property(size(120), size(1500), size(64), size(50_000), size(40), (C, T, B, n, none) => {
        const sizes = { numClasses: C, episodeLength: T, distractors: none - 1 };
        const options = { ...sizes, batchSize: B, iterations: n };
        const { curriculum } = makeRecipe({ ...options, curriculum: 'grow' });
        const total = curriculum.reduce((sum, { batches }) => sum + batches, 0);
        expect(total).toBeLessThanOrEqual(0.8 * n);
        for (const { classes, length } of curriculum.flatMap((s) => s.tasks)) {
          expect(classes).toBeLessThanOrEqual(C);
          expect(length).toBeLessThanOrEqual(T);
          expect(Math.ceil(length / classes)).toBeLessThanOrEqual(Math.ceil(T / C));
        }
        const own = grown(options).map(({ tasks }) => tasks[0]!.classes);
        if (own[0] !== 15) return; // the default's doubling
        expect(own).toEqual(Array.from({ length: C - 15 }, (_, i) => 15 + i));
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
      clip: 0,
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
    expect(makeRecipe({ preset: 'paper' })).toMatchObject({
      ...{ curriculum: [], adam: 'standard', clip: 0, schedule: 'constant', iterations: 100_000 },
    });
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
    [{ schedule: 'step' }, /schedule must be cosine, late-cosine or constant/],
    [{ clip: -1 }, /clip must be at least 0/],
    [{ clip: Number.NaN }, /clip must be a number/],
    [{ clip: Number.POSITIVE_INFINITY }, /clip must be at most 1000000000/], // JSON has none
    [{ clip: '10' }, /clip must be a number/],
    [{ curriculum: 'hard' }, /curriculum must be auto, none, grow or a list/],
    [{ curriculum: [{ batches: 1, tasks: [] }] }, /curriculum must be auto, none, grow or a list/],
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
    [{ preset: 'fast' }, /preset must be default, flat, paper or original/],
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

  it('has no Adam and no clip', () => {
    const { adam, clip, ...older } = makeRecipe({ preset: 'flat' });
    expect({ adam, clip }).toEqual({ adam: 'standard', clip: 0 });
    for (const [was, is] of [
      ['cosine', 'late-cosine'],
      ['constant', 'constant'],
    ]) {
      const whole = { ...older, adam, clip, schedule: is };
      expect(checkRecipe({ ...older, schedule: was })).toEqual(whole);
      expect(checkRecipe({ ...older, adam: 'tensorflow1', schedule: was })).toEqual({
        ...whole,
        adam: 'tensorflow1',
      });
    }
    expect(checkRecipe(makeRecipe()).schedule).toBe('cosine');
  });

  it('falls as it did then', () => {
    const { clip: _, ...older } = makeRecipe({ preset: 'flat', iterations: 300 });
    const recipe = checkRecipe({ ...older, schedule: 'cosine' });
    expect(learningRateAt(recipe, 200)).toBe(1e-3);
    expect(learningRateAt(recipe, 250)).toBeCloseTo(5e-4, 12);
    expect(learningRateAt(recipe, 300)).toBe(0);
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
    const rates = (schedule: 'cosine' | 'late-cosine' | 'constant') =>
      [0, 1, 5, 6, 7, 9, 10, 11].map((batch) => learningRateAt({ ...recipe, schedule }, batch));
    const close = (numbers: number[]) => numbers.map((x) => expect.closeTo(x, 7));
    // all the way down: half of it in the middle
    expect(rates('cosine')).toEqual(
      close([1e-3, 9.755283e-4, 5e-4, 3.454915e-4, 2.061074e-4, 2.44717e-5, 0, 0]),
    );
    // the last third alone
    expect(rates('late-cosine')).toEqual(
      close([1e-3, 1e-3, 1e-3, 1e-3, 9.755283e-4, 2.061074e-4, 0, 0]),
    );
    expect(rates('constant')).toEqual(Array(8).fill(1e-3));
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
    expect(() => resumedRecipe(saved, { clip: 5 }, 'runs/a')).toThrow(
      /^runs\/a: this run was begun with clip 10, not 5: leave it out to resume/,
    );
    expect(() => resumedRecipe(saved, { keepMemory: true }, 'runs/a')).toThrow(
      /begun with keepMemory false, not true/,
    );
    expect(() => resumedRecipe(saved, { schedule: 'late-cosine' }, 'runs/a')).toThrow(
      /begun with schedule cosine, not late-cosine/,
    );
    expect(resumedRecipe(saved, { clip: 10, schedule: 'cosine' }, 'runs/a')).toEqual(saved);
  });
});
