/** The pages of `pages/` in the form that each bundler gives them without a word of configuration. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { build as esbuild, type Format } from 'esbuild';
import { rollup } from 'rollup';
import sirv from 'sirv';
import * as vite8 from 'vite';
import * as vite6 from 'vite-6';
import * as vite7 from 'vite-7';
import webpack from 'webpack';

const here = fileURLToPath(new URL('.', import.meta.url));
const vites = { 6: vite6, 7: vite7, 8: vite8 } as const;

export type Page = 'learner' | 'threads' | 'tfjs';
export type ViteVersion = keyof typeof vites;

const entryOf = (page: Page) => join(here, 'pages', `${page}.js`);
const htmlOf = (page: Page) => (page === 'learner' ? 'index.html' : `${page}.html`);

/** With these memory can be shared with threads. */
const ISOLATED = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** A project that is being served. */
export interface Site {
  readonly url: string;
  /** What the server complained about so far. */
  readonly complaints: readonly string[];
  close(): Promise<unknown>;
}

/** The project at Vite's dev server. */
export async function viteDev(
  version: ViteVersion,
  page: Page,
  config: vite8.UserConfig = {},
): Promise<Site> {
  const vite = vites[version] as unknown as typeof vite8;
  const complaints: string[] = [];
  const hear = (text: string) => void complaints.push(text);
  const server = await vite.createServer({
    ...{ configFile: false, root: here },
    customLogger: { ...vite.createLogger(), info() {}, warn: hear, warnOnce: hear, error: hear },
    server: { host: '127.0.0.1', port: 0, headers: ISOLATED },
    // Another version, or page, has been here before.
    ...{ ...config, optimizeDeps: { ...config.optimizeDeps, force: true } },
  });
  await server.listen();
  const { port } = server.httpServer!.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/${htmlOf(page)}`;
  return { url, complaints, close: () => server.close() };
}

/** A folder for what a bundler makes of a page; with a page of its own where the bundler makes none. */
function output(name: string, script?: string): string {
  const folder = join(here, 'node_modules', '.built', name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const html = `<!doctype html><title>built</title><body><script ${script}></script></body>`;
  if (script) writeFileSync(join(folder, 'index.html'), html);
  return folder;
}

export async function viteBuild(version: ViteVersion, page: Page): Promise<string> {
  const vite = vites[version] as unknown as typeof vite8;
  const outDir = output(`vite-${version}`);
  const input = join(here, htmlOf(page));
  await vite.build({
    ...{ configFile: false, root: here, logLevel: 'error' },
    build: { outDir, rollupOptions: { input } },
  });
  renameSync(join(outDir, htmlOf(page)), join(outDir, 'index.html'));
  return outDir;
}

export async function webpackBuild(page: Page): Promise<string> {
  const path = output('webpack', 'src="main.js"');
  const compiler = webpack({ mode: 'production', entry: entryOf(page), output: { path } });
  await new Promise<void>((resolve, reject) => {
    compiler!.run((error, stats) => {
      if (error || stats?.hasErrors()) reject(error ?? new Error(stats!.toString('errors-only')));
      else resolve();
    });
  });
  return path;
}

export async function esbuildBuild(page: Page, format: Format): Promise<string> {
  const outdir = output(
    `esbuild-${format}`,
    `${format === 'esm' ? 'type="module"' : 'defer'} src="/${page}.js"`,
  );
  const result = await esbuild({
    ...{ entryPoints: [entryOf(page)], bundle: true, format, outdir, logLevel: 'silent' },
    platform: format === 'cjs' ? 'node' : 'browser',
  });
  if (result.warnings.length > 0) throw new Error(JSON.stringify(result.warnings));
  return outdir;
}

export async function rollupBuild(page: Page): Promise<string> {
  const dir = output('rollup', `type="module" src="/${page}.js"`);
  const bundle = await rollup({
    input: entryOf(page),
    // Rollup itself finds no packages.
    plugins: [nodeResolve({ browser: true, exportConditions: ['browser'] })],
    onLog: (_, { message }) => {
      throw new Error(message);
    },
  });
  await bundle.write({ dir });
  await bundle.close();
  return dir;
}

export interface ServeOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Answers with the page what it has no file for, as hosts of single-page applications do. */
  readonly single?: boolean;
}

/** Serves a built project. */
export async function serve(
  folder: string,
  { headers = {}, single = false }: ServeOptions = {},
): Promise<Site> {
  const files = sirv(folder, { dev: true, single, ignores: false });
  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries({ ...ISOLATED, ...headers })) {
      response.setHeader(name, value);
    }
    files(request, response, () => void response.writeHead(404).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${port}/`, complaints: [], close };
}
