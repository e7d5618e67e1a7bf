/** Names that act on terminals, of folders and files with nothing else wrong with them. */
import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mann, temporaryFolder, tiny } from '../cli/run.js';
import { makeSymbols } from '../cli/symbols.js';

const HOSTILE = '\u001b[2J\u202e\nmann: all is well';
const SHOWN = '\\u001b[2J\\u202e\\nmann: all is well';
/** What a terminal would act on; lines may end. */
const ACTS = /[^\P{Cc}\n]|\u202e/u;

/** A folder of that name, with classes of which one has it too, and pictures of which one has it too. */
function hostileFolder(): { cwd: string; folder: string } {
  const cwd = temporaryFolder();
  const folder = `${HOSTILE}.folder`;
  makeSymbols(join(cwd, folder), 3);
  renameSync(join(cwd, folder, 'bar'), join(cwd, folder, HOSTILE));
  renameSync(join(cwd, folder, HOSTILE, '0.png'), join(cwd, folder, HOSTILE, `${HOSTILE}.png`));
  return { cwd, folder };
}

describe.skipIf(process.platform === 'win32')('are shown, not obeyed, by', () => {
  it('mann data info', async () => {
    const { cwd, folder } = hostileFolder();
    const { code, stdout, stderr } = await mann(['data', 'info', '--dataset', folder], { cwd });
    expect(code, stderr).toBe(0);
    expect(stdout).toContain(SHOWN);
    expect(stdout + stderr).not.toMatch(ACTS);
  });

  it('mann train', async () => {
    const { cwd, folder } = hostileFolder();
    const small = ['--num-classes', '1', '--num-samples', '4', '--iterations', '2'];
    const args = ['train', ...tiny, ...small, '--dataset', folder];
    const { code, stdout, stderr } = await mann(args, { cwd });
    expect(code, stderr).toBe(0);
    expect(stderr).toContain(SHOWN);
    expect(stdout + stderr).not.toMatch(ACTS);
  });

  it('mann classify', async () => {
    const { cwd, folder } = hostileFolder();
    mkdirSync(join(cwd, 'run'));
    const network = ['--save-dir', 'run', '--num-classes', '3', '--num-samples', '1'];
    const trained = await mann(
      ['train', ...tiny, ...network, '--iterations', '1', '--dataset', 'glyphs'],
      { cwd },
    );
    expect(trained.code, trained.stderr).toBe(0);
    const query = join(folder, HOSTILE);
    const args = ['classify', '--weights', 'run', '--support', folder, '--query', query, '--loo'];
    const { code, stdout, stderr } = await mann(args, { cwd });
    expect(code, stderr).toBe(0);
    expect(stdout).toContain(SHOWN);
    expect(stdout + stderr).not.toMatch(ACTS);
  });
});
