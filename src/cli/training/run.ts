import { join } from 'node:path';
import colours from 'picocolors';
import { UserError } from '../../common/errors.js';
import type { Engine } from '../../engine/engine.js';
import { kindOf, modelConfig } from '../../model/config.js';
import { checkpointName, holdsCheckpoints, RunFolder } from '../../runs/run-folder.js';
import { RunLogs } from '../../runs/run-logs.js';
import type { EpisodeBatch } from '../../tasks/classification/episodes.js';
import { samplingThread } from '../../tasks/classification/thread/sampling-thread.js';
import type { Measure } from '../../tasks/scores.js';
import type { Evaluation } from '../../training/evaluation/evaluate.js';
import { makeRecipe } from '../../training/recipe/recipe.js';
import { type TrainResult, train } from '../../training/trainer.js';
import type { Display } from '../display/display.js';
import { count, duration } from '../display/format.js';
import { makeDisplay } from '../display/make-display.js';
import { say } from '../display/wrapped.js';
import { type ChosenEngine, openTrainingEngine } from '../networks/engine.js';
import { existingRunFolder, freshFolder, runFolderName } from '../networks/run-folders.js';
import { resultJson, resultText, testNetwork } from '../networks/testing.js';
import { datasetName } from '../options/data-options.js';
import { modelOf, networkGiven } from '../options/network-options.js';
import { recipeGiven, TEST_BATCHES } from '../options/recipe-options.js';
import { EXIT } from '../process/exit.js';
import { onInterrupt } from '../process/interrupt.js';
import { commandLine } from '../process/invocation.js';
import { version } from '../process/version.js';
import { writeReport } from '../report/write-report.js';
import { LOG_EVERY, RunMannLog } from '../run-mann/log.js';
import { modelFolder } from '../run-mann/model-folders.js';
import { checkTaskFlags } from '../tasks/open.js';
import { announcement } from './announcement.js';
import { freshPlan, type Plan, resumedPlan, type TrainFlags } from './plan.js';

const ON_GLYPHS =
  'Training on generated drawings (glyphs). For Omniglot add --dataset omniglot: it is read from ./omniglot or ' +
  './data/omniglot, or else downloaded.';

/** A training that came to its end, tested. */
export interface Finished {
  readonly plan: Plan;
  readonly measure: Measure;
  readonly test: Evaluation;
  /** The run folder, its last checkpoint and its report; why there is no report, where there is none. */
  readonly path: string;
  readonly checkpoint: string;
  readonly report: string;
  readonly failure: unknown;
  /** Of training, where it was not resumed. */
  readonly seconds: number | undefined;
}

/**
 * Trains, tests, reports and prints the result.
 * @returns the exit code
 */
export async function runTraining(flags: TrainFlags): Promise<number> {
  const finished = await trainToEnd(flags);
  if (!finished) return EXIT.interrupted;
  printResult(flags, finished);
  return EXIT.ok;
}

/**
 * Trains, tests and writes the report.
 * @returns undefined where it was stopped, and says how to go on
 */
export async function trainToEnd(flags: TrainFlags): Promise<Finished | undefined> {
  checkFlags(flags);
  const { path, logs } = await placesOf(flags);
  const { asChild } = flags;
  let opening: ReturnType<typeof RunFolder.open> | undefined;
  const quit = onInterrupt(
    () => {
      say('Stopped before anything was trained.');
      const discarded = opening?.then(({ folder }) => folder.discard());
      void Promise.allSettled([discarded]).then(() => process.exit(EXIT.interrupted));
    },
    { asChild },
  );
  opening = RunFolder.open(path, { resume: flags.resume, logs });
  const { folder, found } = await opening;
  try {
    for (const sentence of found?.skipped ?? []) say(`Skipped: ${sentence}`);
    const plan = found ? await resumedPlan(flags, found) : await freshPlan(flags);
    checkLogFormat(flags, plan.config.output);
    const { demo, task, dataset, data } = flags;
    if (!found && !demo && task === undefined && dataset === undefined && data === undefined) {
      say(ON_GLYPHS);
    }
    const { config, parameters, recipe, resume } = plan;
    const chosen = await openTrainingEngine(config, flags, parameters, recipe, resume?.engine);
    quit.release();
    return await trainAndTest(flags, plan, chosen, folder, logs ?? path);
  } finally {
    quit.release();
    await folder.discard();
  }
}

async function trainAndTest(
  flags: TrainFlags,
  plan: Plan,
  chosen: ChosenEngine,
  folder: RunFolder,
  logDir: string,
): Promise<Finished | undefined> {
  const { path } = folder;
  const { engine } = chosen;
  const { measure } = plan.task.testEpisodes(plan.config, plan.recipe, plan.seed, 'test');
  const { asChild } = flags;
  const display = makeDisplay({ recipe: plan.recipe, measure, unseen: plan.task.unseen, asChild });
  const interrupt = onInterrupt(
    () => display.note(colours.bold('Stopping after this batch. Ctrl-C again quits at once.')),
    { asChild },
  );
  try {
    const logs = await RunLogs.open(logDir, plan.recipe, measure, plan.resume);
    say(announcement(chosen, plan, path));
    const started = performance.now();
    const result = await trainPlan(plan, {
      engine,
      folder,
      logs,
      display,
      signal: interrupt.signal,
      beforeBatch:
        flags.logFormat === 'original' ? await runMannLog(plan, engine, logDir) : undefined,
    });
    if (result.status === 'stopped') {
      display.done();
      const batches = result.step === 1 ? 'batch' : 'batches';
      say(`Stopped, and saved after ${count(result.step)} ${batches}. To resume:`);
      say(`  ${resumeCommand(flags, path, logDir)}`);
      return undefined;
    }
    const seconds = (performance.now() - started) / 1000;
    if (!plan.resume) display.note(`Trained in ${duration(seconds)}.`);
    return await finish(flags, plan, engine, display, {
      path,
      logDir,
      checkpoint: join(path, checkpointName(result.step)),
      seconds: plan.resume ? undefined : seconds,
      signal: interrupt.signal,
    });
  } catch (error) {
    if (!interrupt.signal.aborted || error !== interrupt.signal.reason) throw error;
    display.done();
    say('The training is finished and saved, but its test was stopped. To test:');
    say(`  ${commandLine(['test', path])}`);
    return undefined;
  } finally {
    display.done();
    await engine.dispose();
    interrupt.release();
  }
}

/** Mistakes in flags come to light before a folder is made. */
function checkFlags(flags: TrainFlags): void {
  modelConfig(networkGiven(flags));
  makeRecipe(recipeGiven(flags));
  const { demo, resume, task = 'drawings', labels } = flags;
  if (demo && task !== 'drawings') {
    throw new UserError(`--demo trains on drawings: leave out --task ${task}`);
  }
  // of a run that is resumed the checkpoint says what the task is
  if (resume) return;
  checkTaskFlags(flags);
  checkLogFormat(flags, task === 'drawings' ? labels : task);
}

/** @param labels what a network answers with, or what its labels are */
function checkLogFormat({ logFormat }: TrainFlags, labels = 'one-hot'): void {
  if (logFormat !== 'original' || labels === 'one-hot' || labels === 'classes') return;
  throw new UserError(
    '--log-format original is for drawings with one-hot labels: run_mann.py has no other task',
  );
}

interface Places {
  /** The run folder. */
  readonly path: string;
  /** The folder of its logs, where that is another one. */
  readonly logs: string | undefined;
}

/**
 * Where a run goes. Called as run_mann.py is, or with its preset, each model has a folder of its own in
 * `--save-dir` and `--log-dir`, so that both models may be given the same.
 */
async function placesOf(flags: TrainFlags): Promise<Places> {
  const { saveDir, logDir, preset } = flags;
  const model = modelOf(flags);
  const isOwn = flags.asChild || (!flags.asRunMann && preset !== 'original');
  if (isOwn) return { path: folderOf(flags), logs: logDir };
  // A run of before the folders of the models, or a folder that is one of them.
  const isRun = flags.resume && saveDir !== undefined && (await holdsCheckpoints(saveDir));
  if (isRun) return { path: saveDir, logs: logDir };
  return {
    path: saveDir === undefined ? folderOf(flags) : modelFolder(saveDir, model),
    logs: logDir === undefined ? undefined : modelFolder(logDir, model),
  };
}

function folderOf(flags: TrainFlags): string {
  if (flags.saveDir !== undefined) return flags.saveDir;
  if (flags.demo && !flags.resume) return freshFolder('demo');
  const { split, preset, seed = 1 } = flags;
  const dataset = flags.demo ? 'demo' : datasetName(flags);
  const run = { dataset, split, model: modelOf(flags), preset, seed };
  return flags.resume ? existingRunFolder(run) : runFolderName(run);
}

/** Begins a log of run_mann.py's form; gives what writes its rows. */
async function runMannLog({ config, recipe, seed, task }: Plan, engine: Engine, folder: string) {
  const model = kindOf(config);
  const { numClasses } = config;
  const numSamples = Math.ceil(recipe.episodeLength / numClasses);
  const name = { model, numClasses, numSamples, begun: new Date() };
  const log = await RunMannLog.begin(folder, name);
  return async (step: number) => {
    if (step % LOG_EVERY !== 0) return;
    const batch = task.testEpisodes(config, recipe, seed, `log ${step}`).next();
    await log.add(step, batch as EpisodeBatch, (await engine.forward(batch)).logits);
  };
}

interface Surroundings {
  readonly engine: Engine;
  readonly folder: RunFolder;
  readonly logs: RunLogs;
  readonly display: Display;
  readonly signal: AbortSignal;
  readonly beforeBatch: ((step: number) => Promise<void>) | undefined;
}

function trainPlan(
  { config, recipe, seed, task, resume }: Plan,
  { engine, folder, logs, display, signal, beforeBatch }: Surroundings,
): Promise<TrainResult> {
  return train({
    engine,
    recipe,
    source: task.trainingEpisodes(config, recipe, seed),
    sampling: samplingThread,
    seed,
    dataset: task.record,
    version,
    evaluation: (step) => task.testEpisodes(config, recipe, seed, `evaluation ${step}`),
    resume,
    signal,
    beforeBatch,
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
  readonly logDir: string;
  readonly checkpoint: string;
  readonly seconds: number | undefined;
  readonly signal: AbortSignal;
}

/** Tests the trained network and writes the report. */
async function finish(
  flags: TrainFlags,
  plan: Plan,
  engine: Engine,
  display: Display,
  { path, logDir, checkpoint, seconds, signal }: Ending,
): Promise<Finished> {
  const { config, recipe, seed, task } = plan;
  const batches = flags.testBatches ?? TEST_BATCHES;
  // the test of the table is that of `mann test`
  const episodes = task.testEpisodes(config, { ...recipe, distractors: 0 }, seed, 'test');
  const { keepMemory } = recipe;
  const test = await testNetwork(engine, episodes, { batches, display, keepMemory, signal });
  const report = join(path, 'report.html');
  let failure: unknown;
  try {
    await writeReport(report, { engine, recipe, task, seed, test, seconds, logDir });
  } catch (error) {
    failure = error; // the result is known all the same
  }
  return { plan, measure: episodes.measure, test, path, checkpoint, report, failure, seconds };
}

/** @throws why the report could not be written, where that is so */
function printResult(
  flags: TrainFlags,
  { plan, measure, test, path, checkpoint, report, failure, seconds }: Finished,
): void {
  const { config, task } = plan;
  if (flags.json) {
    const run = { folder: path, checkpoint, ...(!failure && { report }), seconds };
    const result = { ...resultJson(config, task, measure, test), run };
    process.stdout.write(`${JSON.stringify(result)}\n`);
  } else {
    const files = [`Checkpoint  ${checkpoint}`, ...(failure ? [] : [`Report      ${report}`])];
    process.stdout.write(`${resultText(config, task, measure, test)}\n\n${files.join('\n')}\n`);
  }
  if (failure) {
    say('The training is saved, but its report could not be written. To write it:');
    say(`  ${commandLine(['report', path])}`);
    throw failure;
  }
  if (flags.json || !flags.demo) return;
  say('\nOpen the report in a browser. To train on Omniglot:');
  say(`  ${commandLine(['train', '--dataset', 'omniglot', '--iterations', '4000'])}`);
}

/** The rest is in the checkpoint. */
function resumeCommand(flags: TrainFlags, path: string, logDir: string): string {
  const args = ['train', '--resume', '--save-dir', path];
  const add = (flag: string, value: string | number | undefined) => {
    if (value !== undefined) args.push(flag, String(value));
  };
  add('--data', flags.data);
  add('--log-dir', logDir === path ? undefined : logDir);
  add('--log-format', flags.logFormat);
  add('--engine', flags.engine);
  add('--threads', flags.threads);
  add('--test-batches', flags.testBatches);
  return commandLine(args);
}
