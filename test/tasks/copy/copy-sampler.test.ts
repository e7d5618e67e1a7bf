import { describe, expect, it } from 'vitest';
import { Random } from '../../../dist/common/random.js';
import { type CopyBatch, CopySampler } from '../../../dist/tasks/copy/copy-sampler.js';

const make = (bits = 8, seed = 1) => new CopySampler({ batchSize: 3, bits }, new Random(seed));

/** The numbers of a step: bits, delimiter, feedback; bits asked for. */
function stepOf(
  { length: T, inputs, targets, mask }: CopyBatch,
  b: number,
  t: number,
  bits: number,
) {
  const X = 2 * bits + 1;
  const at = b * T + t;
  const input = [...inputs.subarray(at * X, (at + 1) * X)];
  return {
    vector: input.slice(0, bits),
    delimiter: input[bits],
    feedback: input.slice(bits + 1),
    target: [...targets.subarray(at * bits, (at + 1) * bits)],
    mask: mask[at],
  };
}

describe('sequences to copy', () => {
  it.each([1, 3, 8])('are vectors, the delimiter, and the vectors again, %i bits each', (bits) => {
    const batch = make(bits).next({ length: 5, exact: true });
    expect([batch.batch, batch.length, batch.vectors]).toEqual([3, 11, 5]);
    expect(batch.inputs.length).toBe(3 * 11 * (2 * bits + 1));
    expect(batch.targets.length).toBe(3 * 11 * bits);
    const nothing = new Array(bits).fill(0);
    for (let b = 0; b < 3; b++) {
      for (let t = 0; t < 11; t++) {
        const { vector, delimiter, feedback, target, mask } = stepOf(batch, b, t, bits);
        expect(delimiter).toBe(t === 5 ? 1 : 0);
        expect(feedback).toEqual(nothing);
        expect(mask).toBe(t > 5 ? 1 : 0);
        if (t >= 5) expect(vector).toEqual(nothing);
        else for (const bit of vector) expect([0, 1]).toContain(bit);
        expect(target).toEqual(t > 5 ? stepOf(batch, b, t - 6, bits).vector : nothing);
      }
    }
  });

  it('have bits of which half are 1', () => {
    const { targets } = make().next({ length: 400, exact: true });
    const ones = targets.reduce((sum, bit) => sum + bit, 0);
    expect(Math.abs(ones / (3 * 400 * 8) - 0.5)).toBeLessThan(0.03);
  });

  it('have every length up to the longest, about as often, one in a batch', () => {
    const sampler = make(1);
    const counts = new Array(21).fill(0);
    for (let n = 0; n < 4000; n++) {
      const { vectors, length } = sampler.next({ length: 20 });
      expect(length).toBe(2 * vectors + 1);
      counts[vectors]++;
    }
    expect(counts[0]).toBe(0);
    for (const count of counts.slice(1)) {
      expect(count).toBeGreaterThan(130);
      expect(count).toBeLessThan(280);
    }
  });

  it('are one sequence for one seed, and go on from a saved state', () => {
    const whole = make(8, 4);
    const batches = [20, 5, 20].map((length) => whole.next({ length }));
    expect(make(8, 5).next({ length: 20 })).not.toEqual(batches[0]);
    const begun = make(8, 4);
    begun.next({ length: 20 });
    const resumed = make(8, 99);
    resumed.restore(begun.state);
    expect(resumed.next({ length: 5 })).toEqual(batches[1]);
    expect(resumed.next({ length: 20 })).toEqual(batches[2]);
  });

  it('reuse the arrays of a spent batch of the same size, and no others', () => {
    const [fresh, reusing] = [make(), make()];
    let spent: CopyBatch | undefined;
    for (const length of [6, 6, 7]) {
      const batch = reusing.next({ length, exact: true }, spent);
      expect(batch).toEqual(fresh.next({ length, exact: true }));
      expect(batch === spent).toBe(length === 6 && spent !== undefined);
      spent = batch;
    }
    expect(make(2).next({ length: 7, exact: true }, spent)).toEqual(
      make(2).next({ length: 7, exact: true }),
    );
  });

  it('have 8 bits, and refuse to have none', () => {
    const sampler = new CopySampler({ batchSize: 2 }, new Random(1));
    expect(sampler.next({ length: 1 }).targets.length).toBe(2 * 3 * 8);
    expect(() => make(0)).toThrow('bits of a vector must be a whole number from 1, not 0');
    for (const length of [0, 2.5]) expect(() => make().next({ length })).toThrow(RangeError);
  });
});
