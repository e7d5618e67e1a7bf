import { isTested, type Run } from '../runs/run.js';
import type { Shot } from '../training/messages.js';
import type { Line, Panel } from './panels.js';
import { DASHES, type Theme } from './theme.js';

/** Which slices of the test are shown: accuracy over N at one K, and over K at one N. */
export interface Slice {
  readonly ways: number;
  readonly shots: number;
}

export function shotPanels(runs: readonly Run[], { ways, shots }: Slice, theme: Theme): Panel[] {
  const tested = runs.filter(isTested);
  const all = tested.flatMap(({ result }) => result.shots);
  const [mostWays, mostShots] = [
    Math.max(...all.map(({ ways }) => ways), 3),
    Math.max(...all.map(({ shots }) => shots), 2),
  ];
  const lines = (isIn: (shot: Shot) => boolean, x: (shot: Shot) => number): Line[] => [
    neighbours(all.filter(isIn), x, theme),
    ...tested.map(({ place, result }) => ({
      colour: theme.runs[place]!,
      dash: DASHES[place]!,
      dots: true,
      points: result.shots.filter(isIn).map((shot) => ({ x: x(shot), ...pointOf(shot.network) })),
    })),
  ];
  const everyWay = Array.from({ length: mostWays - 1 }, (_, i) => i + 2);
  return [
    {
      title: `${shots} labelled ${shots === 1 ? 'drawing' : 'drawings'} of each class`,
      ...{ from: 2, to: mostWays, under: 'classes (N)' },
      ticks: [2, 3, 5, 10, 15, 20].filter((tick) => tick <= mostWays),
      lines: lines(
        (shot) => shot.shots === shots,
        (shot) => shot.ways,
      ),
      chance: everyWay.map((N) => ({ x: N, y: 100 / N })),
    },
    {
      title: `${ways} classes`,
      ...{ from: 1, to: mostShots, under: 'labelled drawings of each class (K)' },
      ticks: [1, 2, 3, 5, 10].filter((tick) => tick <= mostShots),
      lines: lines(
        (shot) => shot.ways === ways,
        (shot) => shot.shots,
      ),
      chance: [1, mostShots].map((x) => ({ x, y: 100 / ways })),
    },
  ];
}

const pointOf = ({ accuracy: y, ci95 }: Shot['network']) => ({ y, ci95 });

/** Of all runs together: where two had the same test, once. */
function neighbours(shots: readonly Shot[], x: (shot: Shot) => number, theme: Theme): Line {
  const byX = new Map(shots.map((shot) => [x(shot), { x: x(shot), ...pointOf(shot.neighbours) }]));
  const points = [...byX.values()].sort((a, b) => a.x - b.x);
  return { colour: theme.muted, dash: '4 4', dots: true, points };
}
