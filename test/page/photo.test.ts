/** Drawings out of photos that are made of numbers here: paper, light and strokes. */
import { Random } from 'mann';
import { describe, expect, it } from 'vitest';
import { fitted } from '../../web/src/intake/fitted.js';
import { cutOut } from '../../web/src/intake/photo.js';
import { drawingIn, SIDE } from '../../web/src/intake/picture.js';
import type { Plane } from '../../web/src/intake/plane.js';

type Light = (x: number, y: number) => number;
type Line = readonly [x0: number, y0: number, x1: number, y1: number];

const [WIDTH, HEIGHT] = [400, 300];
const SIDE_LIGHT: Light = (x, y) => 110 + 0.25 * x + 0.1 * y;
/** A seven: its longer side is 100, from 150 to 230 and 80 to 180. */
const SEVEN: readonly Line[] = [
  [150, 80, 230, 80],
  [230, 80, 180, 180],
];

/** A photo: light on paper, lines that let a part of it through, and noise. */
function photo(light: Light, lines: readonly Line[], through = 0.3, noise = 2): Plane {
  const random = new Random(1, 'photo');
  const values = new Float32Array(WIDTH * HEIGHT);
  for (let y = 0, i = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++, i++) {
      const isInk = lines.some((line) => distance(line, x, y) <= 2.5);
      values[i] = light(x, y) * (isInk ? through : 1) + noise * random.normal();
    }
  }
  return { width: WIDTH, height: HEIGHT, values };
}

function distance([x0, y0, x1, y1]: Line, x: number, y: number): number {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const along = ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy || 1);
  const part = Math.max(0, Math.min(1, along));
  return Math.hypot(x - x0 - part * dx, y - y0 - part * dy);
}

/** What a picture of these lines alone gives. */
const ideal = (lines: readonly Line[]) => drawingIn(photo(() => 255, lines, 0, 0))!;

/** How much of two drawings together is in both. */
function likeness(a: Float32Array, b: Float32Array): number {
  let [both, either] = [0, 0];
  a.forEach((value, i) => {
    both += Math.min(value, b[i]!);
    either += Math.max(value, b[i]!);
  });
  return both / either;
}

describe('a drawing in a photo', () => {
  it.each<[string, Plane]>([
    ['in light from the side', photo(SIDE_LIGHT, SEVEN)],
    ['drawn with a pencil', photo(SIDE_LIGHT, SEVEN, 0.75)],
    ['half in a shadow', photo((x, y) => (x > 190 ? 0.5 : 1) * SIDE_LIGHT(x, y), SEVEN)],
    [
      'on a page on a dark table',
      photo((x, y) => (x < 40 || x > 370 || y < 20 || y > 280 ? 40 : SIDE_LIGHT(x, y)), SEVEN),
    ],
    ['in chalk on a blackboard', photo((x, y) => 0.3 * SIDE_LIGHT(x, y), SEVEN, 3.5)],
  ])('is found %s', (_, picture) => {
    expect(likeness(drawingIn(picture)!, ideal(SEVEN))).toBeGreaterThan(0.7);
  });

  const isOnRule = (at: number) => Math.abs(((at + 300) % 22) - 11) < 1;
  it.each<[string, Light]>([
    ['ruled', (x, y) => SIDE_LIGHT(x, y) * (isOnRule(y + 0.04 * x) ? 0.6 : 1)],
    ['squared', (x, y) => SIDE_LIGHT(x, y) * (isOnRule(y) || isOnRule(x) ? 0.6 : 1)],
    ['ruled and scanned', (_, y) => (isOnRule(y) ? 150 : 250)],
  ])('is found on paper that is %s, whose lines are not part of it', (_, light) => {
    expect(likeness(drawingIn(photo(light, SEVEN))!, ideal(SEVEN))).toBeGreaterThan(0.6);
  });

  it('is found on paper whose lines are stronger than its own', () => {
    const strong: Light = (x, y) => SIDE_LIGHT(x, y) * (isOnRule(y) ? 0.4 : 1);
    const found = drawingIn(photo(strong, SEVEN, 0.65))!;
    expect(likeness(found, ideal(SEVEN))).toBeGreaterThan(0.6);
  });

  it('may have parallel lines of its own', () => {
    const three: Line[] = [70, 150, 230].map((y) => [50, y, 350, y]);
    const kept = drawingIn(photo(SIDE_LIGHT, three))!;
    const middle = Array.from({ length: SIDE }, (_, y) => +(kept[y * SIDE + SIDE / 2]! > 0.5));
    expect(middle.join('').split(/0+/).filter(Boolean)).toHaveLength(3);
  });

  it('has all of its parts, and no specks or lines at the edge', () => {
    const dots: Line[] = [
      [165, 130, 166, 130],
      [210, 160, 211, 160],
    ];
    const whole = [...SEVEN, ...dots];
    const speck: Line = [20, 280, 20, 280];
    const edge: Line = [0, 10, 120, 0];
    const found = drawingIn(photo(SIDE_LIGHT, [...whole, speck, edge]))!;
    expect(likeness(found, ideal(whole))).toBeGreaterThan(0.7);
    expect(likeness(found, ideal(SEVEN))).toBeLessThan(likeness(found, ideal(whole)));
  });

  it('is not found where nothing stands out', () => {
    expect(drawingIn(photo(SIDE_LIGHT, []))).toBeUndefined();
    expect(drawingIn(photo(() => 250, [], 1, 0))).toBeUndefined();
    expect(drawingIn(photo((x) => (x > 200 ? 90 : 180), []))).toBeUndefined();
    expect(drawingIn({ width: 1, height: 1, values: new Float32Array(1) })).toBeUndefined();
  });

  it('is whatever there is in a picture of a hundred thousand dots', () => {
    const [width, height] = [800, 600];
    const values = Float32Array.from({ length: width * height }, (_, i) => {
      const [x, y] = [i % width, Math.floor(i / width)];
      return x % 3 < 2 && y % 3 < 2 && x > 2 && y > 2 ? 20 + 0.05 * x : 200 + 0.05 * x;
    });
    const found = drawingIn({ width, height, values });
    expect(found?.every((value) => value >= 0 && value <= 1) ?? true).toBe(true);
  });

  it('is cut out', () => {
    const { width, height, pen } = cutOut(photo(SIDE_LIGHT, SEVEN))!;
    expect(width).toBeGreaterThan(82);
    expect(width).toBeLessThan(90);
    expect(height).toBeGreaterThan(102);
    expect(height).toBeLessThan(110);
    expect(pen).toBeGreaterThan(4);
    expect(pen).toBeLessThan(7);
  });
});

describe('a clean drawing', () => {
  const large: Line[] = [
    [40, 40, 360, 40],
    [360, 40, 60, 260],
  ];

  it('that fills its picture is kept as it is', () => {
    const picture = photo(() => 255, large, 0, 0);
    const ink = { ...picture, values: picture.values.map((value) => (255 - value) / 255) };
    const kept = drawingIn(picture)!;
    fitted(ink, SIDE, 8).forEach((value, i) => {
      expect(Math.abs(kept[i]! - value)).toBeLessThan(0.001);
    });
  });

  it('that reaches the edges of its picture, in wide strokes, is kept as it is', () => {
    const wide: Light = (x, y) => (Math.abs(x - y) < 30 || Math.abs(x + y - 300) < 30 ? 0 : 255);
    const picture = photo(wide, [], 1, 0);
    const ink = { ...picture, values: picture.values.map((value) => (255 - value) / 255) };
    expect(likeness(drawingIn(picture)!, fitted(ink, SIDE, 8))).toBeGreaterThan(0.99);
  });

  it('of a few pixels is kept as it is', () => {
    const rows = ['..#..', '.###.', '#.#.#', '..#..', '..#..'];
    const values = Float32Array.from(rows.join(''), (pixel) => (pixel === '#' ? 0 : 255));
    const kept = drawingIn({ width: 5, height: 5, values })!;
    expect(kept[70 * SIDE + 70]).toBeGreaterThan(0.95);
    expect(kept[30 * SIDE + 30]).toBeLessThan(0.3);
  });

  it('is the same light on dark', () => {
    const picture = photo(() => 255, large, 0, 0);
    const dark = { ...picture, values: picture.values.map((value) => 255 - value) };
    expect(drawingIn(dark)).toEqual(drawingIn(picture));
  });

  it('that is small in its picture is cut out', () => {
    const small = SEVEN.map((line) => line.map((at) => at / 5 + 100) as unknown as Line);
    const kept = drawingIn(photo(() => 255, small, 0, 0))!;
    const rows = Array.from({ length: SIDE }, (_, y) => kept.subarray(y * SIDE, (y + 1) * SIDE));
    const drawn = rows.filter((row) => row.some((value) => value > 0.5)).length;
    expect(drawn).toBeGreaterThan(115);
    expect(drawn).toBeLessThan(128);
  });

  it('of a filled shape is kept, at the edge of its picture too', () => {
    const disc: Light = (x, y) => (Math.hypot(x - 150, y - 150) < 150 ? 10 : 240);
    const kept = drawingIn(photo(disc, []))!;
    expect(kept[70 * SIDE + 55]).toBeGreaterThan(0.9);
  });
});
