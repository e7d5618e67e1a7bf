import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { findChromium } from '../browser.js';

const script = fileURLToPath(new URL('../../../scripts/web.ts', import.meta.url));

/** Addresses of this machine that others may reach. */
const outside = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .filter(({ family, internal }) => family === 'IPv4' && !internal)
  .map(({ address }) => address);

describe.skipIf(!findChromium())('npm run web', () => {
  let child: ChildProcess | undefined;
  afterEach(() => child?.kill());

  /** The first line on stdout, or on stderr. */
  async function web(env: Record<string, string>): Promise<string> {
    child = spawn(process.execPath, ['--import', 'tsx', script], {
      env: { ...process.env, NODE_ENV: 'production', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [text] = await Promise.race([once(child.stdout!, 'data'), once(child.stderr!, 'data')]);
    return String(text).trim();
  }

  const answers = (host: string, port: number) =>
    new Promise<boolean>((resolve) => {
      const socket = connect({ host, port, timeout: 3000 });
      const end = (there: boolean) => () => {
        socket.destroy();
        resolve(there);
      };
      socket.on('connect', end(true)).on('error', end(false)).on('timeout', end(false));
    });

  test('prints its address, on this machine alone', async () => {
    const address = await web({ PORT: '0' });
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const page = await fetch(address);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await page.text()).toContain('<title>Draw it once');
    for (const host of outside)
      expect(await answers(host, Number(new URL(address).port))).toBe(false);
  });

  test('says what is wrong with a port', async () => {
    expect(await web({ PORT: '80000' })).toBe('PORT must be a number from 0 to 65535, not 80000');
  });
});
