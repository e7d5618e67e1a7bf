import colours from 'picocolors';
import { columnInWords, type RunProgress, scoreInWords } from '../../sweeps/result.js';
import { barLines } from '../display/bar.js';
import { count, duration } from '../display/format.js';
import { wrapped } from '../display/wrapped.js';
import type { SweepProgress } from './progress.js';

const INDENT = '  ';
/** Runs that are named. */
const MOST_NAMED = 12;

/** How a sweep goes, as lines of at most `width` columns. */
export function sweepBlock(progress: SweepProgress, width: number): string[] {
  const text = (words: string) => wrapped(words, width, { indent: INDENT, cut: true });
  const { running, secondsLeft, share } = progress;
  const names = [...running];
  const more = names.length - MOST_NAMED;
  return [
    '',
    ...barLines(share, countsOf(progress), width),
    ...(secondsLeft === undefined ? [] : text(`${duration(secondsLeft)} left`)),
    '',
    ...names.slice(0, MOST_NAMED).map(([name, told]) => runLine(name, told, width)),
    ...(more > 0 ? text(`and ${count(more)} more`) : []),
    '',
    ...bestLine(progress).flatMap(text),
    ...text('Ctrl-C saves and stops.').map(colours.dim),
  ];
}

/** `3 of 12 runs done, 2 running, 1 failed`. */
export function countsOf(progress: SweepProgress): string {
  const failed = progress.count('failed');
  return [
    `${count(progress.count('done'))} of ${count(progress.runs.length)} runs done`,
    `${count(progress.running.size)} running`,
    ...(failed > 0 ? [`${count(failed)} failed`] : []),
  ].join(', ');
}

/** None until a run is done. */
export function bestLine({ best }: SweepProgress): string[] {
  if (!best) return [];
  const { name, test, measure, column, score } = best;
  return [
    `best ${test} ${columnInWords(measure, column)}: ${scoreInWords(measure, score)} (${name})`,
  ];
}

/** One line for a run: a long name loses its beginning, which it shares with others. */
function runLine(name: string, told: RunProgress | undefined, width: number): string {
  const state = stateOf(told);
  const room = width - INDENT.length - 2 - state.length;
  if (room < 8) return `${INDENT}${state}`.slice(0, width);
  const shown = name.length > room ? `…${name.slice(name.length - room + 1)}` : name.padEnd(room);
  return `${INDENT}${shown}  ${state}`;
}

function stateOf(told: RunProgress | undefined): string {
  if (!told) return 'starting';
  const { phase, step, steps, accuracy, secondsLeft } = told;
  const percent = `${Math.floor((100 * step) / steps)}%`;
  if (phase === 'testing') return `testing ${percent}`;
  const score = accuracy === undefined ? '' : `${accuracy.toFixed(1)}, `;
  const left = secondsLeft === undefined ? '' : `, ${duration(secondsLeft)} left`;
  return `${score}${percent}${left}`;
}
