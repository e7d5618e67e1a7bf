import { describe, expect, test } from 'vitest';
import { esbuildBuild, rollupBuild, serve, viteBuild, viteDev, webpackBuild } from './projects.js';
import { browse } from './visit.js';

const { visit } = browse();
const versions = [6, 7, 8] as const;

const two = { threads: [2, 2], warnings: [], loss: expect.closeTo(3 * Math.log(5), 0) };
/** The engine goes on without threads, and says so once. */
const one = {
  ...two,
  threads: [1, 1],
  warnings: [
    'mann: no worker could be started (its file is missing or forbidden), ' +
      'so the calling thread does all the work',
  ],
};

describe.each(versions)('Vite %i', (version) => {
  test('its build has the workers', async () => {
    const folder = await viteBuild(version, 'threads');
    expect(await visit(await serve(folder))).toEqual(two);
  });

  test('its dev server has them where the package is left out of pre-bundling', async () => {
    const exclude = { optimizeDeps: { exclude: ['mann'] } };
    expect(await visit(await viteDev(version, 'threads', exclude))).toEqual(two);
  });
});

test.each([6, 7] as const)("Vite %i's pre-bundling loses the workers", async (version) => {
  expect(await visit(await viteDev(version, 'threads'))).toEqual(one);
});

test("Vite 8's pre-bundling does not", async () => {
  expect(await visit(await viteDev(8, 'threads'))).toEqual(two);
});

test('webpack 5 has the workers', async () => {
  expect(await visit(await serve(await webpackBuild('threads')))).toEqual(two);
});

test.each([
  ['esbuild, a module', () => esbuildBuild('threads', 'esm')],
  ['rollup', () => rollupBuild('threads')],
])('%s leaves the workers out', async (_, build) => {
  expect(await visit(await serve(await build()))).toEqual(one);
});

test('esbuild, a script, where nothing tells its address', async () => {
  const outcome = await visit(await serve(await esbuildBuild('threads', 'iife')));
  expect(outcome).toEqual({
    ...one,
    warnings: [
      expect.stringMatching(/^mann: no worker could be started \(.*URL.*\), so the calling/),
    ],
  });
});

test('a content security policy that forbids workers', async () => {
  const headers = { 'Content-Security-Policy': "worker-src 'none'" };
  const site = await serve(await viteBuild(8, 'threads'), { headers });
  expect(await visit(site)).toEqual({
    ...one,
    warnings: [expect.stringMatching(/^mann: no worker could be started \(.+\), so the calling/)],
  });
});
