/** What a sweep keeps in a run folder beside the run's own files (Node): whose it is, and what came of it. */
import { join } from 'node:path';
import * as v from 'valibot';
import { UserError } from '../common/errors.js';
import { writeFileAtomic } from '../common/files/atomic-file.js';
import { fileError, runFileError } from '../common/files/file-errors.js';
import { readWhole } from '../common/files/read-file.js';
import { holdsCheckpoints } from '../runs/run-folder.js';
import type { DoneRun } from './result.js';
import type { SweepRun } from './run.js';

/** Written before anything is trained. */
const RUN_FILE = 'run.json';
/** Written when everything is done. */
const RESULT_FILE = 'result.json';
/** Bytes of these files. */
const LARGEST = 2 ** 24;

const hex = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const runSchema = v.object({ name: v.string(), digest: hex });
const numbers = v.record(v.string(), v.nullable(v.number()));
const resultSchema = v.object({
  tests: v.array(v.object({ name: v.string(), args: v.array(v.string()) })),
  result: v.object({
    status: v.literal('done'),
    steps: v.number(),
    checkpoint: v.pipe(v.string(), v.regex(/^checkpoint-\d+\.safetensors$/)),
    digest: hex,
    figures: v.record(
      v.string(),
      v.looseObject({ ci95: numbers, loss: v.nullable(v.number()), episodes: v.number() }),
    ),
  }),
});

/**
 * Looks whether a run may go on in a folder, or begin there: it is the run's own, or holds no run.
 * @throws UserError where it belongs to another configuration, or nobody knows to which
 */
export async function checkRunFolder(run: SweepRun, folder: string): Promise<void> {
  const path = join(folder, RUN_FILE);
  const found = readJson(path);
  const isRun = v.is(runSchema, found);
  if (!isRun && (await holdsCheckpoints(folder))) {
    throw new UserError(
      `${folder} holds a training that is not of a sweep, or its ${RUN_FILE} is broken: choose another folder`,
    );
  }
  if (isRun && found.digest !== run.digest) {
    throw new UserError(
      `${folder} holds a run of another configuration (${path}): choose another folder, or give the run another name`,
    );
  }
}

/** The same, and writes down whose the folder is. */
export async function claimRunFolder(run: SweepRun, folder: string): Promise<void> {
  await checkRunFolder(run, folder);
  await write(join(folder, RUN_FILE), run);
}

/** The result of a run with these very tests, if it is there. */
export async function keptResult(run: SweepRun, folder: string): Promise<DoneRun | undefined> {
  const own = readJson(join(folder, RUN_FILE));
  const found = readJson(join(folder, RESULT_FILE));
  if (!v.is(runSchema, own) || own.digest !== run.digest || !v.is(resultSchema, found))
    return undefined;
  const same = JSON.stringify(found.tests) === JSON.stringify(run.tests);
  return same ? (found.result as DoneRun) : undefined;
}

export async function keepResult(run: SweepRun, folder: string, result: DoneRun): Promise<void> {
  await write(join(folder, RESULT_FILE), { tests: run.tests, result });
}

async function write(path: string, value: unknown): Promise<void> {
  try {
    await writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`);
  } catch (error) {
    throw runFileError(error, path);
  }
}

/** Undefined where there is no such file, or no JSON in it. */
function readJson(path: string): unknown {
  let text: string;
  try {
    text = readWhole(path, LARGEST).toString('utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw fileError(error, `cannot read ${path}`);
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
