/** The sweeps of the repository: what they train is what the tables of docs/results.md show. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { optionChecker } from '../../dist/cli/sweeps/train-options.js';
import { combinations } from '../../dist/sweeps/file/combinations.js';
import { readDefinition } from '../../dist/sweeps/file/read-definition.js';

const root = new URL('../../', import.meta.url);
const page = readFileSync(new URL('docs/results.md', root), 'utf8');
const files = readdirSync(new URL('sweeps/', root)).filter((name) => name.endsWith('.yaml'));

/** What is trained by a command line of the page, or by a run: all options but those that only say where to and how often. */
function trained(args: readonly string[]): string[] {
  const left = /^--(save-dir|evaluate-every|hold-out=0)/;
  return args.filter((arg) => !left.test(arg) && arg !== '--seed=1').sort();
}

/** The command lines of the page, by the name of the folder. */
const commands = new Map(
  [...page.matchAll(/^npx mann train (.*(?:\\\n.*)*?--save-dir runs\/([\w-]+))/gm)].map(
    ([, line, name]) => {
      const words = line!.replaceAll('\\\n', ' ').trim().split(/\s+/);
      const args = words.flatMap((word, i) =>
        word.startsWith('--') ? [`${word}=${words[i + 1]}`] : [],
      );
      return [name!, trained(args)] as const;
    },
  ),
);

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
    const check = optionChecker();
    for (const { name, options } of combinations(await readDefinition(path), file)) {
      const own = name.replace(',seed=', '-seed');
      expect(existsSync(new URL(`docs/results/${own}.json`, root)), own).toBe(true);
      expect(page).toMatch(new RegExp(`^(.*, )?${own}(, .*)?: `, 'm'));
      const command = commands.get(own);
      if (command) expect(trained(check(options).args), own).toEqual(command);
    }
    expect(page).toContain(`sweeps/${file}`);
  });
});

it('the page has command lines to compare with', () => {
  expect([...commands.keys()]).toEqual(
    expect.arrayContaining(['default-seed1', 'wide-seed1', 'mann-30000-seed3', 'mlp-seed1']),
  );
});
