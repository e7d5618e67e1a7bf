import type { Random } from 'mann';
import { SIDE, type Stroke } from '../src/pad/strokes.js';

/** How far a hand strays: place and size as shares of the pad and the drawing, slant, and the noise of a point. */
const PLACE = 0.05;
const SIZE = 0.15;
const SLANT = 0.15;
const NOISE = 4;

/** The strokes as somebody would draw them again: elsewhere, in another size and slant, with a less than steady hand. */
export function redrawn(strokes: readonly Stroke[], random: Random): Stroke[] {
  const about = (reach: number) => random.uniform(-reach, reach);
  const [dx, dy] = [about(PLACE) * SIDE, about(PLACE) * SIDE];
  const [width, height, slant] = [1 + about(SIZE), 1 + about(SIZE), about(SLANT)];
  const half = SIDE / 2;
  const inside = (value: number) => Math.max(0, Math.min(SIDE, Math.round(value)));
  return strokes.map((stroke) => {
    const drawn: number[] = [];
    for (let i = 0; i < stroke.length; i += 2) {
      const [x, y] = [stroke[i]! - half, stroke[i + 1]! - half];
      drawn.push(inside(half + dx + width * (x - slant * y) + about(NOISE)));
      drawn.push(inside(half + dy + height * y + about(NOISE)));
    }
    return drawn;
  });
}
