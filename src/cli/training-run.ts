import { join } from 'node:path';
import colours from 'picocolors';
import type { Engine } from '../engine/engine.js';
import { modelConfig } from '../model/config.js';
import { makeRecipe } from '../training/recipe.js';
import { checkpointName, RunFolder } from '../training/run-folder.js';
import { RunLogs } from '../training/run-logs.js';
import { type TrainResult, train } from '../training/trainer.js';
import { announcement } from './announcement.js';
import { datasetName } from './data-flags.js';
import type { Display } from './display/display.js';
import { makeDisplay } from './display/make-display.js';
import { openEngine } from './engine.js';
import { EXIT } from './exit.js';
import { freshFolder, runFolderName } from './folders.js';
import { count, duration } from './format.js';
import { onInterrupt } from './interrupt.js';
import { commandLine } from './invocation.js';
import { networkGiven, recipeGiven, TEST_BATCHES } from './options.js';
import { resultJson, resultText, testNetwork } from './testing.js';
import { freshPlan, type Plan, resumedPlan, type TrainFlags } from './training-plan.js';
import { version } from './version.js';
import { writeReport } from './write-report.js';

const say = (text: string) => process.stderr.write(`${text}\n`);

/**
 * Trains, tests and reports.
 * @returns the exit code
 */
export async function runTraining(flags: TrainFlags): Promise<number> {
  const path = folderOf(flags);
  // Nothing is to be saved yet: Ctrl-C quits, but what is done at the end of a program is done.
  const quit = onInterrupt(() => process.exit(EXIT.interrupted));
  const { folder, found } = await RunFolder.open(path, {
    resume: flags.resume,
    logs: flags.logDir,
  });
  try {
    for (const sentence of found?.skipped ?? []) say(`Passed over: ${sentence}`);
    const plan = found ? await resumedPlan(flags, found) : await freshPlan(flags);
    const engine = await openEngine(plan.config, flags, plan.parameters, plan.resume?.engine);
    quit.release();
    return await trainAndTest(flags, plan, engine, folder);
  } finally {
    quit.release();
    await folder.discard();
  }
}

async function trainAndTest(
  flags: TrainFlags,
  plan: Plan,
  engine: Engine,
  folder: RunFolder,
): Promise<number> {
  const { path } = folder;
  const display = makeDisplay(plan.recipe);
  const interrupt = onInterrupt(() =>
    display.note(colours.bold('Stopping after this batch. Ctrl-C again quits at once.')),
  );
  try {
    const logs = await RunLogs.open(flags.logDir ?? path, plan.recipe, plan.resume);
    say(announcement(engine, plan, path));
    const started = performance.now();
    const result = await trainPlan(plan, {
      engine,
      folder,
      logs,
      display,
      signal: interrupt.signal,
    });
    if (result.status === 'stopped') {
      display.done();
      say(`Stopped, and saved after ${count(result.step)} batches. To go on:`);
      say(`  ${resumeCommand(flags, path)}`);
      return EXIT.interrupted;
    }
    const seconds = (performance.now() - started) / 1000;
    if (!plan.resume) display.note(`Trained in ${duration(seconds)}.`);
    await finish(flags, plan, engine, display, {
      path,
      checkpoint: join(path, checkpointName(result.step)),
      seconds: plan.resume ? undefined : seconds,
      signal: interrupt.signal,
    });
    return EXIT.ok;
  } catch (error) {
    if (!interrupt.signal.aborted || error !== interrupt.signal.reason) throw error;
    display.done();
    say('The training is finished and saved, but its test was stopped. To test:');
    say(`  ${commandLine(['test', path])}`);
    return EXIT.interrupted;
  } finally {
    display.done();
    await engine.dispose();
    interrupt.release();
  }
}

/** The run's folder. Mistakes in flags come to light here, before a folder is made. */
function folderOf(flags: TrainFlags): string {
  const { model } = modelConfig(networkGiven(flags));
  makeRecipe(recipeGiven(flags));
  if (flags.saveDir !== undefined) return flags.saveDir;
  if (flags.demo && !flags.resume) return freshFolder('demo');
  const { split, preset, seed = 1 } = flags;
  return runFolderName({
    dataset: flags.demo ? 'demo' : datasetName(flags),
    split,
    model,
    preset,
    seed,
  });
}

interface Surroundings {
  readonly engine: Engine;
  readonly folder: RunFolder;
  readonly logs: RunLogs;
  readonly display: Display;
  readonly signal: AbortSignal;
}

function trainPlan(
  { config, recipe, seed, data, resume }: Plan,
  { engine, folder, logs, display, signal }: Surroundings,
): Promise<TrainResult> {
  return train({
    engine,
    recipe,
    source: data.trainingEpisodes(config, recipe, seed),
    seed,
    dataset: data.record,
    version,
    evaluation: (step) => data.testEpisodes(config, recipe, seed, `evaluation ${step}`),
    resume,
    signal,
    onProgress: (progress) => display.progress(progress),
    onReport: async (row) => {
      display.report(row);
      folder.check();
      await logs.report(row);
    },
    onEvaluationProgress: (batch, batches) => display.evaluating(batch, batches),
    onEvaluation: async (line) => {
      display.evaluation(line);
      folder.check();
      await logs.evaluation(line);
    },
    save: async (checkpoint) => {
      await folder.save(checkpoint);
    },
  });
}

interface Ending {
  readonly path: string;
  readonly checkpoint: string;
  readonly seconds: number | undefined;
  readonly signal: AbortSignal;
}

/** Tests the trained network, writes the report, prints the result. */
async function finish(
  flags: TrainFlags,
  plan: Plan,
  engine: Engine,
  display: Display,
  { path, checkpoint, seconds, signal }: Ending,
): Promise<void> {
  const { config, recipe, seed, data } = plan;
  const batches = flags.testBatches ?? TEST_BATCHES;
  const test = await testNetwork(engine, data.testEpisodes(config, recipe, seed, 'test'), {
    batches,
    display,
    signal,
  });
  const report = join(path, 'report.html');
  await writeReport(report, {
    engine,
    recipe,
    data,
    seed,
    test,
    seconds,
    logDir: flags.logDir ?? path,
  });
  display.done();
  if (flags.json) {
    const run = { folder: path, checkpoint, report, seconds };
    process.stdout.write(`${JSON.stringify({ ...resultJson(config, data, test), run })}\n`);
    return;
  }
  process.stdout.write(
    `${resultText(config, data, test)}\n\nCheckpoint  ${checkpoint}\nReport      ${report}\n`,
  );
  if (flags.demo) {
    say('\nOpen the report in a browser. The real thing, on Omniglot:');
    say(`  ${commandLine(['train', '--dataset', 'omniglot', '--iterations', '4000'])}`);
  }
}

/** The rest is in the checkpoint. */
function resumeCommand(flags: TrainFlags, path: string): string {
  const args = ['train', '--resume', '--save-dir', path];
  const add = (flag: string, value: string | number | undefined) => {
    if (value !== undefined) args.push(flag, String(value));
  };
  add('--data', flags.data);
  add('--log-dir', flags.logDir);
  add('--engine', flags.engine);
  add('--threads', flags.threads);
  add('--test-batches', flags.testBatches);
  return commandLine(args);
}
