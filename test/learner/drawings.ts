/** Drawings in code, drawn with a round pen at any size. */

export interface Line {
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
}

/** Letters of straight lines, in a square from 0 to 1. */
export const letters: Readonly<Record<string, readonly Line[]>> = {
  L: [line(0, 0, 0, 1), line(0, 1, 0.7, 1)],
  T: [line(0, 0, 1, 0), line(0.5, 0, 0.5, 1)],
  Z: [line(0, 0, 1, 0), line(1, 0, 0, 1), line(0, 1, 1, 1)],
  X: [line(0, 0, 1, 1), line(1, 0, 0, 1)],
  H: [line(0, 0, 0, 1), line(1, 0, 1, 1), line(0, 0.5, 1, 0.5)],
  V: [line(0, 0, 0.5, 1), line(0.5, 1, 1, 0)],
};

function line(x0: number, y0: number, x1: number, y1: number): Line {
  return { from: [x0, y0], to: [x1, y1] };
}

export interface Plan {
  /** Side of the picture, pixels. */
  readonly side: number;
  /** Side of the letter. */
  readonly size: number;
  /** Where its upper left corner lies. */
  readonly left: number;
  readonly top: number;
  /** Width of the pen. */
  readonly pen: number;
}

/** Of each pixel the part that is ink, 0 to 1. */
export function inkOf(letter: string, { side, size, left, top, pen }: Plan): Float32Array {
  const ink = new Float32Array(side * side);
  for (const { from, to } of letters[letter]!) {
    const [x0, y0] = [left + from[0] * size, top + from[1] * size];
    const [dx, dy] = [(to[0] - from[0]) * size, (to[1] - from[1]) * size];
    for (let i = 0; i < ink.length; i++) {
      const [x, y] = [(i % side) + 0.5 - x0, Math.floor(i / side) + 0.5 - y0];
      const along = Math.min(Math.max((x * dx + y * dy) / (dx * dx + dy * dy), 0), 1);
      const distance = Math.hypot(x - along * dx, y - along * dy);
      ink[i] = Math.max(ink[i]!, Math.min(Math.max(pen / 2 + 0.5 - distance, 0), 1));
    }
  }
  return ink;
}

/** Ink on ground as grey bytes. */
export function grey(ink: Float32Array, colour = 0, ground = 255): Uint8Array {
  return Uint8Array.from(ink, (part) => Math.round(ground + part * (colour - ground)));
}

/** A letter drawn at a fixed size, dark on white. */
export function letter(name: string, plan: Partial<Plan> = {}) {
  const all = { side: 105, size: 60, left: 22, top: 22, pen: 4, ...plan };
  return { width: all.side, height: all.side, data: grey(inkOf(name, all)) };
}
