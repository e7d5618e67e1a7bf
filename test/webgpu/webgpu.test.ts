import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { LIMIT } from './checks.ts';
import { runChild, softwareGpu } from './software.ts';

const env = softwareGpu();
const fixture = (name: string) =>
  fileURLToPath(new URL(`../fixtures/${name}.json`, import.meta.url));

it('every shader of every form at full size is valid', async () => {
  const { shaders, failures } = await runChild('validate');
  expect(failures).toEqual({});
  expect(shaders).toBeGreaterThan(500);
});

describe.skipIf(!env)('on a graphics processor that is imitated', () => {
  it('answers as the golden file says', async () => {
    const file = fixture('mann-key-strength');
    const errors = await runChild('golden', [file], env);
    expect(errors[file].worst, errors[file].where).toBeLessThanOrEqual(LIMIT);
  });
});
