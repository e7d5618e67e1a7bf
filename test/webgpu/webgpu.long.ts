import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { gpuSupports } from '../../dist/engine/webgpu/supports.js';
import { goldenConfig } from '../golden.ts';
import { checkTraining, LIMIT } from './checks.ts';
import { runChild, softwareGpu } from './software.ts';

const env = softwareGpu();
const folder = fileURLToPath(new URL('../fixtures/', import.meta.url));
const files = readdirSync(folder)
  .map((name) => `${folder}${name}`)
  .filter(
    (file) => gpuSupports(goldenConfig(JSON.parse(readFileSync(file, 'utf8')))) === undefined,
  );

describe.skipIf(!env)('on a graphics processor that is imitated', () => {
  it.each(files)('%s', async (file) => {
    const errors = await runChild('golden', [file], env);
    expect(errors[file].worst, errors[file].where).toBeLessThanOrEqual(LIMIT);
  });

  it('trains as the CPU does, the same bits each time, however the work is cut', async () => {
    await checkTraining(env!);
  });
});
