import { describe, expect, it } from 'vitest';
import type { DataSet } from '../../dist/data/drawings.js';
import { modelConfig } from '../../dist/model/config.js';
import { testEpisodes, trainingEpisodes } from '../../dist/tasks/classification/drawings.js';
import { initialWeights } from '../../dist/training/initial-weights.js';
import { makeRecipe } from '../../dist/training/recipe/recipe.js';
import { throughFile, tinyOptions, tinyRecipe, tinyRun } from '../training/tiny.js';

/** Four classes of three drawings of 6x6 pixels, each class a bar at a place of its own. */
const data: DataSet = {
  name: 'bars',
  classes: [0, 1, 2, 3].map((c) => ({ name: `bar${c}`, first: 3 * c, count: 3 })),
  side: 6,
  atlas: Uint8Array.from({ length: 12 * 36 }, (_, i) =>
    i % 6 === Math.floor(i / 108) + 1 ? 255 : 0,
  ),
  digest: 'abc',
};
const config = modelConfig(tinyOptions);
const classes = [0, 1, 2, 3];
const task = { classes: 3, length: 6 };
const training = (seed: number) => trainingEpisodes(data, classes, config, tinyRecipe, seed);
const tests = (stream: string) => testEpisodes(data, classes, config, tinyRecipe, 1, stream);

describe('episodes of a seed', () => {
  it('are always the same, and others for training, each evaluation and the test', () => {
    const all = [
      training(1).next(task),
      training(2).next(task),
      tests('evaluation 4').next(),
      tests('evaluation 8').next(),
      tests('test').next(),
    ].map(({ inputs }) => Buffer.from(inputs.buffer).toString('base64'));
    expect(new Set(all).size).toBe(all.length);
    expect(training(1).next(task)).toEqual(training(1).next(task));
    expect(initialWeights(config, 1)).toEqual(initialWeights(config, 1));
    expect(initialWeights(config, 1)).not.toEqual(initialWeights(config, 2));
  });

  it('are refused at the start where the full task is impossible, not after the curriculum', () => {
    const make = (numClasses: number, episodeLength: number) => () =>
      trainingEpisodes(data, classes, config, makeRecipe({ numClasses, episodeLength }), 1);
    expect(make(4, 12)).not.toThrow();
    expect(make(5, 12)).toThrow(/episodes of 5 classes/);
    expect(make(4, 13)).toThrow(/an episode needs 4 of each class/);
  });

  it('go on exactly where a training was stopped', async () => {
    const run = (options: Parameters<typeof tinyRun>[0]) =>
      tinyRun({
        source: training(1),
        evaluation: (step) => tests(`evaluation ${step}`),
        ...options,
      });
    const whole = await run({});
    const begun = await run({ stopAt: 7 });
    const rest = await run({ resume: throughFile(begun.last!) });
    expect(rest.saved.at(-1)).toEqual(whole.saved.at(-1));
    expect([...begun.lines, ...rest.lines]).toEqual(whole.lines);
  });
});
