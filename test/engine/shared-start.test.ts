import { expect, it } from 'vitest';
import { bytesOf } from '../../dist/common/numbers/base64.js';
import simd from '../../dist/engine/binaries/simd.js';
import { instantiate, networkNumbers } from '../../dist/engine/wasm/kernels.js';
import { modelConfig } from '../../dist/model/config.js';

/**
 * Threads start at the same time on one memory: what one has laid out must not change when another one begins. (It did,
 * for encoders: about one training in a few hundred on a busy machine began with wrong numbers.)
 */
it.each([
  { encoder: 'conv', encoderWidths: [3, 5] },
  { encoder: 'mlp', encoderWidths: [9, 7] },
] as const)('a thread that starts leaves the layout of others alone: $encoder', (encoder) => {
  const memory = new WebAssembly.Memory({ initial: 256, maximum: 65536, shared: true });
  const module = new WebAssembly.Module(bytesOf(simd));
  const numbers = networkNumbers(modelConfig({ ...encoder, lstmSize: 9 }));
  const first = instantiate(module, memory);
  first.shapeNetwork(...numbers);
  const bytes = first.shapeBatch(2, 3, 4, 2);
  instantiate(module, memory);
  expect(first.shapeBatch(2, 3, 4, 2)).toBe(bytes);
});
