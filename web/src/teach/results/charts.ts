/** The two charts, on the page and as files. */
import { byId } from '../../ui/element.js';
import { learningPanels } from '../charts/learning.js';
import { type Drawn, drawPanels, type Key, type Panel } from '../charts/panels.js';
import { type Slice, shotPanels } from '../charts/shots.js';
import { DASHES, inFile, onPage, type Theme } from '../charts/theme.js';
import { isTested, type Run } from '../runs/run.js';

/** Pixels of a file's picture, before it is doubled. */
const FILE = 1200;
/** From so many pixels on there is room for panels beside each other. */
const [TWO, WIDE, FOUR] = [300, 520, 920];

/** The curves on the page, and what they were drawn of: names, places, the width. */
let shown: { readonly of: string; readonly drawn: Drawn } | undefined;

export function showLearning(runs: readonly Run[], width: number): void {
  const panels = learningPanels(runs, onPage);
  const label = `Learning curves of ${namesOf(runs)}`;
  const of = JSON.stringify([
    ...[width, label, panels[0]!.to, panels[0]!.chance],
    ...runs.map(({ place }) => place),
  ]);
  if (shown?.of === of) {
    shown.drawn.move(panels);
    return;
  }
  const columns = width >= FOUR ? 4 : width >= TWO ? 2 : 1;
  const drawn = drawPanels(panels, { width, columns, theme: onPage, label });
  byId('learning').replaceChildren(drawn.picture);
  shown = { of, drawn };
}

export function showShots(runs: readonly Run[], slice: Slice, width: number): void {
  const columns = width >= WIDE ? 2 : 1;
  const label = `N-way K-shot accuracy of ${namesOf(runs.filter(isTested))}`;
  byId('shots').replaceChildren(
    drawPanels(shotPanels(runs, slice, onPage), { width, columns, theme: onPage, label }).picture,
  );
}

export const learningFile = (runs: readonly Run[]): Drawn =>
  fileOf(
    'Accuracy by instance while training',
    learningPanels(runs, inFile),
    legendOf(runs, inFile),
  );

export const shotsFile = (runs: readonly Run[], slice: Slice): Drawn =>
  fileOf('N-way K-shot accuracy on new classes', shotPanels(runs, slice, inFile), [
    ...legendOf(runs.filter(isTested), inFile),
    { name: 'Nearest neighbour on pixels', colour: inFile.muted, dash: '4 4' },
  ]);

const fileOf = (title: string, panels: readonly Panel[], legend: readonly Key[]) =>
  drawPanels(panels, { width: FILE, columns: 2, theme: inFile, label: title, title, legend });

const legendOf = (runs: readonly Run[], theme: Theme): Key[] =>
  runs.map(({ name, place }) => ({ name, colour: theme.runs[place]!, dash: DASHES[place]! }));

const namesOf = (runs: readonly Run[]) => runs.map(({ name }) => name).join('; ');
