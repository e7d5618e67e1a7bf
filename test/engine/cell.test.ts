import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MANNCell } from '../../dist/engine/cell.js';
import { createEngine } from '../../dist/engine/create.js';
import { errorOf, type Golden, goldenConfig } from '../golden.ts';

const golden: Golden = JSON.parse(
  readFileSync(new URL('../fixtures/mann-read-weights.json', import.meta.url), 'utf8'),
);

describe('MANNCell', () => {
  it("is called as the original's MANNCell: (output, state) out of (input, state)", () => {
    const cell = new MANNCell({
      lstmSize: 200,
      memorySize: 128,
      memoryDim: 40,
      nbReads: 4,
      gamma: 0.95,
    });
    const state = cell.zeroState(16);
    expect(state.memory.length).toBe(16 * 128 * 40);
    expect(state.memory[0]).toBeCloseTo(1e-6, 12);
    const x = new Float32Array(16 * 405).fill(0.1);
    const { output, state: next } = cell.call(x, state);
    expect(output.length).toBe(16 * 360);
    expect(cell.outputSize).toBe(360);
    expect(next.memory).not.toEqual(state.memory);
    expect(cell.call(x, state).output).toEqual(output);
    expect([...cell.parameters().keys()]).toEqual([
      'lstm.kernel',
      'lstm.bias',
      'heads.kernel',
      'heads.bias',
    ]);
  });

  it('goes over [B, T, X] as its docstring has it, with states of the shapes there', () => {
    const [B, T, X, H, N, W, R] = [3, 4, 6, 8, 10, 5, 2];
    const cell = new MANNCell({ lstmSize: H, memorySize: N, memoryDim: W, nbReads: R });
    const inputs = Float32Array.from({ length: B * T * X }, (_, i) => Math.sin(i));
    const last = (rows: readonly number[]) => {
      const x = new Float32Array(rows.length * X);
      let output: ReturnType<typeof cell.call>['output'] | undefined;
      let state = cell.zeroState(rows.length);
      for (let t = 0; t < T; t++) {
        for (const [b, row] of rows.entries()) {
          const at = (row * T + t) * X;
          x.set(inputs.subarray(at, at + X), b * X);
        }
        ({ output, state } = cell.call(x, state));
      }
      return { output: [...output!], state };
    };
    const { output, state } = last([0, 1, 2]);
    const alone = [0, 1, 2].map((b) => last([b]));
    expect(output).toEqual(alone.flatMap((one) => one.output));
    const sizes = Object.fromEntries(Object.entries(state).map(([k, array]) => [k, array.length]));
    expect(sizes).toEqual({
      ...{ cell: B * H, hidden: B * H, memory: B * N * W, readVectors: B * R * W },
      ...{ readWeights: B * R * N, writeWeights: B * R * N, usage: B * N, embedding: 0 },
    });
    // of each array, the part of sequence 1
    for (const [name, array] of Object.entries(state)) {
      const part = array.length / B;
      expect(array.slice(part, 2 * part), name).toEqual(
        alone[1]!.state[name as keyof typeof state],
      );
    }
  });

  it('takes the weights of a trained network and gives its output', async () => {
    const { lstmSize, memorySize, memoryDim, nbReads, ...rest } = goldenConfig(golden);
    const { gamma, controllerInput, keyStrength } = rest;
    const parameters = new Map(
      Object.entries(golden.params).map(([name, { shape, data }]) => [
        name,
        { shape, data: Float64Array.from(data) },
      ]),
    );
    const inputSize = golden.input.shape[2]!;
    const cell = new MANNCell({
      ...{ lstmSize, memorySize, memoryDim, nbReads, gamma, controllerInput, keyStrength },
      inputSize,
    });
    cell.setParameters(parameters);
    const reference = await createEngine(goldenConfig(golden), { kind: 'reference', parameters });
    const x = Float64Array.from(golden.input.data.slice(0, inputSize));
    let mine = cell.zeroState(1);
    let right = reference.zeroState(1);
    for (let t = 0; t < 5; t++) {
      const step = cell.call(x, mine);
      const other = reference.step(x, right);
      expect(errorOf(step.output, other.output)).toBeLessThan(1e-5);
      mine = step.state;
      right = other.state;
    }
  });

  it('takes inputs of one number', () => {
    const cell = new MANNCell({ lstmSize: 8, memorySize: 16, memoryDim: 4, nbReads: 1 });
    const { output } = cell.call(Float32Array.of(0.5), cell.zeroState(1));
    expect(output.length).toBe(12);
    expect(output.every(Number.isFinite)).toBe(true);
  });

  it('says what was wrong', () => {
    const cell = new MANNCell({ lstmSize: 8, memorySize: 16, memoryDim: 4, nbReads: 1 });
    expect(() => new MANNCell({ nbReads: 0 })).toThrow(/nbReads must be at least 1/);
    expect(() => cell.parameters()).toThrow(/inputSize/);
    expect(() => cell.zeroState(0)).toThrow(/whole number from 1, not 0/);
    const state = cell.zeroState(2);
    expect(() => cell.call(new Float32Array(3), state)).toThrow(/batch of 2/);
    cell.call(new Float32Array(4), state);
    expect(() => cell.call(new Float32Array(6), state)).toThrow(/built for 2/);
  });
});
