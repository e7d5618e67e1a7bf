import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHalves, toHalves } from '../../dist/common/numbers/half.js';

const half = (x: number) => fromHalves(toHalves([x]))[0]!;
const bits = (x: number) => new DataView(toHalves([x]).buffer).getUint16(0, true);

describe('numbers of 16 bits', () => {
  it('are those of the standard', () => {
    for (const [x, expected] of [
      [0, 0x0000],
      [-0, 0x8000],
      [1, 0x3c00],
      [-2, 0xc000],
      [1 / 3, 0x3555],
      [65504, 0x7bff], // the largest
      [2 ** -14, 0x0400], // the smallest with a whole fraction
      [2 ** -14 - 2 ** -24, 0x03ff],
      [2 ** -24, 0x0001], // the smallest
      [2 ** -25, 0x0000], // a tie, to even
      [3 * 2 ** -25, 0x0002],
      [1 + 2 ** -11, 0x3c00], // ties, to even
      [1 + 3 * 2 ** -11, 0x3c02],
      [2 - 2 ** -11, 0x4000], // a carry into the exponent
      [65519.99, 0x7bff],
      [65520, 0x7c00],
      [Number.POSITIVE_INFINITY, 0x7c00],
      [Number.NEGATIVE_INFINITY, 0xfc00],
    ] as const) {
      expect(bits(x), String(x)).toBe(expected);
    }
    expect(half(Number.NaN)).toBeNaN();
  });

  it('come back whole, all 65,536 of them', () => {
    const bytes = new Uint8Array(Uint16Array.from({ length: 65536 }, (_, i) => i).buffer);
    const again = new Uint16Array(toHalves(fromHalves(bytes)).buffer);
    const isNone = (i: number) => (i & 0x7c00) === 0x7c00 && (i & 0x3ff) > 0;
    for (const [i, got] of again.entries()) if (!isNone(i)) expect(got).toBe(i);
  });

  it('are the nearest', () => {
    fc.assert(
      fc.property(fc.double({ min: -65504, max: 65504, noNaN: true }), (x) => {
        const got = half(x);
        const bytes = toHalves([x]);
        for (const step of [-1, 1]) {
          const next = new DataView(bytes.slice().buffer);
          next.setUint16(0, (bits(x) + step) & 0xffff, true);
          const neighbour = fromHalves(new Uint8Array(next.buffer))[0]!;
          if (Number.isFinite(neighbour))
            expect(Math.abs(got - x)).toBeLessThanOrEqual(Math.abs(neighbour - x));
        }
      }),
    );
  });
});
