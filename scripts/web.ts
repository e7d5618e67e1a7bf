/** Builds the page and serves it. PORT (default 8080) and HOST (default 127.0.0.1) say where. */
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { webServer } from '../web/server.js';

const { PORT = '8080', HOST = '127.0.0.1' } = process.env;

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}

if (!/^\d{1,5}$/.test(PORT) || Number(PORT) > 65535) {
  fail(`PORT must be a number from 0 to 65535, not ${PORT}`);
}
const configFile = fileURLToPath(new URL('../web/vite.config.ts', import.meta.url));
await build({ configFile, logLevel: 'warn' });
if (!process.argv.includes('--build-only')) {
  const server = webServer();
  server.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EADDRINUSE') {
      fail(`port ${PORT} is taken: PORT=${Number(PORT) + 1} npm run web, or PORT=0 for any`);
    }
    fail(`cannot listen on ${HOST}:${PORT}: ${error.message}`);
  });
  server.listen(Number(PORT), HOST, () => {
    const { address, port, family } = server.address() as AddressInfo;
    const host = family === 'IPv6' ? `[${address}]` : address;
    console.log(`http://${host}:${port}/`);
  });
}
