import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { checkTraining, LIMIT } from './checks.ts';
import { runChild, softwareGpu } from './software.ts';

const env = softwareGpu();

/** Files with every part in them; `npm run golden -- --engine webgpu` takes all there are. */
const files = ['mann-least-used', 'mann-first-head', 'mann-odd-sizes', 'lstm-conv', 'strings'].map(
  (name) => fileURLToPath(new URL(`../fixtures/${name}.json`, import.meta.url)),
);

describe.skipIf(!env)('on a graphics processor that is imitated', () => {
  it.each(files)('%s', async (file) => {
    const errors = await runChild('golden', [file], env);
    expect(errors[file].worst, errors[file].where).toBeLessThanOrEqual(LIMIT);
  });

  it('trains as the CPU does, the same bits each time, however the work is cut', async () => {
    await checkTraining(env!);
  });

  it('agrees with the reference on random networks', async () => {
    const networks: Record<string, { answers: number; gradients: number; where: string }> =
      await runChild('agreement', ['2', '3'], env);
    for (const [network, { answers, gradients, where }] of Object.entries(networks)) {
      expect(answers, network).toBeLessThanOrEqual(LIMIT);
      expect(gradients, `${network}: ${where}`).toBeLessThanOrEqual(2e-3);
    }
    expect(Object.keys(networks)).toHaveLength(3);
  });
});
