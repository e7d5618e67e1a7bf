/** Ruled paper: lines from one side of the picture to the other, several of one direction. */
import { type Plane, quantile } from './plane.js';

/** A line is a rule where it is dark on this share of its way, near its ends too, and there are this many. */
const COVERED = 0.6;
const AT_ENDS = 0.5;
/** The share of a line that its two ends are. */
const ENDS = 0.2;
const SEVERAL = 3;
/** Degrees from level or upright, and the steps between them. */
const STEEPEST = 7;
const STEP = 0.25;
/** What is this much darker than its rule is a stroke that crosses it. */
const DARKER = 1.5;
/** Pixels beside a line that belong to it too. */
const BESIDE = 2;

/** [height, width]: 1 where the plane has at least `level`, except on rules. */
export function withoutRules(plane: Plane, level: number): Uint8Array {
  const { width, height, values } = plane;
  const mask = Uint8Array.from(values, (value) => +(value >= level));
  erase(mask, values, { along: width, across: height, step: 1, stride: width });
  erase(mask, values, { along: height, across: width, step: width, stride: 1 });
  return mask;
}

/** Whether the plane has rules among what is at least `level`. */
export function isRuled(plane: Plane, level: number): boolean {
  const rest = withoutRules(plane, level);
  return plane.values.some((value, i) => value >= level && !rest[i]);
}

/** A direction of lines: how long they are, how many lie beside each other, and what that is in indices. */
interface Way {
  readonly along: number;
  readonly across: number;
  readonly step: number;
  readonly stride: number;
}

function erase(mask: Uint8Array, values: Float32Array, way: Way): void {
  const rules = rulesIn(mask, way);
  if (!rules) return;
  const { slope, lines } = rules;
  const { along, across, step, stride } = way;
  const before = mask.slice();
  for (const { from, to } of lines) {
    const onLine: number[] = [];
    for (let i = 0; i < along; i++) {
      const j = Math.round((from + to) / 2 + slope * i);
      if (j >= 0 && j < across) onLine.push(values[i * step + j * stride]!);
    }
    const stroke = DARKER * quantile(onLine, 0.5);
    for (let i = 0; i < along; i++) {
      const first = Math.round(from + slope * i) - BESIDE;
      const last = Math.round(to + slope * i) + BESIDE;
      const isInk = (j: number) => j >= 0 && j < across && before[i * step + j * stride] === 1;
      if (isInk(first - 1) && isInk(last + 1)) continue; // a stroke goes across
      for (let j = Math.max(first, 0); j <= Math.min(last, across - 1); j++) {
        const at = i * step + j * stride;
        if (values[at]! < stroke) mask[at] = 0;
      }
    }
  }
}

/** The direction in which most is covered by lines, and where those are; undefined if they are too few for ruled paper. */
function rulesIn(mask: Uint8Array, { along, across, step, stride }: Way) {
  let [best, bestSlope, lines] = [0, 0, [] as { from: number; to: number }[]];
  for (let degrees = -STEEPEST; degrees <= STEEPEST; degrees += STEP) {
    const slope = Math.tan((degrees * Math.PI) / 180);
    const covered = new Uint16Array(across);
    const atEnds = new Uint16Array(across);
    for (let i = 0; i < along; i += 2) {
      const isEnd = i < (ENDS / 2) * along || i >= (1 - ENDS / 2) * along;
      const shift = Math.round(slope * i);
      const [first, end] = [Math.max(0, -shift), Math.min(across, across - shift)];
      let at = i * step + (first + shift) * stride;
      for (let j = first; j < end; j++, at += stride) {
        covered[j]! += mask[at]!;
        if (isEnd) atEnds[j]! += mask[at]!;
      }
    }
    const found: { from: number; to: number }[] = [];
    let sum = 0;
    covered.forEach((count, j) => {
      if (count < (COVERED * along) / 2) return;
      if (atEnds[j]! < (AT_ENDS * ENDS * along) / 2) return;
      sum += count;
      if (found.at(-1)?.to === j - 1) found.at(-1)!.to = j;
      else found.push({ from: j, to: j });
    });
    if (found.length >= SEVERAL && sum > best) [best, bestSlope, lines] = [sum, slope, found];
  }
  return lines.length > 0 ? { slope: bestSlope, lines } : undefined;
}
