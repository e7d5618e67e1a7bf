/** Drawing a character once. Coordinates of the result: pixels, (0, 0) the middle of the first. */
import type { Random } from '../../common/random.js';
import { bell } from './chance.js';
import { at, boxOf, middleOf, type Path, trace, transform } from './path.js';
import type { Glyph, Joint } from './stroke.js';

/** One execution: paths in pixels, and half the pen's width. */
export function draw(glyph: Glyph, side: number, random: Random): { strokes: Path[]; pen: number } {
  const care = random.uniform(0.5, 1.5); // some people scribble
  const size = glyph.size * (1 + 0.12 * bell(random));
  const aspect = 1 + 0.1 * bell(random);
  const slant = 0.13 * bell(random);
  const lean = 0.06 * bell(random);
  // A hand's habit all over the character: bends of the second order.
  const bends = Array.from({ length: 6 }, () => 0.055 * care * bell(random));
  const round = random.uniform(0.7, 1.1);
  const tremor = random.uniform(0.1, 0.28);

  const scale = (size * side) / 2;
  const strokes: Path[] = [];
  for (const { points, sharp, joints } of glyph.strokes) {
    const count = points.length / 2;
    const drawn = new Float64Array(points.length);
    // Each stroke is moved and sized a little on its own, and its control points wander together.
    const own = 1 + 0.07 * care * bell(random);
    const turn = 0.06 * care * bell(random);
    const loose = joints.length === 0 ? 0.07 : 0;
    const [shiftX, shiftY] = [loose * care * bell(random), loose * care * bell(random)];
    let wanderX = bell(random);
    let wanderY = bell(random);
    const [middleX, middleY] = middleOf(points);
    for (let i = 0; i < count; i++) {
      const dx = own * (points[2 * i]! - middleX);
      const dy = own * (points[2 * i + 1]! - middleY);
      const x = middleX + dx - turn * dy + shiftX + 0.062 * care * wanderX;
      const y = middleY + dy + turn * dx + shiftY + 0.062 * care * wanderY;
      const bentX = x + bends[0]! * x * x + bends[1]! * x * y + bends[2]! * y * y;
      const bentY = y + bends[3]! * x * x + bends[4]! * x * y + bends[5]! * y * y;
      drawn[2 * i] = scale * aspect * (bentX - slant * bentY);
      drawn[2 * i + 1] = (scale / aspect) * (bentY + lean * bentX);
      wanderX = 0.5 * wanderX + 0.866 * bell(random);
      wanderY = 0.5 * wanderY + 0.866 * bell(random);
    }
    let path = trace(drawn, sharp, 1.1, round);
    if (joints.length > 0) {
      path = join(path, joints, strokes, 0.35 * care, random);
    }
    tremble(path, tremor * care, random);
    strokes.push(path);
  }
  place(strokes, side, random);
  return { strokes, pen: 0.83 + 0.04 * bell(random) };
}

/** Brings a path's joints to where they belong, off by `slack` pixels, as hands do. */
function join(
  path: Path,
  joints: readonly Joint[],
  strokes: readonly Path[],
  slack: number,
  random: Random,
): Path {
  const offsets = joints.map(({ own, stroke, there }) => {
    const [x, y] = at(path, own);
    const [u, v] = at(strokes[stroke]!, there + 0.03 * slack * bell(random));
    return [u - x + slack * bell(random), v - y + slack * bell(random)] as const;
  });
  const first = offsets[0]!;
  const last = offsets[offsets.length - 1]!;
  const count = path.length / 2;
  for (let i = 0; i < count; i++) {
    const part = i / Math.max(count - 1, 1);
    path[2 * i]! += first[0] + part * (last[0] - first[0]);
    path[2 * i + 1]! += first[1] + part * (last[1] - first[1]);
  }
  return path;
}

/** A fine smooth tremor, as of a mouse. */
function tremble(path: Path, amplitude: number, random: Random): void {
  let x = 0;
  let y = 0;
  let pullX = 0;
  let pullY = 0;
  for (let i = 0; i < path.length; i += 2) {
    pullX = 0.6 * pullX + 0.4 * bell(random);
    pullY = 0.6 * pullY + 0.4 * bell(random);
    x = 0.8 * x + amplitude * pullX;
    y = 0.8 * y + amplitude * pullY;
    path[i]! += x;
    path[i + 1]! += y;
  }
}

/** Puts a drawing near the middle of the picture and keeps it within. */
function place(strokes: readonly Path[], side: number, random: Random): void {
  const margin = 1.5;
  const room = side - 1 - 2 * margin;
  const { left, top, width, height } = boxOf(strokes);
  const scale = Math.min(1, room / Math.max(width, height));
  const middle = (side - 1) / 2;
  const put = (low: number, extent: number) => {
    const start = middle - (extent * scale) / 2 + 1.5 * bell(random);
    return Math.min(Math.max(start, margin), margin + room - extent * scale) - low * scale;
  };
  const x = put(left, width);
  const y = put(top, height);
  for (const path of strokes) transform(path, scale, x, y);
}
