/**
 * Trains and tests what the exercises of the page for classes begin with, by the code of its worker, and prints the
 * tables of docs/teaching.md. `npx tsx web/scripts/teach-results.ts`, after `npm run build`; words limit it to
 * exercises whose names contain one: `… teach-results.ts MANN LSTM`.
 */
import { glyphs } from 'mann';
import { ordinal } from '../../dist/tasks/scores.js';
import { instancesExercise, shotsExercise } from '../src/teach/task/exercises.js';
import { Course } from '../src/teach/training/course.js';
import type { Result, Score } from '../src/teach/training/messages.js';

const words = process.argv.slice(2);
const data = glyphs();
const percent = ({ accuracy, ci95 }: Score) => `${accuracy.toFixed(1)} ± ${ci95.toFixed(1)}`;
const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;

function byInstance(name: string, scores: Result['byInstance'], lines: string[]): void {
  lines.push(
    row([name, ...['1', '2', '5', '10'].map((i) => (scores[i] ? percent(scores[i]) : '–'))]),
  );
}

for (const [exercise, starts] of [
  ['Exercise 1', shotsExercise],
  ['Exercise 2', instancesExercise],
] as const) {
  for (const { name, settings } of starts) {
    if (words.length > 0 && !words.some((word) => name.includes(word))) continue;
    const lines = [`\n${exercise}, ${name}: ${JSON.stringify(settings)}`];
    const tell: ConstructorParameters<typeof Course>[4] = (answer) => {
      if (answer.kind !== 'end') return;
      const { result, seconds } = answer;
      lines.push(`trained in ${seconds.toFixed(0)} s; ${result.episodes} episodes`);
      lines.push(row(['', ...[1, 2, 5, 10].map(ordinal)]));
      byInstance(name, result.byInstance, lines);
      byInstance('nearest neighbour', result.neighbours, lines);
      const ways = [...new Set(result.shots.map(({ ways }) => ways))];
      lines.push(row(['K', ...ways.map((N) => `N = ${N}`)]));
      for (const K of new Set(result.shots.map(({ shots }) => shots))) {
        const own = result.shots.filter(({ shots }) => shots === K);
        lines.push(row([String(K), ...own.map(({ network }) => percent(network))]));
        lines.push(row([`${K}, nn`, ...own.map(({ neighbours }) => percent(neighbours))]));
      }
    };
    await new Course(1, settings, data, 1, tell).run(new AbortController().signal);
    console.log(lines.join('\n'));
  }
}
