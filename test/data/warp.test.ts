import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DataSet } from '../../dist/data/drawings.js';
import { type Pose, UPRIGHT, warp } from '../../dist/data/warp.js';

/** Drawings of these pixels, each `side` x `side`. */
function dataOf(side: number, ...drawings: number[][]): DataSet {
  const classes = [{ name: 'a', first: 0, count: drawings.length }];
  return { name: 'pixels', classes, side, atlas: Uint8Array.from(drawings.flat()), digest: '' };
}

function warped(data: DataSet, index: number, pose: Pose, height: number, width: number): number[] {
  const out = new Float32Array(height * width);
  warp(data, index, pose, height, width, out, 0);
  return [...out];
}

/** The same by the book: every output pixel's middle goes back through the pose, in sides from the middle. */
function plainly(data: DataSet, index: number, pose: Pose, height: number, width: number) {
  const { side, atlas } = data;
  const angle = (pose.quarters * Math.PI) / 2 + pose.angle;
  const ink = (row: number, column: number) =>
    row < 0 || column < 0 || row >= side || column >= side
      ? 0
      : atlas[(index * side + row) * side + column]!;
  const result: number[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const right = (x + 0.5) / width - 0.5 - pose.right;
      const down = (y + 0.5) / height - 0.5 - pose.down;
      const { wide, high, slant } = pose.shape ?? { wide: 1, high: 1, slant: 0 };
      const across = Math.cos(angle) * right + Math.sin(angle) * down;
      const along = Math.cos(angle) * down - Math.sin(angle) * right;
      const u = ((across - slant * along) / wide + 0.5) * side - 0.5;
      const v = (along / high + 0.5) * side - 0.5;
      const [row, column] = [Math.floor(v), Math.floor(u)];
      let sum = 0;
      for (const i of [0, 1]) {
        for (const j of [0, 1]) {
          const share = (1 - Math.abs(v - row - i)) * (1 - Math.abs(u - column - j));
          sum += share * ink(row + i, column + j);
        }
      }
      result.push(sum);
    }
  }
  const most = Math.max(...result);
  return { most, pixels: result.map((value) => (most === 0 ? 0 : value / most)) };
}

describe('warp', () => {
  it('is what a plain loop gives', () => {
    const size = fc.integer({ min: 1, max: 24 });
    const part = fc.double({ min: -0.3, max: 0.3, noNaN: true });
    const pose = fc.record({
      quarters: fc.integer({ min: 0, max: 3 }),
      angle: fc.double({ min: -Math.PI / 16, max: Math.PI / 16, noNaN: true }),
      right: part,
      down: part,
      shape: fc.option(
        fc.record({
          wide: fc.double({ min: 0.5, max: 2, noNaN: true }),
          high: fc.double({ min: 0.5, max: 2, noNaN: true }),
          slant: part,
        }),
        { nil: { wide: 1, high: 1, slant: 0 } },
      ),
    });
    const drawings = fc.integer({ min: 2, max: 35 }).chain((side) =>
      fc.tuple(
        fc.constant(side),
        fc.array(fc.integer({ min: 1, max: 255 }), {
          minLength: side ** 2,
          maxLength: side ** 2,
        }),
      ),
    );
    fc.assert(
      fc.property(drawings, pose, size, size, ([side, pixels], pose, height, width) => {
        const data = dataOf(side, new Array(side ** 2).fill(7), pixels);
        const got = warped(data, 1, pose, height, width);
        const { most, pixels: expected } = plainly(data, 1, pose, height, width);
        const worst = Math.max(...got.map((value, i) => Math.abs(value - expected[i]!)));
        // in parts of full ink: where the edge of a pixel is all there is, bringing it to 1 brings rounding with it
        expect((worst * most) / 255).toBeLessThan(1e-5);
      }),
    );
  });

  it('leaves an upright drawing of the same size as it is, and turns it by quarters without loss', () => {
    const pixels = Array.from({ length: 49 }, (_, i) => (i * 31) % 256);
    pixels[10] = 255;
    const data = dataOf(7, pixels);
    for (const quarters of [0, 1, 2, 3]) {
      const got = warped(data, 0, { ...UPRIGHT, quarters }, 7, 7);
      let turned = pixels;
      for (let i = 0; i < quarters; i++) turned = turnRight(turned, 7);
      for (let i = 0; i < 49; i++) expect(got[i]).toBeCloseTo(turned[i]! / 255, 6);
    }
  });

  it('moves right and down by parts of the side', () => {
    const pixels = new Array(100).fill(0);
    pixels[44] = 255;
    const got = warped(dataOf(10, pixels), 0, { ...UPRIGHT, right: 0.3, down: -0.2 }, 10, 10);
    expect(got.indexOf(Math.max(...got))).toBe(27);
  });

  it('brings the strongest ink to 1, and an empty drawing to zeros', () => {
    const faint = new Array(100).fill(0);
    faint[45] = 9;
    const data = dataOf(10, faint, new Array(100).fill(0));
    expect(Math.max(...warped(data, 0, UPRIGHT, 10, 10))).toBe(1);
    const out = new Float32Array(100).fill(5);
    warp(data, 1, UPRIGHT, 10, 10, out, 0);
    expect(Math.max(...out)).toBe(0);
  });

  it('writes nothing but its own pixels', () => {
    const out = new Float32Array(50).fill(-1);
    warp(dataOf(3, new Array(9).fill(255)), 0, UPRIGHT, 4, 5, out, 10);
    expect([...out.subarray(0, 10), ...out.subarray(30)].every((value) => value === -1)).toBe(true);
    expect([...out.subarray(10, 30)].every((value) => value >= 0 && value <= 1)).toBe(true);
  });
});

/** A square picture, a quarter turn with the clock. */
function turnRight(pixels: readonly number[], side: number): number[] {
  return pixels.map((_, i) => {
    const [y, x] = [Math.floor(i / side), i % side];
    return pixels[(side - 1 - x) * side + y]!;
  });
}
