import { expect } from 'vitest';
import { runChild } from './software.ts';

/** The agreement asked of float32, relative to each tensor's largest magnitude. */
export const LIMIT = 2e-4;

/** What children/training.ts finds. */
export async function checkTraining(env: NodeJS.ProcessEnv) {
  const results = await runChild('training', [], env);
  const { ahead, losses, device, isSameOverlapping, isSameResumed, ...others } = results;
  const { unsettled, stepUnsettled, kept, ntm, ...errors } = others;
  for (const [what, error] of Object.entries(errors)) {
    expect(error, what).toBeLessThanOrEqual(LIMIT);
  }
  expect({ isSameOverlapping, isSameResumed }).toEqual({
    ...{ isSameOverlapping: true, isSameResumed: true },
  });
  expect(ahead).toBeGreaterThan(1);
  expect(device).toMatch(/swiftshader/i);
  expect(losses.every(Number.isFinite)).toBe(true);
  for (const sentence of [unsettled, stepUnsettled]) {
    expect(sentence).toBe(
      'the weights are still on the graphics processor: await engine.settle() first',
    );
  }
  expect(kept).toMatch(/^the webgpu engine begins every episode anew: .* use another engine$/);
  expect(ntm).toBe(
    'the webgpu engine has no memory of the Neural Turing Machine yet: use another engine',
  );
}
