/** Pictures in the small form in which they travel. */

/** Side of a picture, pixels. */
export const MOST_SIDE = 70;
/** Grey levels beside 0. */
export const LEVELS = 15;

export interface Picture {
  /** [side, side]: foreground, 0 to 1. */
  readonly ink: Float32Array;
  readonly side: number;
}

/** At most 70 pixels a side and 16 grey levels: `shrink({ ink, side })`. Shrinking twice is as shrinking once. */
export function shrink({ ink, side }: Picture): Picture {
  const to = Math.min(side, MOST_SIDE);
  const small = to < side ? averaged(ink, side, to) : ink;
  return { ink: inkOf(levelsOf(small)), side: to };
}

/** Foreground in whole levels from 0 to 15. */
export const levelsOf = (ink: Float32Array): Uint8Array =>
  Uint8Array.from(ink, (x) => Math.round(LEVELS * Math.max(0, Math.min(1, x))));

export const inkOf = (levels: Uint8Array): Float32Array =>
  Float32Array.from(levels, (level) => level / LEVELS);

/** Each new pixel is the mean over what it covers: first along rows, then along columns. */
function averaged(ink: Float32Array, side: number, to: number): Float32Array {
  const turned = averagedRows(ink, side, to); // [to, side]: columns have become rows
  return averagedRows(turned, side, to);
}

/** Shortens each of `side` pixels in a row to `to`, and turns the picture, so that doing it twice does both ways. */
function averagedRows(ink: Float32Array, side: number, to: number): Float32Array {
  const rows = ink.length / side;
  const made = new Float32Array(to * rows);
  const step = side / to;
  for (let x = 0; x < to; x++) {
    const [from, end] = [x * step, (x + 1) * step];
    for (let u = Math.floor(from); u < Math.min(side, Math.ceil(end)); u++) {
      const part = (Math.min(u + 1, end) - Math.max(u, from)) / step;
      for (let y = 0; y < rows; y++) made[x * rows + y]! += part * ink[y * side + u]!;
    }
  }
  return made;
}
