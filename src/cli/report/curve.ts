import { join } from 'node:path';
import { readWhole } from '../../common/files/read-file.js';
import type { CurvePoint } from '../../report/index.js';
import { CSV_FILE } from '../../runs/run-logs.js';
import type { Measure, Scores } from '../../tasks/scores.js';

/** Bytes of a training table: a million rows and more. */
const MOST = 2 ** 27;

/** The training table of a run, out of its CSV; empty where there is none. */
export function readCurve(folder: string, { columns }: Measure): CurvePoint[] {
  let text: string;
  try {
    text = readWhole(join(folder, CSV_FILE), MOST).toString('utf8');
  } catch {
    return [];
  }
  return text
    .split('\n')
    .slice(1, -1)
    .map((line) => {
      const [batch, loss, ...cells] = line.split(',');
      const scores: Scores = {};
      for (const [i, { key }] of columns.entries()) if (cells[i]) scores[key] = Number(cells[i]);
      return { batch: Number(batch), loss: Number(loss), scores };
    });
}
