import { join } from 'node:path';
import { readWhole } from '../../common/read-file.js';
import type { CurvePoint } from '../../report/index.js';
import { CSV_FILE } from '../../runs/run-logs.js';
import { INSTANCES } from '../../training/metrics.js';

/** Bytes of a training table: a million rows and more. */
const MOST = 2 ** 27;

/** The training table of a run, out of its CSV; empty where there is none. */
export function readCurve(folder: string): CurvePoint[] {
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
      const accuracy: Record<string, number> = {};
      for (let i = 0; i < INSTANCES; i++) if (cells[i]) accuracy[i + 1] = Number(cells[i]);
      return { batch: Number(batch), loss: Number(loss), accuracy };
    });
}
