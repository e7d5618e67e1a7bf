import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build, type Rolldown } from 'vite';
import { policy } from '../../../web/build/policy.js';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The elements that `onFile` needs, and a field to paste into. */
const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Ways in</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="style.css">
<script type="module" src="script.js"></script>
<main>
<h1>Ways in</h1>
<button type="button" id="open">Open a file</button>
<input type="file" id="file" hidden aria-label="A picture">
<label>Name <input id="name"></label>
</main>
`;

/** Everything of `intake-in-browser.ts` as `window.intake`, under the page's own policy. */
async function script(): Promise<string> {
  const built = (await build({
    configFile: at('../../../web/vite.config.ts'),
    plugins: [],
    logLevel: 'error',
    build: {
      write: false,
      // Not the pages of the configuration.
      rolldownOptions: {
        input: at('./intake-in-browser.ts'),
        output: { codeSplitting: false },
      },
      lib: { entry: at('./intake-in-browser.ts'), formats: ['iife'], name: 'intake' },
    },
  })) as Rolldown.RolldownOutput | Rolldown.RolldownOutput[];
  const { output } = Array.isArray(built) ? built[0]! : built;
  return `${output[0].code}\nwindow.intake = intake;`;
}

/** Serves a page with the ways in, with the headers of the page itself. */
export async function serveIntake() {
  const styles = ['tokens', 'base', 'draw/pad', 'draw/screens', 'draw/intake'].map((name) =>
    readFileSync(at(`../../../web/src/style/${name}.css`), 'utf8'),
  );
  const files: Record<string, readonly [type: string, text: string]> = {
    '/': ['text/html; charset=utf-8', PAGE],
    '/script.js': ['text/javascript; charset=utf-8', await script()],
    '/style.css': ['text/css; charset=utf-8', styles.join('\n')],
  };
  const server = createServer(({ url = '' }, response) => {
    const [type, text] = files[url] ?? ['text/plain', ''];
    response.setHeader('Content-Security-Policy', policy);
    response.setHeader('Permissions-Policy', 'camera=(self)');
    response.writeHead(url in files ? 200 : 404, { 'Content-Type': type }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}/`, close };
}
