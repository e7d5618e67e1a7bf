/** Left and top inclusive, right and bottom exclusive. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Pixels that hang together, corners included. */
export interface Part {
  readonly pixels: readonly number[];
  readonly box: Box;
  /** Mean width of its strokes: twice the area over the length of the outline. */
  readonly pen: number;
  /** Whether it reaches the edge of the picture. */
  readonly isAtEdge: boolean;
}

/** What hangs together in a mask [height, width] of 0 and 1, the largest first. */
export function partsOf(mask: Uint8Array, width: number, height: number): Part[] {
  const seen = new Uint8Array(mask.length);
  const parts: Part[] = [];
  for (let start = 0; start < mask.length; start++) {
    if (!mask[start] || seen[start]) continue;
    seen[start] = 1;
    const pixels = [start];
    let [left, top, right, bottom, outline] = [width, height, 0, 0, 0];
    for (let i = 0; i < pixels.length; i++) {
      const at = pixels[i]!;
      const x = at % width;
      const y = (at - x) / width;
      left = Math.min(left, x);
      right = Math.max(right, x + 1);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y + 1);
      outline += +(x === 0 || !mask[at - 1]) + +(x === width - 1 || !mask[at + 1]);
      outline += +(y === 0 || !mask[at - width]) + +(y === height - 1 || !mask[at + width]);
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
        for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
          const to = v * width + u;
          if (!mask[to] || seen[to]) continue;
          seen[to] = 1;
          pixels.push(to);
        }
      }
    }
    const isAtEdge = left === 0 || top === 0 || right === width || bottom === height;
    const pen = (2 * pixels.length) / outline;
    parts.push({ pixels, box: { left, top, right, bottom }, pen, isAtEdge });
  }
  return parts.sort((a, b) => b.pixels.length - a.pixels.length);
}

/** What reaches the edge is the edge of the page or a shadow, if at least this share of all does not. */
const INSIDE = 0.05;
/** Parts smaller than this share of a dot of the pen are specks. */
const SPECK = 0.35;
/** How far a part may be from the rest of a drawing, as a multiple of its longer side. */
const NEAR = 0.5;

/** The parts that make up one drawing: the largest and what lies near it, without specks and what reaches the edge. */
export function drawingAmong(parts: readonly Part[]): Part[] {
  const inside = parts.filter(({ isAtEdge }) => !isAtEdge);
  const [largest, ...others] = areaOf(inside) >= INSIDE * areaOf(parts) ? inside : parts;
  if (!largest) return [];
  const least = Math.max(3, SPECK * largest.pen ** 2);
  let chosen = [largest];
  let box = largest.box;
  let left = others.filter(({ pixels }) => pixels.length >= least);
  for (let isMore = true; isMore; ) {
    const { near, far } = split(left, box);
    left = far;
    chosen = [...chosen, ...near];
    box = boxAround([box, ...near.map((one) => one.box)]);
    isMore = near.length > 0;
  }
  return chosen;
}

/** Those that are near a box and those that are not. There may be a hundred thousand. */
function split(parts: readonly Part[], box: Box): { near: Part[]; far: Part[] } {
  const reach = NEAR * longerSide(box);
  const [near, far]: [Part[], Part[]] = [[], []];
  for (const part of parts) (gapBetween(box, part.box) <= reach ? near : far).push(part);
  return { near, far };
}

export function boxAround(boxes: readonly Box[]): Box {
  return boxes.reduce((a, b) => ({
    left: Math.min(a.left, b.left),
    top: Math.min(a.top, b.top),
    right: Math.max(a.right, b.right),
    bottom: Math.max(a.bottom, b.bottom),
  }));
}

export const longerSide = ({ left, top, right, bottom }: Box) =>
  Math.max(right - left, bottom - top);

const areaOf = (parts: readonly Part[]) =>
  parts.reduce((sum, { pixels }) => sum + pixels.length, 0);

function gapBetween(a: Box, b: Box): number {
  const across = Math.max(0, b.left - a.right, a.left - b.right);
  const down = Math.max(0, b.top - a.bottom, a.top - b.bottom);
  return Math.hypot(across, down);
}
