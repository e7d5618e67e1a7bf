import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Batch, CellState, Engine } from '../../dist/engine/engine.js';
import { checkBatch } from '../../dist/engine/inputs.js';
import { modelConfig } from '../../dist/model/config.js';
import { shapesOf } from '../../dist/model/shapes.js';
import { tinyEngine } from '../training/tiny.js';

const [batch, length, steps] = [2, 3, 6];
const views = {
  atlas: new Uint8Array(2 * 9),
  side: 3,
  drawings: new Int32Array(steps),
  resampling: new Float32Array(6 * steps),
};

describe.each(['reference', 'simd'] as const)('%s: an engine', (kind) => {
  let engine: Engine;
  let good: Batch;
  let state: CellState;
  beforeAll(async () => {
    engine = await tinyEngine(kind);
    const { X } = shapesOf(engine.config);
    const inputs = new Float32Array(steps * X).fill(0.5);
    good = { batch, length, inputs, targets: new Uint8Array(steps) };
    state = engine.zeroState(batch);
  });
  afterAll(() => engine.dispose());

  it.each<[string, () => Partial<Batch>, RegExp]>([
    ['views', () => ({ views }), /^a batch with views is for an engine that draws/],
    ['no episode', () => ({ batch: 0 }), /^batch of a batch must be a whole number from 1, not 0$/],
    ['half an episode', () => ({ batch: 1.5 }), /^batch of a batch .* not 1\.5$/],
    ['no step', () => ({ length: 0 }), /^length of a batch must be/],
    [
      'too few inputs',
      () => ({ inputs: good.inputs.subarray(1) }),
      /^inputs must have \d+ numbers \[B = 2, T = 3, X = \d+\], and has \d+$/,
    ],
    ['too many inputs', () => ({ inputs: new Float32Array(9999) }), /^inputs must have/],
    [
      'too few targets',
      () => ({ targets: new Uint8Array(5) }),
      /^targets must have 6 numbers \[B = 2, T = 3\], and has 5$/,
    ],
    [
      'a label that no class has',
      () => ({ targets: Uint8Array.of(0, 0, 0, 200, 0, 0) }),
      /^targets must be whole numbers from 0 to \d, and number 4 is 200$/,
    ],
    ['half a label', () => ({ targets: new Float32Array(steps).fill(0.5) }), /number 1 is 0\.5$/],
    ['a short mask', () => ({ mask: new Uint8Array(1) }), /^mask must have 6 numbers/],
    [
      'a state of one episode',
      () => ({ start: engine.zeroState(1) }),
      /^cell of a state must have \d+ numbers \[L = 1, B = 2, H = \d+\]/,
    ],
  ])('refuses a batch with %s, and goes on', async (_, part, message) => {
    const before = await engine.forward(good);
    const bad = { ...good, ...part() };
    await expect(engine.forward(bad)).rejects.toThrow(message);
    await expect(engine.gradients(bad)).rejects.toThrow(message);
    await expect(engine.trainStep(bad, { learningRate: 0.1 })).rejects.toThrow(message);
    expect(await engine.forward(good)).toEqual(before);
  });

  it('refuses a step that does not fit its state', () => {
    const { X } = shapesOf(engine.config);
    const x = good.inputs.subarray(0, 2 * X);
    expect(() => engine.step(x.subarray(X), state)).toThrow(
      `inputs must have ${2 * X} numbers [B = 2, X = ${X}], and has ${X}`,
    );
    expect(() => engine.step(x.subarray(0, 0), state)).toThrow(/^inputs must have/);
    const { usage } = state;
    expect(() => engine.step(x, { ...state, usage: usage.subarray(1) })).toThrow(
      /^usage of a state must have/,
    );
    expect(() => engine.step(x, { ...state, hidden: state.hidden.subarray(1) })).toThrow(
      /^hidden of a state has \d+ numbers, not \d+ for each of its episodes$/,
    );
    expect(engine.step(x, state).output).toHaveLength(batch * shapesOf(engine.config).O);
  });
});

describe('a batch for an engine that draws', () => {
  const shapes = shapesOf(modelConfig({ inputHeight: 2, inputWidth: 2 }));
  const drawn = { batch, length, views, inputs: new Float32Array(), targets: new Uint8Array(6) };

  it('needs no inputs', () => {
    expect(() => checkBatch(shapes, drawn, true)).not.toThrow();
  });

  it.each([
    [{ drawings: new Int32Array(5) }, 'views.drawings must have 6 numbers [B = 2, T = 3]'],
    [
      { resampling: new Float32Array(6) },
      'views.resampling must have 36 numbers [B = 2, T = 3, 6], and has 6',
    ],
    [
      { drawings: Int32Array.of(0, 1, 0, 2, 0, 0) },
      'views.drawings names drawing 2, and the atlas has 2',
    ],
    [
      { drawings: new Int32Array(6).fill(-1) },
      'views.drawings names drawing -1, and the atlas has 2',
    ],
  ])('has drawings that there are: %j', (part, message) => {
    const bad = { ...drawn, views: { ...views, ...part } };
    expect(() => checkBatch(shapes, bad, true)).toThrow(message);
  });
});
