/** The page for classes without a browser: what links, commands and networks are made of settings. */
import { glyphs, modelConfig } from 'mann';
import { describe, expect, test } from 'vitest';
import { trainCommand } from '../../../dist/cli/commands/train.js';
import { freshPlan, type TrainFlags } from '../../../dist/cli/training/plan.js';
import { ticksTo } from '../../../web/src/teach/charts/ticks.js';
import { instancesExercise, shotsExercise } from '../../../web/src/teach/task/exercises.js';
import { fragmentOf, settingsIn } from '../../../web/src/teach/task/fragment.js';
import { commandOf, planOf, testBatches } from '../../../web/src/teach/task/network.js';
import { choices, fitted, type Settings, usual } from '../../../web/src/teach/task/settings.js';
import { ShotEpisodes } from '../../../web/src/teach/training/shots/episodes.js';

const data = glyphs();

/** Every combination of the words that can be chosen. */
function combinations(): Settings[] {
  let all: Settings[] = [{ ...usual, classes: 3, length: 12, units: 32, slots: 8, batches: 40 }];
  for (const [field, words] of Object.entries(choices)) {
    all = all.flatMap((settings) => words.map((word) => ({ ...settings, [field]: word })));
  }
  return [...new Set(all.map((settings) => JSON.stringify(fitted(settings))))].map((text) =>
    JSON.parse(text),
  );
}

/** What `mann train` makes of a command line. */
async function planned(line: string) {
  const args = line.replace(/^npx mann train /, '').split(' ');
  let flags: TrainFlags | undefined;
  const command = trainCommand().exitOverride();
  command.action((given: TrainFlags) => {
    flags = given;
  });
  await command.parseAsync(args, { from: 'user' });
  return { flags: flags!, ...(await freshPlan(flags!)) };
}

describe('the command of a configuration', () => {
  const all = combinations();
  // `mann train` makes its drawings anew each time, so not all of them
  const some = [
    ...[...shotsExercise, ...instancesExercise].map(({ settings }) => settings),
    ...all.filter((_, i) => i % 29 === 0),
  ];

  test.each(some.map((settings) => [commandOf(settings), settings] as const))(
    '%s',
    async (line, settings) => {
      const { flags, config, recipe, seed, task } = await planned(line);
      const plan = planOf(settings, data);
      expect(config).toEqual(plan.config);
      // how often things are saved or evaluated changes no weight
      const { checkpointEvery: _, ...ours } = plan.recipe;
      expect(recipe).toMatchObject(ours);
      expect(seed).toBe(settings.seed);
      expect(task.record).toEqual(plan.task.record);
      expect(flags.testBatches).toBe(testBatches(settings));
    },
  );

  test('names a folder of its own', () => {
    const folders = all.map((settings) => commandOf(settings).split('--save-dir ')[1]);
    expect(new Set(folders).size).toBe(new Set(all.map((one) => JSON.stringify(one))).size);
  });
});

describe('a link', () => {
  test.each(combinations().map((settings) => [fragmentOf(settings), settings] as const))(
    '%s',
    (fragment, settings) => {
      expect(settingsIn(fragment)).toEqual(settings);
    },
  );

  test('without settings is none', () => {
    for (const fragment of ['', '#', '#runs', '#build', '#<b>=1']) {
      expect(settingsIn(fragment)).toBeUndefined();
    }
  });
});

describe('the test of N-way K-shot classification', () => {
  test('shows N different classes, with different labels', () => {
    const config = modelConfig({ output: 'strings', numClasses: 5, labelLength: 5 });
    const episodes = new ShotEpisodes(data, planOf(usual, data).task.test, config, 20, 1);
    const { batch, names, order, asked, pixels } = episodes.next();
    for (let b = 0; b < batch; b++) {
      expect(new Set(names.subarray(20 * b, 20 * (b + 1))).size).toBe(20);
      for (let round = 0; round < 10; round++) {
        const from = (10 * b + round) * 20;
        expect(new Set(order.subarray(from, from + 20)).size).toBe(20);
      }
    }
    expect(Math.max(...asked)).toBeLessThan(20);
    // a drawing is never shown twice
    const drawings = new Set<string>();
    for (let i = 0; i < 20 * 11; i++) drawings.add(pixels.slice(400 * i, 400 * (i + 1)).join());
    expect(drawings.size).toBe(20 * 11);
  });

  test('grades letter by letter, and all of them count', () => {
    const config = modelConfig({ output: 'strings', numClasses: 5, labelLength: 5 });
    const episodes = new ShotEpisodes(data, planOf(usual, data).task.test, config, 2, 1);
    const batch = episodes.next();
    const logits = new Float32Array(batch.asked.length * 25);
    for (const [i, n] of batch.asked.entries()) {
      const b = Math.floor(i / (batch.asked.length / batch.batch));
      const digits = batch.names[2 * b + n]!.toString(5).padStart(5, '0');
      // one letter of the last answer is wrong
      const wrong = i === batch.asked.length - 1;
      [...digits].forEach((digit, g) => {
        logits[i * 25 + g * 5 + ((Number(digit) + (wrong && g === 4 ? 1 : 0)) % 5)] = 1;
      });
    }
    const counts = episodes.grade(batch, { logits });
    const sums = counts.flatMap(({ sum, total }) => sum.map((right, k) => total[k]! - right));
    expect(sums.filter((missed) => missed > 0)).toEqual([1]);
    expect(sums.at(-1)).toBe(1);
  });
});

test('numbers below a chart are round', () => {
  expect(ticksTo(960)).toEqual([0, 250, 500, 750]);
  expect(ticksTo(8000)).toEqual([0, 2000, 4000, 6000, 8000]);
  expect(ticksTo(1)).toEqual([0, 0.25, 0.5, 0.75, 1]);
  expect(ticksTo(0)).toEqual([0]);
});
