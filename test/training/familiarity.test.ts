import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { auroc, FamiliarityScores } from '../../dist/training/evaluation/familiarity.js';

describe('familiarity of test episodes', () => {
  it('is of drawings whose label came before, and of all others', () => {
    const scores = new FamiliarityScores();
    const labels = Uint8Array.of(0, 0, 3, 3, 1, 0); // 3 is none
    const logits = new Float32Array(18);
    const add = (...familiarity: number[]) =>
      scores.add(
        { batch: 1, length: 6, targets: labels },
        { logits, familiarity: Float32Array.from(familiarity) },
      );
    expect(scores.result()).toBeUndefined();
    add(-3, 2, -1, 1, -2, 0.5);
    // known: 2, 0.5; new: -3, -1, 1, -2: of eight pairs one is the wrong way round
    expect(scores.result()).toEqual({ auroc: 87.5, known: 100, new: 75 });
    add(-3, -2, -3, -3, -3, 4);
    expect(scores.result()).toMatchObject({ known: 75, new: 87.5 });
  });

  it('is of strings that came before as a whole', () => {
    const scores = new FamiliarityScores();
    const targets = Uint8Array.of(0, 1, 0, 2, 1, 1, 0, 1, 3, 3, 3, 3); // 3 is none
    const logits = new Float32Array(36); // two characters of three letters
    const familiarity = Float32Array.of(-1, -1, -1, 1, -1, 1);
    scores.add({ batch: 1, length: 6, targets }, { logits, familiarity });
    expect(scores.result()).toEqual({ auroc: 90, known: 100, new: 80 });
  });

  it('is nothing where the network did not learn it', () => {
    const scores = new FamiliarityScores();
    const labels = Uint8Array.of(0, 0);
    const forward = { logits: new Float32Array(2), familiarity: new Float32Array(0) };
    scores.add({ batch: 1, length: 2, targets: labels }, forward);
    expect(scores.result()).toBeUndefined();
  });

  it('has the area under the curve of all pairs counted one by one', () => {
    const some = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(some, some, (positive, negative) => {
        let pairs = 0;
        for (const p of positive) for (const n of negative) pairs += p > n ? 1 : p === n ? 0.5 : 0;
        expect(auroc(positive, negative)).toBeCloseTo(pairs / (positive.length * negative.length));
      }),
    );
  });
});
