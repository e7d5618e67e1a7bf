/** Drawings as strokes: what the pad makes, the strip shows and files keep. */

/** x and y of points in turn, whole numbers from 0 to {@link SIDE}. */
export type Stroke = readonly number[];

/** The side of the pad in its own units. */
export const SIDE = 1000;
/** The pen's width in the same units. */
export const PEN = 36;

/** Side of the picture that the network's preparation is given, pixels. */
const RASTER = 210;

/** The strokes as an SVG path, smooth through the middles between points. */
export function pathOf(strokes: readonly Stroke[]): string {
  return strokes.map(pathOfStroke).join('');
}

function pathOfStroke(stroke: Stroke): string {
  const [x0, y0] = [stroke[0]!, stroke[1]!];
  if (stroke.length <= 2) return `M${x0} ${y0}h.1`;
  let path = `M${x0} ${y0}`;
  for (let i = 2; i < stroke.length - 2; i += 2) {
    const [x, y] = [stroke[i]!, stroke[i + 1]!];
    path += `Q${x} ${y} ${(x + stroke[i + 2]!) / 2} ${(y + stroke[i + 3]!) / 2}`;
  }
  return `${path}L${stroke.at(-2)} ${stroke.at(-1)}`;
}

/**
 * The strokes as pixels, foreground 255 on background 0. (Not by a canvas: this is the same on every machine,
 * and needs no reading back from the graphics card.)
 */
export function raster(strokes: readonly Stroke[]) {
  const data = new Uint8Array(RASTER * RASTER);
  // A margin, so that ink at the pad's edge is not taken for the background.
  const margin = 6;
  const scale = (RASTER - 2 * margin) / SIDE;
  const radius = (PEN * scale) / 2;
  for (const stroke of strokes) {
    for (let i = 0; i < stroke.length; i += 2) {
      const last = Math.max(i - 2, 0);
      segment(
        data,
        margin + stroke[last]! * scale,
        margin + stroke[last + 1]! * scale,
        margin + stroke[i]! * scale,
        margin + stroke[i + 1]! * scale,
        radius,
      );
    }
  }
  return { width: RASTER, height: RASTER, data };
}

/** Draws a line with a round pen. */
function segment(
  data: Uint8Array,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  radius: number,
): void {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const squared = dx * dx + dy * dy || 1;
  const reach = radius + 1;
  const clamp = (value: number) => Math.max(0, Math.min(RASTER - 1, Math.round(value)));
  const bottom = clamp(Math.max(y0, y1) + reach);
  const right = clamp(Math.max(x0, x1) + reach);
  for (let y = clamp(Math.min(y0, y1) - reach); y <= bottom; y++) {
    for (let x = clamp(Math.min(x0, x1) - reach); x <= right; x++) {
      const along = Math.max(0, Math.min(1, ((x - x0) * dx + (y - y0) * dy) / squared));
      const away = Math.hypot(x - x0 - along * dx, y - y0 - along * dy);
      const ink = Math.round(255 * Math.max(0, Math.min(1, radius + 0.5 - away)));
      const at = y * RASTER + x;
      if (ink > data[at]!) data[at] = ink;
    }
  }
}

/** The beginning of a drawing: so much of its length, 0 to 1. */
export function beginning(strokes: readonly Stroke[], share: number): Stroke[] {
  let left = share * strokes.reduce((sum, stroke) => sum + lengthOf(stroke), 0);
  const shown: Stroke[] = [];
  for (const stroke of strokes) {
    if (left <= 0) break;
    const part = [stroke[0]!, stroke[1]!];
    for (let i = 2; i < stroke.length && left > 0; i += 2) {
      const [dx, dy] = [stroke[i]! - stroke[i - 2]!, stroke[i + 1]! - stroke[i - 1]!];
      const step = Math.hypot(dx, dy);
      const go = Math.min(1, left / (step || 1));
      part.push(Math.round(stroke[i - 2]! + go * dx), Math.round(stroke[i - 1]! + go * dy));
      left -= step;
    }
    left -= 40; // the pen in the air
    shown.push(part);
  }
  return shown;
}

/** The length of the way the pen goes, in the pad's units. */
export function lengthOf(stroke: Stroke): number {
  let length = 40;
  for (let i = 2; i < stroke.length; i += 2) {
    length += Math.hypot(stroke[i]! - stroke[i - 2]!, stroke[i + 1]! - stroke[i - 1]!);
  }
  return length;
}
