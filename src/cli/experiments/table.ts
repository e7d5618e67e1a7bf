/** The table of an experiment: ours and the published figures, for terminals and as Markdown. */
import type { Column, Measure } from '../../tasks/scores.js';
import type { Experiment } from './experiment.js';
import type { RowResult } from './run-experiment.js';

interface Line {
  readonly name: string;
  readonly cells: readonly string[];
}

/** Of each row ours, then the published figures and the bound, where there are any. */
function linesOf(experiment: Experiment, results: readonly RowResult[]): Line[] {
  return results.flatMap(({ row, measure, test }): Line[] => {
    const shown = columnsOf(experiment, measure);
    const numbers = (of: (key: string, i: number) => number | undefined) =>
      shown.map(({ key }, i) => of(key, i)?.toFixed(measure.digits) ?? '-');
    const { paper } = row;
    const { bound, boundName = 'bound' } = { ...measure, bound: test.bound };
    return [
      { name: row.name, cells: numbers((key) => test.scores[key]) },
      ...(paper ? [{ name: '  published', cells: numbers((_, i) => paper[i]) }] : []),
      ...(bound ? [{ name: `  ${boundName}`, cells: numbers((key) => bound[key]) }] : []),
    ];
  });
}

function columnsOf({ columns }: Experiment, measure: Measure): readonly Column[] {
  return columns.map(
    (key) => measure.columns.find((column) => column.key === key) ?? { key, title: key },
  );
}

/** For terminals. */
export function experimentTable(experiment: Experiment, results: readonly RowResult[]): string {
  const { measure } = results[0]!;
  const titles = columnsOf(experiment, measure).map(({ title }) => title);
  const lines = [{ name: measure.title, cells: titles }, ...linesOf(experiment, results)];
  const wide = Math.max(...lines.map(({ name }) => name.length)) + 1;
  const widths = titles.map((title) => Math.max(7, title.length + 1));
  return lines
    .map(
      ({ name, cells }) => name.padEnd(wide) + cells.map((c, i) => c.padStart(widths[i]!)).join(''),
    )
    .join('\n');
}

/** The same as Markdown. */
export function experimentMarkdown(experiment: Experiment, results: readonly RowResult[]): string {
  const { measure } = results[0]!;
  const titles = columnsOf(experiment, measure).map(({ title }) => title);
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    row([measure.title, ...titles]),
    row(['---', ...titles.map(() => '---')]),
    ...linesOf(experiment, results).map(({ name, cells }) => row([name.trim(), ...cells])),
  ].join('\n');
}
