import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { esbuildBuild, serve, viteBuild } from './projects.js';
import { browse } from './visit.js';

const { visit } = browse();
const here = fileURLToPath(new URL('.', import.meta.url));

describe('mann/tfjs, in forms that have no top-level await', () => {
  test.each([
    ['Vite 6', () => viteBuild(6, 'tfjs')],
    ['Vite 8', () => viteBuild(8, 'tfjs')],
    ['esbuild, a script', () => esbuildBuild('tfjs', 'iife')],
  ])('%s', async (_, build) => {
    expect(await visit(await serve(await build()))).toEqual({ shape: [5, 16] });
  });

  test('esbuild, CommonJS for Node', async () => {
    const folder = await esbuildBuild('tfjs', 'cjs');
    const program = join(folder, 'tfjs.js');
    const stdout = execFileSync(
      'node',
      ['--input-type=commonjs', '-e', `require(${JSON.stringify(program)})`],
      {
        ...{ cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
      },
    );
    expect(stdout).toContain('{"shape":[5,16]}');
  });
});

test.each(['forks', 'vmThreads'])(
  'Vitest under jsdom (%s): what comes from files and the window is taken for what it is',
  (pool) => {
    const vitest = join(here, 'node_modules/.bin/vitest');
    const args = ['run', '--root', join(here, 'jsdom'), `--pool=${pool}`, '--reporter=json'];
    const report = execFileSync(vitest, args, { cwd: here, encoding: 'utf8', stdio: 'pipe' });
    expect(JSON.parse(report)).toMatchObject({ numPassedTests: 2, numFailedTests: 0 });
  },
);
