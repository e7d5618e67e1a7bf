/** The log of run_mann.py. */
import { appendFile, open } from 'node:fs/promises';
import { join } from 'node:path';
import { runFileError } from '../../common/files/file-errors.js';
import type { Floats } from '../../model/tensors.js';
import { instancesOf, type LabelledEpisodes } from '../../tasks/classification/by-instance.js';
import { argmax } from '../../tasks/scores.js';

/** Batches between two rows. */
export const LOG_EVERY = 100;

/** What names a log. */
export interface LogName {
  readonly model: string;
  readonly numClasses: number;
  /** Drawings of a class in an episode: as many columns has a row. */
  readonly numSamples: number;
  readonly begun: Date;
}

/** MANN-5-10--11-27-09-45: model, classes, drawings of each, month, day, hour, minute. */
export function logFileName({ model, numClasses, numSamples, begun }: LogName): string {
  const time = [begun.getMonth() + 1, begun.getDate(), begun.getHours(), begun.getMinutes()];
  const digits = time.map((part) => String(part).padStart(2, '0')).join('-');
  return `${model.toUpperCase()}-${numClasses}-${numSamples}--${digits}`;
}

/**
 * The share of right answers on a batch by instance, from the 1st to the last of `numSamples`; 0 for one that
 * does not come up.
 * @param logits [B, T, C]
 */
export function sharesByInstance(
  { batch: B, length: T, labels }: LabelledEpisodes,
  logits: Floats,
  numSamples: number,
): number[] {
  const C = logits.length / (B * T);
  const right = new Array<number>(T).fill(0);
  const total = new Array<number>(T).fill(0);
  for (let b = 0; b < B; b++) {
    for (const [t, instance] of instancesOf(labels.subarray(b * T, (b + 1) * T)).entries()) {
      const step = b * T + t;
      total[instance - 1]!++;
      if (argmax(logits, step * C, C) === labels[step]) right[instance - 1]!++;
    }
  }
  return Array.from({ length: numSamples }, (_, i) => (total[i] ? right[i]! / total[i]! : 0));
}

/** A row: batches done, then the share of right answers at each instance. */
export function logRow(batch: number, shares: readonly number[]): string {
  return [batch, ...shares.map(fourDigits)].join(', ');
}

/** As Python writes it: of two that are as close, the even one. So close are only odd multiples of 1/32. */
function fourDigits(share: number): string {
  const below = Math.floor(share * 1e4);
  const isTie = (share * 32) % 2 === 1;
  return (isTie && below % 2 === 0 ? below / 1e4 : share).toFixed(4);
}

/** A log file, of one start of the program alone. */
export class RunMannLog {
  private constructor(
    readonly path: string,
    readonly numSamples: number,
  ) {}

  /**
   * Begins a file; one of the same minute is left alone.
   * @throws UserError when it cannot be written
   */
  static async begin(folder: string, name: LogName): Promise<RunMannLog> {
    for (let i = 1; ; i++) {
      const path = join(folder, `${logFileName(name)}${i === 1 ? '' : `-${i}`}.csv`);
      try {
        await (await open(path, 'wx')).close();
        return new RunMannLog(path, name.numSamples);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
        throw runFileError(error, path);
      }
    }
  }

  /** @param logits of a test batch, [B, T, C] */
  async add(done: number, batch: LabelledEpisodes, logits: Floats): Promise<void> {
    const row = logRow(done, sharesByInstance(batch, logits, this.numSamples));
    try {
      await appendFile(this.path, `${row}\n`);
    } catch (error) {
      throw runFileError(error, this.path);
    }
  }
}
