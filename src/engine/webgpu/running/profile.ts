import type { BatchSizes } from '../plan/pass.js';
import { READ, USAGE } from './constants.js';
import type { Ready, Runner } from './runner.js';

/** Milliseconds of each pass, medians of `times`, by the processor's own clock; nothing where it has none. */
export async function profile(
  runner: Runner,
  passes: readonly Ready[],
  sizes: BatchSizes,
  times: number,
): Promise<Record<string, number>> {
  const { gpu } = runner;
  if (!gpu.features.has('timestamp-query')) return {};
  const count = 2 * passes.length;
  const bytes = 8 * count;
  const querySet = gpu.createQuerySet({ type: 'timestamp', count });
  const { copySource, copyTarget, mapRead, queryResolve } = USAGE;
  const resolved = gpu.createBuffer({ size: bytes, usage: queryResolve | copySource });
  const copy = gpu.createBuffer({ size: bytes, usage: copyTarget | mapRead });
  const taken = passes.map((): number[] => []);
  for (let n = 0; n < times; n++) {
    const encoder = gpu.createCommandEncoder();
    passes.forEach((pass, i) => {
      const [beginningOfPassWriteIndex, endOfPassWriteIndex] = [2 * i, 2 * i + 1];
      const timestampWrites = { querySet, beginningOfPassWriteIndex, endOfPassWriteIndex };
      const open = encoder.beginComputePass({ timestampWrites });
      runner.dispatch(open, pass, sizes);
      open.end();
    });
    encoder.resolveQuerySet(querySet, 0, count, resolved, 0);
    encoder.copyBufferToBuffer(resolved, 0, copy, 0, bytes);
    gpu.queue.submit([encoder.finish()]);
    await copy.mapAsync(READ);
    const stamps = new BigUint64Array(copy.getMappedRange());
    for (const [i, own] of taken.entries()) {
      own.push(Number(stamps[2 * i + 1]! - stamps[2 * i]!) / 1e6);
    }
    copy.unmap();
  }
  for (const spent of [querySet, resolved, copy]) spent.destroy();
  const median = (own: number[]) => own.sort((a, b) => a - b)[times >> 1]!;
  return Object.fromEntries(passes.map(({ pass }, i) => [pass.label, median(taken[i]!)]));
}
