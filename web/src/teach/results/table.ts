import { element } from '../../ui/element.js';
import { INSTANCES } from '../charts/learning.js';
import { isTested, type Run } from '../runs/run.js';
import type { Score } from '../training/messages.js';
import { ceilingOf, chanceOf } from './bounds.js';

type Tested = Run & { result: NonNullable<Run['result']> };

/** A body for each task: its runs, then nearest neighbours, chance and the upper bound of the same episodes. */
export function showByInstance(table: HTMLTableElement, runs: readonly Run[]): void {
  const groups = new Map<string, Tested[]>();
  for (const run of runs.filter(isTested)) {
    const { classes, length, labels } = run.settings;
    const task = `${classes} classes, ${length} drawings, ${labels === 'strings' ? 'string' : 'one-hot'} labels`;
    groups.set(task, [...(groups.get(task) ?? []), run]);
  }
  table.parentElement!.tabIndex = 0; // it scrolls
  for (const body of [...table.tBodies]) body.remove();
  for (const [task, own] of groups) table.append(bodyOf(task, own));
}

function bodyOf(task: string, runs: readonly Tested[]): HTMLTableSectionElement {
  const { result, settings } = runs[0]!;
  const title = element('th', { scope: 'rowgroup', colspan: INSTANCES.length + 1 }, task);
  return element(
    'tbody',
    {},
    element('tr', { class: 'task' }, title),
    ...runs.map(({ name, result }) => row(name, result.byInstance, 'ours')),
    row('Nearest neighbour on pixels', result.neighbours),
    row('Chance', chanceOf(settings), 'bound'),
    row('Best possible', ceilingOf(settings), 'bound'),
  );
}

function row(
  name: string,
  scores: Readonly<Record<string, Score>>,
  kind = '',
): HTMLTableRowElement {
  return element(
    'tr',
    { class: kind },
    element('th', { scope: 'row' }, name),
    ...INSTANCES.map((instance) => {
      const score = scores[instance];
      if (!score) return element('td', {}, '–');
      const cell = element('td', {}, score.accuracy.toFixed(1));
      if (score.ci95 > 0) cell.append(' ', element('small', {}, `±${score.ci95.toFixed(1)}`));
      return cell;
    }),
  );
}
