import { copyFileSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { esbuildBuild, rollupBuild, serve, viteBuild, viteDev, webpackBuild } from './projects.js';
import { browse, weights } from './visit.js';

const { visit } = browse();
const versions = [6, 7, 8] as const;

/** The README's example has loaded the pretrained weights and knows its drawings, those of an iframe too. */
const learned = {
  digest: weights.digest,
  labels: ['cross', 'bent', 'bent', 'bent'],
  isForeign: true,
};

describe.each(versions)('Vite %i', (version) => {
  test("its dev server: Learner.load() finds the package's weights", async () => {
    const site = await viteDev(version, 'learner');
    expect(await visit(site)).toEqual(learned);
    expect(site.complaints).toEqual([]);
  });

  test('its dev server with the package left out of pre-bundling, as the message advises', async () => {
    const site = await viteDev(version, 'learner', { optimizeDeps: { exclude: ['mann'] } });
    expect(await visit(site)).toEqual(learned);
    expect(site.complaints).toEqual([]); // for one, of missing source maps
  });

  test('its build brings the weights along as a file', async () => {
    const folder = await viteBuild(version, 'learner');
    expect(await visit(await serve(folder))).toEqual(learned);
    expectAsFile(folder);
  });
});

test('webpack 5 brings the weights along as a file', async () => {
  const folder = await webpackBuild('learner');
  expect(await visit(await serve(folder))).toEqual(learned);
  expectAsFile(folder);
});

describe.each([
  ['esbuild, a module', () => esbuildBuild('learner', 'esm')],
  ['esbuild, a script', () => esbuildBuild('learner', 'iife')],
  ['rollup', () => rollupBuild('learner')],
])('%s', (_, build) => {
  let folder = '';
  beforeAll(async () => {
    folder = await build();
  });

  test.each([
    [false, 'the server says 404'],
    [true, 'the server gives a web page, as if the file were not there'],
  ])('Learner.load() says what to do (single-page host: %s)', async (single, why) => {
    const site = await serve(folder, { single });
    expect(await visit(site)).toEqual({
      error:
        'UserError: the pretrained weights could not be loaded: cannot fetch ' +
        `${site.url}models/mann-omniglot-strings.safetensors: ${why}. If a bundler has left them out, copy ` +
        'node_modules/mann/models/mann-omniglot-strings.safetensors to where your program is served from, and ' +
        "name its place: Learner.load('/mann-omniglot-strings.safetensors'). Vite's dev server needs only " +
        "optimizeDeps: { exclude: ['mann'] } in its configuration",
    });
  });

  test('which works', async () => {
    copyFileSync(weights.file, join(folder, 'mann-omniglot-strings.safetensors'));
    const site = await serve(folder);
    const query = '?weights=/mann-omniglot-strings.safetensors';
    expect(await visit(site, query)).toEqual(learned);
  });

  test('and so does a copy at the address that it tried, without a word', async () => {
    mkdirSync(join(folder, 'models'));
    copyFileSync(weights.file, join(folder, 'models/mann-omniglot-strings.safetensors'));
    expect(await visit(await serve(folder))).toEqual(learned);
  });
});

/** The weights are a file of their own, and no script holds them as text. */
function expectAsFile(folder: string): void {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const sizeOf = (file: string) => statSync(join(folder, file)).size;
  expect(files.filter((file) => file.endsWith('.safetensors')).map(sizeOf)).toEqual([weights.size]);
  for (const file of files.filter((file) => file.endsWith('.js'))) {
    expect(sizeOf(file), file).toBeLessThan(300_000);
  }
}
