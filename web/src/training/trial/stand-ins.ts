import { SIDE, type Stroke } from '../../pad/strokes.js';
import type { Named } from '../../session/step.js';

/** Between two points of a line, in the pad's units. */
const APART = 25;

/** Three symbols for visitors who have not drawn three of their own. */
export const standIns: readonly Named[] = [
  { name: 'A', look: { strokes: [circle(), line([0.3, 0.5], [0.7, 0.5])] } },
  { name: 'B', look: { strokes: [line([0.2, 0.3], [0.8, 0.3], [0.2, 0.7], [0.8, 0.7])] } },
  { name: 'C', look: { strokes: [line([0.25, 0.2], [0.5, 0.5], [0.75, 0.2]), fall()] } },
];

function fall(): Stroke {
  return line([0.5, 0.5], [0.5, 0.85]);
}

/** From corner to corner, in sides of the pad, with as many points between them as a pen leaves. */
function line(...corners: readonly (readonly [number, number])[]): Stroke {
  const points: number[] = [];
  for (const [i, [x, y]] of corners.entries()) {
    const [fromX, fromY] = corners[Math.max(i - 1, 0)]!;
    const steps = Math.max(1, Math.round((Math.hypot(x - fromX, y - fromY) * SIDE) / APART));
    for (let step = 1; step <= steps; step++) {
      const part = step / steps;
      points.push(unit(fromX + part * (x - fromX)), unit(fromY + part * (y - fromY)));
    }
  }
  return points;
}

function circle(): Stroke {
  return Array.from({ length: 49 }, (_, i) => (2 * Math.PI * i) / 48).flatMap((angle) => [
    unit(0.5 + 0.3 * Math.sin(angle)),
    unit(0.5 - 0.3 * Math.cos(angle)),
  ]);
}

function unit(side: number): number {
  return Math.round(side * SIDE);
}
