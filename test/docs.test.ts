/** The command lines of all pages for people: each names commands and options that exist, with values they take. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { makeProgram, runProgram } from '../dist/cli/program.js';
import { modelConfig } from '../dist/model/config.js';
import { modelPresets } from '../dist/model/presets.js';
import { makeRecipe } from '../dist/training/recipe/recipe.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const pages = ['README.md', 'CONTRIBUTING.md', ...inFolder('docs'), ...inFolder('models')];

function inFolder(folder: string): string[] {
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
}

/** Lines of shell blocks, and commands in the text. */
function commandLines(page: string): string[] {
  const blocks = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block]) =>
    block!.replaceAll('\\\n', ' ').split('\n'),
  );
  const prose = page.replace(/```[\s\S]*?```/g, '');
  const inline = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code!);
  return [...blocks, ...inline]
    .map((line) => line.replace(/ +#.*| >.*/g, '').trim())
    .filter((line) => /^(npx )?mann /.test(line) && !/COMMAND/.test(line))
    .filter((line) => !/^mann [a-z]+$/.test(line)); // the name of a command
}

/** The program, without anything done. */
function makeIdle(): Command {
  const program = makeProgram();
  const idle = (command: Command) => {
    if (command.commands.length === 0) command.action(() => undefined);
    command.commands.forEach(idle);
  };
  idle(program);
  return program;
}

afterEach(() => vi.restoreAllMocks());

describe.each(pages)('%s', (page) => {
  const lines = commandLines(readFileSync(join(root, page), 'utf8'));
  if (lines.length === 0) return it('has no command lines', () => undefined);
  it.each([...new Set(lines)])('%s', async (line) => {
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const argv = line
      .replace(/^(npx )?mann /, '')
      .replace(/ N$| N /, ' 1 ')
      .trim()
      .split(/\s+/);
    expect(await runProgram(argv, makeIdle), String(said.mock.calls)).toBe(0);
  });
});

describe('the table of presets in docs/cli.md', () => {
  const rows = readFileSync(join(root, 'docs/cli.md'), 'utf8')
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.replaceAll('`', '').trim()));
  const head = rows.findIndex((cells) => cells[3] === 'default' && cells[4] === 'flat');
  const names = rows[head]!.slice(3, 7) as (keyof typeof modelPresets)[];
  const end = rows.findIndex((cells, i) => i > head && cells.length < 7);
  const fields = {
    '--controller-size': 'lstmSize',
    '--memory-locations': 'memorySize',
    '--memory-word-size': 'memoryDim',
    '--num-reads': 'nbReads',
  };

  it.each(rows.slice(head + 2, end).map((cells) => [cells[1]!, cells.slice(3, 7)] as const))(
    '%s',
    (flag, cells) => {
      const camel = flag.slice(2).replace(/-(.)/g, (_, letter) => letter.toUpperCase());
      const field = fields[flag as keyof typeof fields] ?? camel;
      const values = names.map((preset) => {
        const recipe = makeRecipe({ preset });
        const all = { ...modelConfig(modelPresets[preset]), ...recipe } as Record<string, unknown>;
        return field === 'curriculum'
          ? recipe.curriculum.length > 0
            ? 'auto'
            : 'none'
          : String(all[field]);
      });
      expect(cells.map((cell) => (field === 'iterations' ? cell.replace(',', '') : cell))).toEqual(
        values,
      );
    },
  );
});
