import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Random } from '../../dist/common/random.js';

it('is sfc32, in unsigned integers', () => {
  fc.assert(
    fc.property(fc.tuple(...[1, 2, 3, 4].map(() => fc.nat(2 ** 32 - 1))), (state) => {
      const random = new Random(0).restore(state as [number, number, number, number]);
      let [a, b, c, d] = state.map(BigInt) as [bigint, bigint, bigint, bigint];
      const word = (x: bigint) => BigInt.asUintN(32, x);
      for (let i = 0; i < 5; i++) {
        const result = word(a + b + d);
        expect(random.bits()).toBe(Number(result));
        d = word(d + 1n);
        a = b ^ (b >> 9n);
        b = word(c + (c << 3n));
        c = word(word((c << 21n) | (c >> 11n)) + result);
        expect(random.state).toEqual([a, b, c, d].map(Number));
      }
    }),
  );
});

it('samples the first items of a shuffle, of few and of many', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 400 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.nat(),
      (n, part, seed) => {
        const count = Math.round(part * part * n);
        const [random, plain] = [new Random(seed), new Random(seed)];
        const items = Array.from({ length: n }, (_, i) => i);
        for (let i = 0; i < count; i++) {
          const j = i + plain.below(n - i);
          [items[i], items[j]] = [items[j]!, items[i]!];
        }
        expect(random.sample(n, count)).toEqual(items.slice(0, count));
        expect(random.state).toEqual(plain.state);
      },
    ),
  );
});
