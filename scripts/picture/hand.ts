/** How a hand moves: the way of the pen through the points of a drawing, and how fast it goes there. */

export type Point = readonly [x: number, y: number];
/** Points that the pen goes through without being lifted. */
export type Stroke = readonly Point[];
export type Drawing = readonly Stroke[];

/** How something is drawn another time. All in sides of the pad, but for the slant and the turn. */
export interface Manner {
  readonly size: number;
  /** How far the top leans to the right, in heights. */
  readonly slant: number;
  /** Clockwise, radians. */
  readonly turn: number;
  readonly shift: Point;
  /** How much the lines sway. */
  readonly sway: number;
}

const MIDDLE = 0.5;

/** The drawing made another time: never quite the same shape again. */
export function inManner(drawing: Drawing, { size, slant, turn, shift, sway }: Manner): Drawing {
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  return drawing.map((stroke) =>
    stroke.map(([x, y]) => {
      const v = y - MIDDLE + sway * Math.cos(8 * x);
      const u = x - MIDDLE + sway * Math.sin(9 * y + 2) - slant * v;
      return [
        MIDDLE + shift[0] + size * (u * cos - v * sin),
        MIDDLE + shift[1] + size * (u * sin + v * cos),
      ] as const;
    }),
  );
}

/** Points closer than this are not worth a movement of the mouse, in sides of the pad. */
const STEP = 0.012;

/** A smooth line through the points: Catmull and Rom's. */
export function smooth(stroke: Stroke): Point[] {
  const at = (i: number) => stroke[Math.max(0, Math.min(stroke.length - 1, i))]!;
  const line: Point[] = [at(0)];
  for (let i = 0; i + 1 < stroke.length; i++) {
    const [before, from, to, after] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
    const parts = Math.max(1, Math.ceil(distance(from, to) / STEP));
    for (let part = 1; part <= parts; part++) {
      const t = part / parts;
      const one = (axis: 0 | 1) => spline(before[axis], from[axis], to[axis], after[axis], t);
      line.push([one(0), one(1)]);
    }
  }
  return line;
}

function spline(before: number, from: number, to: number, after: number, t: number): number {
  const a = 2 * from;
  const b = to - before;
  const c = 2 * before - 5 * from + 4 * to - after;
  const d = 3 * (from - to) + after - before;
  return (a + t * (b + t * (c + t * d))) / 2;
}

export function distance([a, b]: Point, [c, d]: Point): number {
  return Math.hypot(a - c, b - d);
}

/** How far a movement has come, 0 to 1, after that share of its time: it begins and ends slowly. */
export function ease(share: number): number {
  return share ** 3 * (10 - 15 * share + 6 * share ** 2);
}
