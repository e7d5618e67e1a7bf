import { describe, expect, it } from 'vitest';
import { modelConfig } from '../../dist/model/config.js';
import { tinyEngine } from '../training/tiny.js';

const zeros = (batch: number, length: number) => ({
  batch,
  length,
  inputs: new Float32Array(batch * length * 9),
  targets: new Uint8Array(batch * length),
});
const tooLittle = expect.objectContaining({
  name: 'UserError',
  message: expect.stringMatching(
    /^too little memory: this network takes \d.* for \d+ × \d+ drawings/,
  ),
});

// Memories whose sizes in bytes are beyond 32 bits: 2^32 and a little, and far more.
describe.each(['reference', 'simd', 'relaxed'] as const)('%s: room', (kind) => {
  it('is refused to a network that needs more than there is', async () => {
    const options = { numClasses: 3, inputHeight: 2, inputWidth: 3, lstmSize: 1, nbReads: 1 };
    for (const [memorySize, memoryDim] of [
      [2 ** 16, 2 ** 14],
      [2 ** 15 + 8, 2 ** 14],
    ]) {
      const make = async () => {
        const engine = await tinyEngine(kind, { ...options, memorySize, memoryDim });
        await engine.forward(zeros(1, 20));
      };
      await expect(make()).rejects.toEqual(tooLittle);
    }
  });
});

describe.each(['reference', 'simd', 'relaxed'] as const)('%s: room for an NTM', (kind) => {
  it('is refused where the memories of all steps need more than there is', async () => {
    const options = { numClasses: 3, inputHeight: 2, inputWidth: 3, lstmSize: 1, nbReads: 1 };
    const size = { memorySize: 2 ** 14, memoryDim: 2 ** 8 };
    const engine = await tinyEngine(kind, { ...options, ...size, memory: 'ntm' });
    await expect(engine.forward(zeros(1, 300))).rejects.toEqual(tooLittle);
    await engine.dispose();
  });
});

// Few weights, and yet layers that come to more than 32 bits can count; the first as much as 2^32 and a little.
describe.each(['reference', 'simd', 'relaxed'] as const)('%s: room for an encoder', (kind) => {
  it.each([
    { inputHeight: 1024, inputWidth: 2 ** 16, encoderWidths: [2 ** 14, 1, 1, 1, 1, 1, 1, 1] },
    { inputHeight: 512, inputWidth: 512, encoderWidths: [2 ** 14 - 8, 1, 1, 1, 1, 1, 1] },
    { inputHeight: 512, inputWidth: 512, encoderWidths: [1, 2 ** 14, 1, 1, 1, 1, 1] },
  ])('is refused to one that needs more than there is: %j', async (encoder) => {
    const options = { numClasses: 3, lstmSize: 1, nbReads: 1, memorySize: 2, memoryDim: 1 };
    const make = async () => {
      const engine = await tinyEngine(kind, { ...options, ...encoder, embeddingSize: 1 });
      await engine.forward(zeros(1, 20));
    };
    await expect(make()).rejects.toEqual(tooLittle);
  });
});

describe.each(['simd', 'relaxed'] as const)('%s: a batch that is too large', (kind) => {
  it('is refused, and the engine goes on as before', async () => {
    const engine = await tinyEngine(kind);
    const small = zeros(2, 3);
    const before = await engine.forward(small);
    const nothing = { inputs: new Float32Array(0), targets: new Uint8Array(0) };
    for (const [batch, length] of [
      [1e9, 1e9],
      [2 ** 16, 2 ** 16],
    ]) {
      const large = { batch: batch!, length: length!, ...nothing };
      await expect(engine.forward(large)).rejects.toEqual(tooLittle);
    }
    expect(await engine.forward(small)).toEqual(before);
  });
});

it('a network of more weights than any engine has room for is no configuration', () => {
  expect(() => modelConfig({ lstmSize: 2 ** 14 })).toThrow(/more than 268,435,456 weights/);
});
