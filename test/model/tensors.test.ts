import { describe, expect, it } from 'vitest';
import { Random } from '../../dist/common/random.js';
import { type ModelOptions, modelConfig } from '../../dist/model/config.js';
import { modelPresets } from '../../dist/model/presets.js';
import { initialTensors, tensorSpecs } from '../../dist/model/tensors.js';

const namesOf = (options: ModelOptions) =>
  tensorSpecs(modelConfig(options)).map(({ name, shape }) => `${name} ${shape.join('x')}`);

describe('the tensors of a network', () => {
  it('of the default, in the order of checkpoints', () => {
    expect(namesOf({})).toEqual([
      ...['encoder.1.kernel 3x3x1x16', 'encoder.1.bias 16', 'encoder.2.kernel 3x3x16x16'],
      ...['encoder.2.bias 16', 'encoder.3.kernel 3x3x16x16', 'encoder.3.bias 16'],
      ...['encoder.out.kernel 400x64', 'encoder.out.bias 64'],
      ...['lstm.kernel 333x800', 'lstm.bias 800', 'heads.kernel 200x129', 'heads.bias 129'],
      ...['bind.key 64x64', 'bind.value 64x64', 'bind.label 5x64'],
      ...['hidden.kernel 264x128', 'hidden.bias 128', 'hidden.out 128x5'],
      ...['out.kernel 264x5', 'out.bias 5'],
    ]);
  });

  it('of flat and the baseline, as they were', () => {
    expect(namesOf(modelPresets.flat)).toEqual([
      ...['lstm.kernel 765x800', 'lstm.bias 800', 'heads.kernel 200x328', 'heads.bias 328'],
      ...['out.kernel 360x5', 'out.bias 5'],
    ]);
    expect(namesOf({ ...modelPresets.flat, model: 'lstm', numLayers: 2 })).toEqual([
      ...['lstm.kernel 605x800', 'lstm.bias 800', 'lstm2.kernel 400x800', 'lstm2.bias 800'],
      ...['out.kernel 200x5', 'out.bias 5'],
    ]);
  });

  it('of an mlp, a feed-forward controller, read weights, and odd sides', () => {
    expect(
      namesOf({
        ...{ encoder: 'mlp', encoderWidths: [9, 8], embeddingSize: 7, controller: 'feedforward' },
        ...{ controllerInput: 'read-weights', memorySize: 10, nbReads: 2, lstmSize: 11 },
        ...{ memoryDim: 6, writing: 'gated', keyStrength: 'none', outputHidden: 0 },
      }),
    ).toEqual([
      ...['encoder.1.kernel 400x9', 'encoder.1.bias 9', 'encoder.2.kernel 9x8', 'encoder.2.bias 8'],
      ...['encoder.out.kernel 8x7', 'encoder.out.bias 7'],
      ...['feedforward.kernel 32x11', 'feedforward.bias 11', 'heads.kernel 11x26', 'heads.bias 26'],
      ...['bind.key 7x12', 'bind.value 7x12', 'bind.label 5x12', 'out.kernel 23x5', 'out.bias 5'],
    ]);
    // what is left over of odd sides is dropped: 9 x 7, 4 x 3, 2 x 1
    const odd = { inputHeight: 9, inputWidth: 7, encoderWidths: [3, 4, 5], embeddingSize: 6 };
    expect(namesOf(odd)).toContain('encoder.out.kernel 10x6');
  });
});

/** Mean and variance of what is not zero by design. */
function moments(data: ArrayLike<number>): { mean: number; variance: number } {
  const numbers = Array.from(data);
  const mean = numbers.reduce((a, b) => a + b, 0) / numbers.length;
  return { mean, variance: numbers.reduce((a, b) => a + (b - mean) ** 2, 0) / numbers.length };
}

describe('first weights', () => {
  /** Wide enough for statistics: in each tensor there are some thousand numbers. */
  const wide = { numClasses: 60, lstmSize: 50, memoryDim: 80, keySize: 60, nbReads: 2 } as const;
  const first = (options: ModelOptions, seed = 1) =>
    initialTensors(modelConfig(options), new Random(seed, 'weights'));

  it.each<[string, ModelOptions, Record<string, number>]>([
    [
      'a conv',
      { encoderWidths: [40, 30], embeddingSize: 50 },
      {
        'encoder.1.kernel': 2 / 9, // He: 2 / inputs
        'encoder.2.kernel': 2 / (9 * 40),
        'encoder.out.kernel': 1 / (100 * 30),
        'bind.key': 1 / 50,
      },
    ],
    [
      'an mlp',
      { encoder: 'mlp', encoderWidths: [70, 60], embeddingSize: 50 },
      {
        'encoder.1.kernel': 2 / 400,
        'encoder.2.kernel': 2 / 70,
        'encoder.out.kernel': 1 / 60,
        'bind.key': 1 / 50,
      },
    ],
    ['raw pixels', { encoder: 'none' }, { 'bind.key': 4 / 400 }],
  ])('of %s have the variances they should', (_, options, variances) => {
    const tensors = first({ ...wide, ...options });
    const [W, K] = [80, 60];
    const ofKeys = (data: ArrayLike<number>) => Array.from(data).filter((_, i) => i % W < K);
    const beyond = (data: ArrayLike<number>) => Array.from(data).filter((_, i) => i % W >= K);
    for (const [name, right] of Object.entries(variances)) {
      const { data } = tensors.get(name)!;
      const { mean, variance } = moments(name === 'bind.key' ? ofKeys(data) : data);
      expect(Math.abs(mean), name).toBeLessThan(0.15 * Math.sqrt(right));
      expect(variance / right, name).toBeGreaterThan(0.8);
      expect(variance / right, name).toBeLessThan(1.2);
    }
    // what is stored is what is looked up, and the label stands beside it
    const [key, value, label] = ['bind.key', 'bind.value', 'bind.label'].map(
      (name) => tensors.get(name)!.data,
    );
    expect(value).toEqual(key);
    expect(value).not.toBe(key);
    expect(beyond(key!).every((x) => x === 0)).toBe(true);
    expect(ofKeys(key!).some((x) => x === 0)).toBe(false);
    expect(ofKeys(label!).every((x) => x === 0)).toBe(true);
    expect(moments(beyond(label!)).variance).toBeCloseTo(1, 0.7);
  });

  it('labels fill the slots where keys do', () => {
    const tensors = first({ ...wide, keySize: 80 });
    expect(moments(tensors.get('bind.label')!.data).variance).toBeCloseTo(1 / 4, 1);
    expect(tensors.get('bind.key')!.data.some((x) => x === 0)).toBe(false);
  });

  it('controller, heads and outputs are uniform', () => {
    const limits = {
      ...{ 'heads.kernel': 0.1, 'hidden.out': 0.1, 'out.kernel': 0.1, 'out.bias': 0.1 },
      'lstm.kernel': Math.sqrt(6 / (64 + 60 + 160 + 50 + 200)),
      'hidden.kernel': Math.sqrt(6 / (50 + 160 + 128)),
    };
    const tensors = first(wide);
    for (const [name, limit] of Object.entries(limits)) {
      const { data } = tensors.get(name)!;
      const largest = Math.max(...Array.from(data, Math.abs));
      expect(largest, name).toBeLessThanOrEqual(limit * (1 + 1e-6));
      expect(largest, name).toBeGreaterThan(0.9 * limit);
      if (data.length < 1000) continue;
      expect(moments(data).variance / (limit ** 2 / 3), name).toBeCloseTo(1, 0.7);
    }
  });

  it('β starts at 10, and layers have no bias', () => {
    for (const writing of ['gated', 'least-used'] as const) {
      const { data } = first({ ...wide, writing }).get('heads.bias')!;
      const strengths = Array.from(data.subarray(-2), (x) => 1 + Math.log1p(Math.exp(x)));
      expect(strengths).toEqual([expect.closeTo(10, 3), expect.closeTo(10, 3)]);
      expect(data.subarray(0, -2).every((x) => Math.abs(x) <= 0.1)).toBe(true);
    }
    const { data } = first({ ...wide, keyStrength: 'none' }).get('heads.bias')!;
    expect(data.every((x) => Math.abs(x) <= 0.1)).toBe(true);
    const biases = ['encoder.1.bias', 'encoder.3.bias', 'encoder.out.bias', 'lstm.bias'];
    for (const name of [...biases, 'hidden.bias']) {
      expect(
        first(wide)
          .get(name)!
          .data.every((x) => x === 0),
        name,
      ).toBe(true);
    }
    const other = first({ controller: 'feedforward' }).get('feedforward.bias')!;
    expect(other.data.every((x) => x === 0)).toBe(true);
  });

  it('are of their seed, and fit into float32', () => {
    expect(first({})).toEqual(first({}));
    expect(first({}).get('bind.key')).not.toEqual(first({}, 2).get('bind.key'));
    for (const { data } of first({}).values()) expect(data).toBeInstanceOf(Float32Array);
  });
});
