import { describe, expect, it } from 'vitest';
import { Random } from '../../dist/common/random.js';
import { glyphs } from '../../dist/data/glyphs.js';
import { createEngine } from '../../dist/engine/create.js';
import { modelConfig } from '../../dist/model/config.js';
import { drawingsTask } from '../../dist/tasks/classification/drawings.js';
import type { EpisodeBatch } from '../../dist/tasks/classification/episodes.js';
import { samplingThread } from '../../dist/tasks/classification/thread/sampling-thread.js';
import { type EpisodeTask, type Sampled, samplingHere } from '../../dist/tasks/task.js';
import { initialWeights } from '../../dist/training/initial-weights.js';
import { makeRecipe } from '../../dist/training/recipe/recipe.js';
import { queued } from './queued.js';
import { NoiseSource, throughFile, tinyRun } from './tiny.js';

const recipe = makeRecipe({
  ...{ batchSize: 3, numClasses: 4, episodeLength: 12, iterations: 14, augment: 'wide' },
  ...{ reportEvery: 2, evaluateEvery: 4, checkpointEvery: 5, evaluateBatches: 1 },
});
const data = glyphs({ classes: 60, drawings: 12 });
const task = drawingsTask(data);
const config = modelConfig({
  ...task.network(recipe),
  ...{ encoderWidths: [3], embeddingSize: 6, lstmSize: 5, memorySize: 6, memoryDim: 4 },
});
const source = () => task.trainingEpisodes(config, recipe, 7);
const engine = async () =>
  queued(await createEngine(config, { parameters: initialWeights(config, 7) }), { draws: true });

/** A batch without the drawings themselves, which are always the same. */
function without({ batch, before, after }: Sampled) {
  const { views, ...rest } = batch;
  expect(views!.atlas).toBe(data.atlas);
  return { before, after, rest, drawings: views!.drawings, resampling: views!.resampling };
}

/** A training on drawings, with an engine that draws. */
const run = async (options: Parameters<typeof tinyRun>[0] = {}) =>
  tinyRun({ engine: await engine(), recipe, source: source(), evaluation: undefined, ...options });

describe('a thread that samples', () => {
  it.each(['one-hot', 'strings'] as const)(
    'gives the batches of the source, and its states, with labels that are %s',
    async (labels) => {
      const one = drawingsTask(data, { labels });
      const own = modelConfig(one.network(recipe));
      const thread = samplingThread(one.trainingEpisodes(own, recipe, 3))!;
      const here = samplingHere(one.trainingEpisodes(own, recipe, 3), true);
      const tasks: EpisodeTask[] = [
        { classes: 4, length: 12 },
        { classes: 4, length: 12 },
        { classes: 2, length: 7 },
        { classes: 3, length: 9, distractors: 1 },
        { classes: 2, length: 8, repeat: true },
      ];
      let spent: EpisodeBatch | undefined;
      for (const asked of [...tasks, ...tasks]) {
        const sampled = await thread.next(asked, spent);
        expect(without(sampled)).toEqual(without(await here.next(asked)));
        spent = sampled.batch;
      }
      // several at once, in order
      const several = await Promise.all(tasks.map((asked) => thread.next(asked)));
      const right = await Promise.all(tasks.map((asked) => here.next(asked)));
      expect(several.map(without)).toEqual(right.map(without));
      await thread.end();
    },
  );

  it('says what is wrong with a task, and goes on', async () => {
    const thread = samplingThread(source())!;
    const tooMany = thread.next({ classes: 4, length: 12, distractors: 99 });
    await expect(tooMany).rejects.toThrow(
      /^episodes of 4 classes and 99 without a label were asked for/,
    );
    await expect(tooMany).rejects.toMatchObject({ name: 'UserError' });
    await expect(thread.next({ classes: 5, length: 12 })).rejects.toThrow(RangeError);
    const unclonable = { classes: 4, length: 12, note() {} };
    await expect(thread.next(unclonable)).rejects.toThrow(/could not be cloned/);
    const drawnHere = source().next({ classes: 4, length: 12 }) as EpisodeBatch;
    const { batch } = await thread.next({ classes: 4, length: 12 }, drawnHere);
    expect(batch.views!.atlas).toBe(data.atlas);
    await thread.end();
    await expect(thread.next({ classes: 4, length: 12 })).rejects.toThrow('the thread was ended');
  });

  it('leaves the same training, stopped and resumed too', async () => {
    const whole = await run();
    const beside = await run({ sampling: samplingThread });
    expect(whole.saved.length).toBeGreaterThan(2);
    expect(beside.saved).toEqual(whole.saved);
    expect(beside.lines).toEqual(whole.lines);
    for (const stopAt of [1, 4, 7]) {
      const begun = await run({ sampling: samplingThread, stopAt });
      expect(begun.result.status).toBe('stopped');
      const rest = await run({ sampling: samplingThread, resume: throughFile(begun.last!) });
      expect(rest.saved.at(-1)).toEqual(whole.saved.at(-1));
    }
  });

  it('has nothing to do for other episodes, or for an engine that gets pixels', async () => {
    expect(samplingThread(new NoiseSource(new Random(1)))).toBeUndefined();
    const cpu = await createEngine(config, { parameters: initialWeights(config, 7) });
    const asked: unknown[] = [];
    const sampling = (given: unknown) => void asked.push(given);
    expect((await run({ engine: cpu, sampling })).saved).toEqual((await run()).saved);
    expect(asked).toEqual([]);
  });
});
