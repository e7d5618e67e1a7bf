/** The sweeps of the repository: what they train is what the tables of docs/results.md show. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { optionChecker } from '../../dist/cli/sweeps/train-options.js';
import { combinations } from '../../dist/sweeps/file/combinations.js';
import { parseDefinition, readDefinition } from '../../dist/sweeps/file/read-definition.js';

const root = new URL('../../', import.meta.url);
const page = readFileSync(new URL('docs/results.md', root), 'utf8');
const files = readdirSync(new URL('sweeps/', root)).filter((name) => name.endsWith('.yaml'));

describe.each(files)('sweeps/%s', (file) => {
  it('holds options that mann train has', async () => {
    const path = fileURLToPath(new URL(`sweeps/${file}`, root));
    const check = optionChecker();
    for (const { options } of combinations(await readDefinition(path), file)) {
      expect(check(options).args.length).toBeGreaterThan(0);
    }
  });

  it.skipIf(file === 'quick.yaml')('trains what docs/results.md has figures of', async () => {
    const path = fileURLToPath(new URL(`sweeps/${file}`, root));
    for (const { name } of combinations(await readDefinition(path), file)) {
      const own = name.replace(',seed=', '-seed'); // as scripts/results.ts calls it
      expect(existsSync(new URL(`docs/results/${own}.json`, root)), own).toBe(true);
      expect(page).toMatch(new RegExp(`^(.*, )?${own}(, .*)?: `, 'm'));
    }
    expect(page).toContain(`sweeps/${file}`);
  });
});

describe('the sweeps in docs/sweeps.md', () => {
  const guide = readFileSync(new URL('docs/sweeps.md', root), 'utf8');
  const blocks = [...guide.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text!);

  it.each(blocks)('%s', async (text) => {
    const runs = combinations(await parseDefinition(text, 'docs.yaml'), 'docs.yaml');
    const check = optionChecker();
    for (const { options } of runs) check(options);
    expect(runs.length).toBeGreaterThan(1);
  });

  it('the first is sweeps/quick.yaml', () => {
    const file = readFileSync(new URL('sweeps/quick.yaml', root), 'utf8');
    expect(file.replace(/^#.*\n/, '')).toBe(blocks[0]);
  });
});
