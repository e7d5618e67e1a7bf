import type { Path } from './path.js';

/** A stroke reaches no further than this from its centre line, in pixels. */
const REACH = 1.45;

/** The squared distance of every pixel's middle from the nearest stroke, where it is near. */
export class Canvas {
  readonly #squares: Float64Array;

  constructor(readonly side: number) {
    this.#squares = new Float64Array(side * side).fill(REACH * REACH);
  }

  /** Follows a path in pixels. */
  stroke(path: Path): void {
    const { side } = this;
    const squares = this.#squares;
    const last = Math.max(path.length - 2, 2);
    for (let i = 0; i < last; i += 2) {
      const x0 = path[i]!;
      const y0 = path[i + 1]!;
      const dx = path[i + 2]! - x0;
      const dy = path[i + 3]! - y0;
      const scale = 1 / Math.max(dx * dx + dy * dy, 1e-12);
      const left = Math.max(Math.ceil(Math.min(x0, x0 + dx) - REACH), 0);
      const right = Math.min(Math.floor(Math.max(x0, x0 + dx) + REACH), side - 1);
      const top = Math.max(Math.ceil(Math.min(y0, y0 + dy) - REACH), 0);
      const bottom = Math.min(Math.floor(Math.max(y0, y0 + dy) + REACH), side - 1);
      for (let y = top; y <= bottom; y++) {
        for (let x = left; x <= right; x++) {
          const px = x - x0;
          const py = y - y0;
          let t = (px * dx + py * dy) * scale;
          t = t < 0 ? 0 : Math.min(t, 1);
          const ex = px - t * dx;
          const ey = py - t * dy;
          const square = ex * ex + ey * ey;
          if (square < squares[y * side + x]!) squares[y * side + x] = square;
        }
      }
    }
  }

  /** Writes the strokes of a pen with half width `half` into `atlas` and clears the canvas. */
  lift(half: number, atlas: Uint8Array, base: number): void {
    const squares = this.#squares;
    for (let i = 0; i < squares.length; i++) {
      if (squares[i]! >= REACH * REACH) continue;
      const ink = half + 0.5 - Math.sqrt(squares[i]!);
      atlas[base + i] = ink <= 0 ? 0 : ink >= 1 ? 255 : Math.round(255 * ink);
      squares[i] = REACH * REACH;
    }
  }
}
