/** Trains and tests the rows of an experiment, one after another. */
import { join } from 'node:path';
import { messageOf } from '../../common/errors.js';
import type { Measure } from '../../tasks/scores.js';
import type { Evaluation } from '../../training/evaluation/evaluate.js';
import { count } from '../display/format.js';
import { makeDisplay } from '../display/make-display.js';
import { say } from '../display/wrapped.js';
import { testNetwork } from '../networks/testing.js';
import { openTrained } from '../networks/trained.js';
import { TEST_BATCHES } from '../options/recipe-options.js';
import { commandLine } from '../process/invocation.js';
import { loadData } from '../tasks/load-data.js';
import type { TrainFlags } from '../training/plan.js';
import { trainToEnd } from '../training/run.js';
import type { Experiment, NeighboursRow, NetworkRow, Row, TransferRow } from './experiment.js';
import { testNeighbours } from './neighbours.js';

export interface ExperimentFlags
  extends Pick<TrainFlags, 'data' | 'seed' | 'engine' | 'threads' | 'testBatches'> {
  /** The shortened form. */
  readonly quick?: true;
  /** Batches of each network. Default: those of its row. */
  readonly iterations?: number;
  /** The row of that name, or all whose name contains this. Default: all. */
  readonly row?: string;
  /** The folder of all its runs. */
  readonly saveDir?: string;
}

/** A row with its result. */
export interface RowResult {
  readonly row: Row;
  readonly measure: Measure;
  readonly test: Evaluation;
  /** Batches trained; of baselines none. */
  readonly batches?: number;
}

/** Batches of a test in the shortened form. */
const QUICK_TEST = 50;

/** @returns the rows that have a result: all, unless it was stopped */
export async function runExperiment(
  experiment: Experiment,
  flags: ExperimentFlags,
): Promise<{ results: RowResult[]; stopped: boolean }> {
  const rows = rowsOf(experiment, flags.row);
  const results: RowResult[] = [];
  for (const [i, row] of rows.entries()) {
    say(`\n${experiment.name}: ${row.name} (${i + 1} of ${rows.length})`);
    const result = await resultOf(row, experiment, flags);
    if (!result) return { results, stopped: true };
    results.push({ row, ...result });
  }
  return { results, stopped: false };
}

/** The row of that name, or else all whose name contains the text. */
export function rowsOf({ rows }: Experiment, text = ''): readonly Row[] {
  const wanted = text.toLowerCase();
  const named = rows.filter(({ name }) => name.toLowerCase() === wanted);
  return named.length > 0 ? named : rows.filter(({ name }) => name.toLowerCase().includes(wanted));
}

type Result = Omit<RowResult, 'row'>;

function resultOf(
  row: Row,
  experiment: Experiment,
  flags: ExperimentFlags,
): Promise<Result | undefined> {
  if ('neighbours' in row) return neighboursResult(row, flags);
  if ('of' in row) return transferResult(row, experiment, flags);
  return networkResult(row, experiment, flags);
}

/** Where a row's run is: it goes on there when it was stopped. */
export function runFolderOf(row: Row, experiment: Experiment, flags: ExperimentFlags): string {
  const slug = row.name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return join(experimentFolder(experiment, flags), slug);
}

/** The folder of an experiment's runs. */
export function experimentFolder({ name }: Experiment, flags: ExperimentFlags): string {
  const { quick, seed = 1, saveDir = join('runs', 'reproduce') } = flags;
  return join(saveDir, `${name}${quick ? '-quick' : ''}-seed${seed}`);
}

const testBatchesOf = ({ testBatches, quick }: ExperimentFlags) =>
  testBatches ?? (quick ? QUICK_TEST : TEST_BATCHES);

/** What everything is run with. */
function common({ data, seed, engine, threads }: ExperimentFlags): TrainFlags {
  return {
    ...(data !== undefined && { data }),
    ...(seed !== undefined && { seed }),
    ...(engine !== undefined && { engine }),
    ...(threads !== undefined && { threads }),
  };
}

async function networkResult(
  row: NetworkRow,
  experiment: Experiment,
  flags: ExperimentFlags,
): Promise<Result | undefined> {
  const { data, ...others } = common(flags);
  const finished = await trainToEnd({
    ...row.train,
    ...(flags.quick && { iterations: row.quick }),
    ...(flags.iterations !== undefined && { iterations: flags.iterations }),
    ...others,
    ...(row.train.dataset !== undefined && data !== undefined && { data }),
    saveDir: runFolderOf(row, experiment, flags),
    resume: true,
    evaluateEvery: 0,
    testBatches: testBatchesOf(flags),
  });
  if (!finished) return undefined;
  const { measure, test, plan, path, failure } = finished;
  if (failure) {
    const command = commandLine(['report', path]);
    say(`The report of ${row.name} is missing (${messageOf(failure)}): ${command} writes it.`);
  }
  return { measure, test, batches: plan.recipe.iterations };
}

async function transferResult(
  row: TransferRow,
  experiment: Experiment,
  flags: ExperimentFlags,
): Promise<Result> {
  const trained = experiment.rows.find(({ name }) => name === row.of)!;
  const { engine, recipe, task, seed } = await openTrained(
    runFolderOf(trained, experiment, flags),
    { ...common(flags), numClasses: row.numClasses },
    row.slots,
  );
  try {
    const episodes = task.testEpisodes(engine.config, recipe, seed, 'test');
    const { measure } = episodes;
    const display = makeDisplay({ recipe, measure, unseen: task.unseen });
    const batches = testBatchesOf(flags);
    const test = await testNetwork(engine, episodes, { batches, display });
    display.done();
    return { measure, test };
  } finally {
    await engine.dispose();
  }
}

async function neighboursResult(row: NeighboursRow, flags: ExperimentFlags): Promise<Result> {
  const given = { ...row.train, ...common(flags) };
  const data = await loadData(given);
  let said = 0;
  return testNeighbours(data, given, row.neighbours, {
    batches: testBatchesOf(flags),
    onProgress: (done, of) => {
      const quarter = Math.floor((4 * done) / of);
      if (quarter !== said && quarter > 0) say(`${count(done)} of ${count(of)} batches`);
      said = quarter % 4;
    },
  });
}
