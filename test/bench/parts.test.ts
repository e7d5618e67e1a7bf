/** The parts of a training step (bench/parts/): whose time it is, and how many operations. */
import { readFileSync } from 'node:fs';
import type { Profiler } from 'node:inspector';
import { describe, expect, it } from 'vitest';
import { flopsOf, flopsWithZeros, partFlops } from '../../bench/parts/flops.ts';
import { functions, partOf, products, sharesOf } from '../../bench/parts/profile.ts';
import { randomBatch } from '../../bench/work.ts';
import { Random } from '../../dist/common/random.js';
import { modelConfig } from '../../dist/model/config.js';
import { modelPresets } from '../../dist/model/presets.js';
import { initialTensors } from '../../dist/model/tensors.js';

describe('the functions of the parts', () => {
  it.each([...Object.keys(functions), ...products])('%s is a function of the kernels', (name) => {
    const [file, own] = name.split(/\/(?=[^/]*$)/);
    expect(readFileSync(`src/kernels/${file}.ts`, 'utf8')).toContain(`function ${own}(`);
  });
});

describe('partOf', () => {
  it.each([
    ['activations', 'controller/controllerForward index/forward index/run'],
    [
      'controller',
      'algebra/gemm/tile8 algebra/gemm/multiply controller/controllerForward index/forward',
    ],
    [
      'gradients',
      'algebra/gemm/tile8 weights/rowsGradient weights/controllerGradients weights/weightGradients',
    ],
    ['packing', 'algebra/gemm/packLanes weights/rowsGradient weights/weightGradients index/run'],
    ['addressing', 'memory/lookup/softmax memory/lookup/lookUp memory/memory/memoryForward'],
    ['memory', 'memory/products/outer memory/memory/writtenBackward memory/memory/memoryBackward'],
    ['adam', 'index/run js-to-wasm #run'],
    ['rest', '#run trainStep'],
  ])('%s: %s', (part, stack) => {
    expect(partOf(stack.split(' '))).toBe(part);
  });
});

describe('sharesOf', () => {
  it('gives a product to its caller and leaves out idle time', () => {
    const node = (id: number, functionName: string, hitCount: number, children: number[]) => {
      const callFrame = { functionName, scriptId: '', url: '', lineNumber: 0, columnNumber: 0 };
      return { id, callFrame, hitCount, children };
    };
    const profile: Profiler.Profile = {
      startTime: 0,
      endTime: 1,
      nodes: [
        node(1, '(root)', 0, [2, 3]),
        node(2, '(idle)', 50, []),
        node(3, 'src/kernels/index/run', 1, [4, 5]),
        node(4, 'src/kernels/controller/controllerForward', 2, [6]),
        node(5, 'src/kernels/heads/headsForward', 0, [7]),
        node(6, 'src/kernels/algebra/gemm/multiply', 4, []),
        node(7, 'src/kernels/algebra/gemm/multiply', 3, []),
      ],
    };
    expect(Object.fromEntries(sharesOf(profile))).toEqual({
      adam: 0.1,
      activations: 0.2,
      controller: 0.4,
      others: 0.3,
    });
  });
});

describe('partFlops', () => {
  const sum = (values: Partial<Record<string, number>>) =>
    Object.values(values).reduce((total: number, value) => total + (value ?? 0), 0);

  it('agrees with the count of the whole step', () => {
    const config = modelConfig(modelPresets.flat);
    const batch = randomBatch(config, 4, 20);
    const parts = partFlops(config, batch, initialTensors(config, new Random(1)));
    // the first step back has no step before it
    expect(sum(parts) / flopsOf(config, 4, 20).training).toBeCloseTo(1, 1);
    expect(sum(parts)).toBeGreaterThan(0.97 * flopsOf(config, 4, 20).training);
  });

  const config = modelConfig({ encoderWidths: [8, 16], inputHeight: 8, inputWidth: 8 });
  const inputs = new Float32Array(64 + 5);
  const batch = { batch: 1, length: 1, inputs, targets: new Uint8Array(1) };
  const tensors = initialTensors(config, new Random(1));
  const [first, second] = [2 * 4 * 9 * 8, 2 * 16 * 9 * 8 * 16]; // a square of the first layer, all of the second

  it('leaves out squares of a drawing that are blank', () => {
    inputs.fill(0);
    expect(partFlops(config, batch, tensors).convolutions).toBe(second);
    inputs[4 * 8 + 4] = 1; // within the reach of four squares
    expect(partFlops(config, batch, tensors).convolutions).toBe(second + 4 * first);
    inputs.fill(1, 0, 64);
    expect(partFlops(config, batch, tensors).convolutions).toBe(second + 16 * first);
  });

  it('leaves out what relu made 0', () => {
    inputs.fill(1, 0, 64);
    const zeros = new Map(
      [...tensors].map(([name, { shape, data }]) => [name, { shape, data: data.map(() => 0) }]),
    );
    expect(partFlops(config, batch, zeros).convolutionsBack).toBe(0);
    const ones = new Map(
      [...tensors].map(([name, { shape, data }]) => [name, { shape, data: data.map(() => 1) }]),
    );
    // one place in four goes on from the first layer
    expect(partFlops(config, batch, ones).convolutionsBack).toBe(4 * first + 2 * second);
    expect(flopsWithZeros(config, batch).convolutionsBack).toBe(16 * first + 2 * second);
  });
});
