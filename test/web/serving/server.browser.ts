import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findChromium, serve } from '../browser.js';

describe.skipIf(!findChromium())('the server of the page', () => {
  let site: Awaited<ReturnType<typeof serve>>;
  beforeAll(async () => {
    site = await serve();
  });
  afterAll(() => site?.close());

  /** As it is: no client tidies the path up before. */
  const ask = (path: string, method = 'GET') =>
    new Promise<{ status: number; headers: Record<string, unknown>; body: string }>(
      (resolve, reject) => {
        const asked = request({ host: '127.0.0.1', port: site.port, path, method }, (answer) => {
          let body = '';
          answer.setEncoding('latin1');
          answer.on('data', (part) => {
            body += part;
          });
          answer.on('end', () => {
            resolve({ status: answer.statusCode!, headers: answer.headers, body });
          });
        });
        asked.on('error', reject);
        asked.end();
      },
    );

  test('sends the headers of a page that keeps to itself', async () => {
    const { status, headers, body } = await ask('/');
    expect(status).toBe(200);
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['content-security-policy']).not.toContain('unsafe-inline');
    expect(headers['cross-origin-opener-policy']).toBe('same-origin');
    expect(headers['cross-origin-embedder-policy']).toBe('require-corp');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(body).toContain('http-equiv="Content-Security-Policy"');
  });

  test.each([
    '/../package.json',
    '/assets/../../package.json',
    '/%2e%2e/package.json',
    '/%2e%2e%2fpackage.json',
    '/..%5cpackage.json',
    '/....//package.json',
    '//etc/passwd',
    '/%2fetc%2fpasswd',
    '/file:///etc/passwd',
    '/%00',
    '/%',
    '/.git/config',
    `/${'a/'.repeat(3000)}`,
  ])('serves nothing but its own files: %s', async (path) => {
    const { status, body } = await ask(path);
    expect(status).toBe(404);
    expect(body).toBe('Not found\n');
  });

  test('refuses other methods', async () => {
    expect((await ask('/', 'POST')).status).toBe(405);
    expect((await ask('/', 'DELETE')).status).toBe(405);
  });
});
