/** Photos of a drawing on paper that nobody took: paper, light, a lens and a sensor, as numbers. */
import { decode, encode } from 'jpeg-js';
import type { Random } from 'mann';
import { SIDE, type Stroke } from '../../src/pad/strokes.js';

/** What differs between kinds of photos. */
export interface Scene {
  /** Brightness of the paper from the darkest to the lightest corner, 0 to 1. */
  readonly light: readonly [number, number];
  /** Red, green and blue of paper and pen, 0 to 1. */
  readonly paper: readonly [number, number, number];
  readonly pen: readonly [number, number, number];
  /** Width of the pen in units of the pad. */
  readonly width: number;
  /** How much of the pen's colour reaches the paper, 0 to 1, and how unevenly. */
  readonly cover: number;
  readonly grain: number;
  /** The drawing's side as a share of the photo's shorter side. */
  readonly size: number;
  /** A hand's shadow, ruled lines, squared paper, a dark table around the page, vignette: how strong, 0 to 1. */
  readonly shadow?: number;
  readonly rules?: number;
  readonly squares?: number;
  readonly table?: number;
  readonly vignette?: number;
  /** Radius of the blur, pixels; noise of the sensor, of 255. */
  readonly blur: number;
  readonly noise: number;
  /** A flat scan or drawing program: no light, no noise. */
  readonly isFlat?: boolean;
}

/** A photo as pixels: RGBA. */
export interface Photo {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Draws strokes on the scene's paper, turned by up to 5 degrees, and takes a JPEG of quality 80. */
export function photoOf(
  strokes: readonly Stroke[],
  scene: Scene,
  random: Random,
  width = 960,
  height = 720,
): Photo {
  const size = width * height;
  const angle = random.uniform(-5, 5) * (Math.PI / 180);
  const unit = (scene.size * height) / SIDE;
  const [middleX, middleY] = [0.5, 0.5].map((at) => at + random.uniform(-0.06, 0.06));
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const cover = inkOn(width, height);
  for (const stroke of strokes) {
    for (let i = 0; i < stroke.length; i += 2) {
      const place = (k: number): [number, number] => {
        const [x, y] = [(stroke[k]! - SIDE / 2) * unit, (stroke[k + 1]! - SIDE / 2) * unit];
        return [middleX! * width + cos * x - sin * y, middleY! * height + sin * x + cos * y];
      };
      cover.line(place(Math.max(0, i - 2)), place(i), (scene.width * unit) / 2);
    }
  }
  const towards = random.uniform(0, 2 * Math.PI);
  const [shadowX, shadowY] = [random.uniform(0.2, 0.8), random.uniform(0.6, 1.1)];
  const ruleStep = height / random.uniform(14, 20);
  const page = { left: 0.07, right: 0.93, top: 0.05, bottom: 0.95 };
  const planes = [0, 1, 2].map(() => new Float32Array(size));
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const [u, v] = [x / width, y / height];
      const [du, dv] = [u - 0.5, v - 0.5];
      const along = 0.5 + (Math.cos(towards) * du + Math.sin(towards) * dv) / 1.42;
      let light = scene.light[0] + (scene.light[1] - scene.light[0]) * along;
      light *= 1 - (scene.vignette ?? 0) * 2 * (du * du + dv * dv);
      if (scene.shadow) {
        const far = Math.hypot((u - shadowX) * 1.3, v - shadowY);
        light *= 1 - scene.shadow / (1 + Math.exp((far - 0.45) / 0.03));
      }
      const [px, py] = [
        cos * du + sin * dv * (height / width),
        -sin * du * (width / height) + cos * dv,
      ];
      const isPage =
        px + 0.5 > page.left &&
        px + 0.5 < page.right &&
        py + 0.5 > page.top &&
        py + 0.5 < page.bottom;
      const onTable = scene.table !== undefined && !isPage;
      const isOn = (at: number) => Math.abs(at % ruleStep) < 1.2;
      const isOnSquare = isOn(py * height) || isOn(px * width);
      const rule =
        (scene.rules && isOn(py * height) && scene.rules) ||
        (scene.squares && isOnSquare && scene.squares) ||
        0;
      const grain = 1 - scene.grain * random.uniform();
      const ink = onTable ? 0 : cover.data[at]! * scene.cover * grain;
      for (let c = 0; c < 3; c++) {
        let colour = scene.paper[c]!;
        if (onTable)
          colour = (1 - scene.table!) * [0.55, 0.4, 0.3][c]! + 0.05 * Math.sin(40 * v + 3 * u);
        else if (rule) colour *= 1 - rule * [0.6, 0.4, 0.15][c]!;
        planes[c]![at] = 255 * light * (colour * (1 - ink) + scene.pen[c]! * ink);
      }
    }
  }
  const data = new Uint8Array(4 * size).fill(255);
  planes.forEach((plane, c) => {
    const seen =
      scene.blur > 0
        ? boxBlur(boxBlur(plane, width, height, scene.blur), width, height, scene.blur)
        : plane;
    seen.forEach((value, at) => {
      data[4 * at + c] = Math.max(
        0,
        Math.min(255, Math.round(value + scene.noise * random.normal())),
      );
    });
  });
  if (scene.isFlat) return { width, height, data };
  const jpeg = encode({ width, height, data }, 80).data;
  return decode(jpeg, { useTArray: true });
}

/** How much of each pixel strokes cover. */
function inkOn(width: number, height: number) {
  const data = new Float32Array(width * height);
  const line = ([x0, y0]: [number, number], [x1, y1]: [number, number], radius: number) => {
    const [dx, dy] = [x1 - x0, y1 - y0];
    const squared = dx * dx + dy * dy || 1;
    const within = (value: number, most: number) => Math.max(0, Math.min(most, Math.round(value)));
    const reach = radius + 1;
    for (
      let y = within(Math.min(y0, y1) - reach, height - 1);
      y <= within(Math.max(y0, y1) + reach, height - 1);
      y++
    ) {
      for (
        let x = within(Math.min(x0, x1) - reach, width - 1);
        x <= within(Math.max(x0, x1) + reach, width - 1);
        x++
      ) {
        const along = Math.max(0, Math.min(1, ((x - x0) * dx + (y - y0) * dy) / squared));
        const away = Math.hypot(x - x0 - along * dx, y - y0 - along * dy);
        const part = Math.max(0, Math.min(1, radius + 0.5 - away));
        if (part > data[y * width + x]!) data[y * width + x] = part;
      }
    }
  };
  return { data, line };
}

function boxBlur(plane: Float32Array, width: number, height: number, radius: number): Float32Array {
  const run = (from: Float32Array, count: number, lines: number, step: number, stride: number) => {
    const to = new Float32Array(from.length);
    for (let j = 0; j < lines; j++) {
      for (let i = 0; i < count; i++) {
        let [sum, n] = [0, 0];
        for (let k = Math.max(0, i - radius); k <= Math.min(count - 1, i + radius); k++, n++)
          sum += from[j * stride + k * step]!;
        to[j * stride + i * step] = sum / n;
      }
    }
    return to;
  };
  return run(run(plane, width, height, 1, width), height, width, width, 1);
}
