/** The logs of a run: one JSON line per evaluation, and the training table as CSV (Node). */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, writeFileAtomic } from '../common/files/atomic-file.js';
import { fileError, runFileError } from '../common/files/file-errors.js';
import { readWhole } from '../common/files/read-file.js';
import type { Measure } from '../tasks/scores.js';
import type { Recipe } from '../training/recipe/recipe.js';
import type { ResumableCheckpoint } from '../training/state.js';
import type { EvaluationLine, TrainingRow } from '../training/trainer.js';

export const LOG_FILE = 'log.jsonl';
export const CSV_FILE = 'log.csv';
/** Bytes of a log. */
const LARGEST = 2 ** 28;

const csvHeader = ({ columns }: Measure) =>
  `batch,loss,${columns.map(({ title }) => title).join(',')}`;

/** The line of an evaluation in `log.jsonl`, with scores by the name of the measure. It contains no times. */
export function logLine({ scores, evaluation, ...line }: EvaluationLine, measure: Measure): string {
  const { batch, loss, ...rest } = line;
  const { scores: unseen, ...tested } = evaluation;
  const { name } = measure;
  return JSON.stringify({
    ...{ batch, loss, [name]: scores },
    ...rest,
    evaluation: { [name]: unseen, ...tested },
  });
}

/** A row of `log.csv`: batch, loss, and the score in each column (empty if there was none). */
export function csvRow({ batch, loss, scores }: TrainingRow, { columns }: Measure): string {
  const cells = columns.map(({ key }) => scores[key]?.toFixed(2) ?? '');
  return [batch, loss.toFixed(4), ...cells].join(',');
}

/**
 * The lines of a log to keep when training resumes from a checkpoint: those up to it. Later lines will be written
 * again, and so will those of its own step if the run was stopped before all were written. An incomplete last line is
 * dropped.
 * @param batchOf the batch of a line, or NaN
 * @param every batches between two lines. When a run is continued beyond its end, a line that was written only because it
 *   had ended is dropped too.
 */
function linesUpTo(
  text: string,
  batchOf: (line: string) => number,
  every: number,
  { step, logged, beyondEnd }: { step: number; logged: boolean; beyondEnd: boolean },
): string[] {
  return text
    .split('\n')
    .slice(0, -1)
    .filter((line) => {
      const batch = batchOf(line);
      if (batch !== step) return batch < step;
      return logged && !(beyondEnd && batch % every !== 0);
    });
}

/** The log files of a run: `const logs = await RunLogs.open(folder, recipe, source.measure)`, then `logs.report(row)`. */
export class RunLogs {
  readonly #logPath: string;
  readonly #csvPath: string;

  private constructor(
    folder: string,
    readonly measure: Measure,
  ) {
    this.#logPath = join(folder, LOG_FILE);
    this.#csvPath = join(folder, CSV_FILE);
  }

  /**
   * Begins the logs of a run, or continues them from a checkpoint.
   * @param recipe of the training
   * @param measure of its task
   * @param resume the checkpoint to resume from
   * @throws UserError if the files can't be read or written
   */
  static async open(
    folder: string,
    recipe: Recipe,
    measure: Measure,
    resume?: Pick<ResumableCheckpoint, 'step' | 'training'>,
  ): Promise<RunLogs> {
    const logs = new RunLogs(folder, measure);
    const cut = async (path: string, batchOf: (line: string) => number, header: string[]) => {
      let lines: string[] = [];
      if (resume) {
        const { step, training } = resume;
        const { reportEvery, evaluateEvery, iterations } = training.recipe;
        lines = linesUpTo(
          textOf(path),
          batchOf,
          path === logs.#csvPath ? reportEvery : evaluateEvery,
          {
            step,
            logged: training.logged,
            beyondEnd: step === iterations && step < recipe.iterations,
          },
        );
      }
      await writeFileAtomic(path, [...header, ...lines].map((line) => `${line}\n`).join(''));
    };
    try {
      await makeFolder(folder);
      await cut(logs.#logPath, batchOfJson, []);
      await cut(logs.#csvPath, batchOfCsv, [csvHeader(measure)]);
    } catch (error) {
      throw fileError(error, `cannot write logs to ${folder}`, 'Choose another folder.');
    }
    return logs;
  }

  async report(row: TrainingRow): Promise<void> {
    await append(this.#csvPath, csvRow(row, this.measure));
  }

  async evaluation(line: EvaluationLine): Promise<void> {
    await append(this.#logPath, logLine(line, this.measure));
  }
}

/** Appends a line and syncs it, so that no checkpoint is newer than its log. */
async function append(path: string, line: string): Promise<void> {
  try {
    const file = await open(path, 'a');
    try {
      await file.appendFile(`${line}\n`);
      await file.datasync();
    } finally {
      await file.close();
    }
  } catch (error) {
    throw runFileError(error, path);
  }
}

/** The text of a log; empty if there is none. */
function textOf(path: string): string {
  try {
    return readWhole(path, LARGEST).toString('utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

function batchOfCsv(line: string): number {
  return /^\d+,/.test(line) ? Number.parseInt(line, 10) : Number.NaN;
}

function batchOfJson(line: string): number {
  try {
    return (JSON.parse(line) as { batch: number }).batch;
  } catch {
    return Number.NaN;
  }
}
