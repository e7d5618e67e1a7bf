import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkGolden, engines, type Golden, limitOf } from '../golden.ts';

const fixtures = new URL('../fixtures/', import.meta.url);
const files = readdirSync(fixtures).map(
  (name): Golden => JSON.parse(readFileSync(new URL(name, fixtures), 'utf8')),
);

describe.each(files)('golden vectors of $name', (golden) => {
  it.each(engines)('on $name', async (engine) => {
    const { worst, where } = await checkGolden(golden, engine);
    expect(worst, where).toBeLessThanOrEqual(limitOf(engine));
  });
});
