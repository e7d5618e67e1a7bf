/** A page with the dialog "Share your symbols" and nothing else, as strict as the real one. */
import { fileURLToPath } from 'node:url';
import type { BrowserContext } from 'playwright-core';
import { build, type Rolldown } from 'vite';
import { contentSecurityPolicy } from '../../../web/build/content-security-policy.js';
import { policy } from '../../../web/build/policy.js';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Where it is: browsers give pages of this host the clipboard. */
export const SHARE_PAGE = 'http://localhost/share/';

/** Builds the page. @returns what serves it to a browser, without a server */
export async function sharePage(): Promise<(context: BrowserContext) => Promise<void>> {
  const { output } = (await build({
    configFile: false,
    logLevel: 'error',
    root: at('share-page'),
    base: './',
    resolve: {
      alias: {
        mann: at('../../../dist/browser.js'),
        '#learner-files': at('../../../web/src/weights/no-files.ts'),
      },
    },
    plugins: [contentSecurityPolicy(policy)],
    build: { write: false, target: 'chrome111', modulePreload: { polyfill: false } },
  })) as Rolldown.RolldownOutput;
  const types: Readonly<Record<string, string>> = {
    html: 'text/html',
    css: 'text/css',
    js: 'text/javascript',
  };
  return async (context) => {
    await context.route(`${SHARE_PAGE}**`, (route) => {
      const name = route.request().url().slice(SHARE_PAGE.length) || 'index.html';
      const file = output.find(({ fileName }) => fileName === name.replace(/#.*/, ''));
      if (!file) return route.fulfill({ status: 404, body: '' });
      const body = Buffer.from(file.type === 'chunk' ? file.code : file.source);
      return route.fulfill({ body, contentType: types[name.split('.').at(-1)!]! });
    });
  };
}
