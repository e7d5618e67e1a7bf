import type { FormTimes } from './forms.ts';
import type { WholeTraining } from './rest.ts';
import type { StepTimes } from './steps.ts';

/** What `npm run bench -- --json FILE` keeps; times in milliseconds. */
export interface Figures {
  readonly machine: string;
  readonly date: string;
  readonly steps: readonly StepTimes[];
  readonly forms?: readonly FormTimes[];
  readonly online: number;
  readonly loading: number;
  readonly drawing: number;
  readonly whole: WholeTraining;
}

/** Prints each figure beside the earlier one; less is better in all of them. */
export function compare(earlier: Figures, now: Figures): void {
  console.log(`\nBeside ${earlier.date}, ${earlier.machine}:`);
  if (earlier.machine !== now.machine)
    console.log('(another machine: only ratios within a run tell)');
  const before = flat(earlier);
  for (const [name, value] of flat(now)) {
    const old = before.get(name);
    if (old === undefined) continue;
    const change = (100 * (value - old)) / old;
    const sign = change > 0 ? '+' : '';
    console.log(
      `${name.padEnd(44)}${old.toFixed(2).padStart(9)} ${value.toFixed(2).padStart(9)}  ${sign}${change.toFixed(1)}%`,
    );
  }
}

function flat({
  steps,
  forms = [],
  online,
  loading,
  drawing,
  whole,
}: Figures): Map<string, number> {
  const result = new Map<string, number>();
  for (const { engine, threads, batch, training, forward } of steps) {
    const name = `${engine}, ${threads} threads, batches of ${batch}`;
    result.set(`${name}: training step, ms`, training);
    result.set(`${name}: forward, ms`, forward);
  }
  for (const { form, threads, training } of forms) {
    result.set(`${form}, ${threads} threads: training step, ms`, training);
  }
  result.set('online step, ms', online);
  result.set('start to the first prediction, ms', loading);
  result.set('drawing the episodes of a batch, ms', drawing);
  result.set('a batch of mann train, ms', whole.batch);
  result.set('memory of mann train, MB', whole.memory);
  return result;
}
