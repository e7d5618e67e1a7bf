import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { downloadOmniglot } from '../../dist/data/omniglot/download.js';
import { scratchFolder } from './scratch.js';

const scratch = scratchFolder();
const BYTES = Buffer.alloc(300_000, 'omniglot ');
const MD5 = createHash('md5').update(BYTES).digest('hex');
const checksums = { 'a.zip': MD5 };
const waits = [1, 1];

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A server on this machine; `requests` are the ranges that were asked for. */
async function serve(answer: (range: string | undefined, response: ServerResponse) => void) {
  const requests: (string | undefined)[] = [];
  server = createServer((request: IncomingMessage, response) => {
    requests.push(request.headers.range);
    answer(request.headers.range, response);
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/omniglot`;
  return { baseUrl, requests };
}

/** As servers do it. */
function sendRange(range: string | undefined, response: ServerResponse, bytes = BYTES): void {
  const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
  const size = bytes.length;
  if (range === undefined) {
    response.writeHead(200, { 'content-length': size }).end(bytes);
  } else if (from >= size) {
    response.writeHead(416, { 'content-range': `bytes */${size}` }).end();
  } else {
    response
      .writeHead(206, {
        'content-length': size - from,
        'content-range': `bytes ${from}-${size - 1}/${size}`,
      })
      .end(bytes.subarray(from));
  }
}

function read(folder: string): Buffer {
  expect(existsSync(join(folder, 'a.zip.part'))).toBe(false);
  return readFileSync(join(folder, 'a.zip'));
}

test('fetches what is not there, tells how far it is, and does not fetch it again', async () => {
  const { baseUrl, requests } = await serve(sendRange);
  const folder = join(scratch.folder(), 'new', 'folder');
  const heard: [number, number, string][] = [];
  const options = { folder, baseUrl, checksums, waits };
  const onProgress = (...step: [number, number, string]) => heard.push(step);
  expect(await downloadOmniglot({ ...options, onProgress })).toBe(folder);
  expect(read(folder).equals(BYTES)).toBe(true);
  expect(heard.at(-1)).toEqual([300_000, 300_000, 'downloading a.zip']);
  await downloadOmniglot(options);
  expect(requests).toEqual([undefined]);
});

test('goes on where it stopped, as often as connections break', async () => {
  // Each connection gives 50,000 bytes, and breaks when they are kept: more breaks than tries without progress.
  let connection: ServerResponse | undefined;
  const { baseUrl, requests } = await serve((range, response) => {
    const from = Number(/\d+/.exec(range ?? '0')![0]);
    if (from > 240_000) return sendRange(range, response);
    const header = { 'content-length': BYTES.length - from };
    const ranges = { 'content-range': `bytes ${from}-${BYTES.length - 1}/${BYTES.length}` };
    response.writeHead(range ? 206 : 200, { ...header, ...(range && ranges) });
    response.write(BYTES.subarray(from, from + 50_000));
    connection = response;
  });
  const folder = scratch.folder();
  const onProgress = (done: number) => {
    if (done % 50_000 === 0 && done < BYTES.length) connection?.destroy();
  };
  await downloadOmniglot({ folder, baseUrl, checksums, waits: [1, 1, 1], onProgress });
  expect(read(folder).equals(BYTES)).toBe(true);
  expect(requests.slice(0, 3)).toEqual([undefined, 'bytes=50000-', 'bytes=100000-']);
});

test('resumes the part of an earlier run; a whole part is only checked', async () => {
  const { baseUrl, requests } = await serve(sendRange);
  const folder = scratch.folder({ 'a.zip.part': BYTES.subarray(0, 1000) });
  await downloadOmniglot({ folder, baseUrl, checksums, waits });
  expect(read(folder).equals(BYTES)).toBe(true);
  const whole = scratch.folder({ 'a.zip.part': BYTES });
  await downloadOmniglot({ folder: whole, baseUrl, checksums, waits });
  expect(read(whole).equals(BYTES)).toBe(true);
  expect(requests).toEqual(['bytes=1000-', 'bytes=300000-']);
});

test('a server that ignores ranges sends all of it', async () => {
  const { baseUrl } = await serve((_, response) => sendRange(undefined, response));
  const folder = scratch.folder({ 'a.zip.part': Buffer.alloc(1000, 'x') });
  await downloadOmniglot({ folder, baseUrl, checksums, waits });
  expect(read(folder).equals(BYTES)).toBe(true);
});

test('a part of something else, shorter or longer, is fetched anew', async () => {
  const { baseUrl, requests } = await serve(sendRange);
  for (const size of [1000, 400_000]) {
    const folder = scratch.folder({ 'a.zip.part': Buffer.alloc(size, 'x'), 'a.zip': 'truncated' });
    await downloadOmniglot({ folder, baseUrl, checksums, waits });
    expect(read(folder).equals(BYTES)).toBe(true);
  }
  expect(requests).toEqual(['bytes=1000-', undefined, 'bytes=400000-', undefined]);
});

test('a server that is busy is asked again', async () => {
  let count = 0;
  const { baseUrl } = await serve((range, response) => {
    if (++count < 3) response.writeHead(503).end('busy');
    else sendRange(range, response);
  });
  const folder = scratch.folder();
  await downloadOmniglot({ folder, baseUrl, checksums, waits });
  expect(read(folder).equals(BYTES)).toBe(true);
});

test('a wrong checksum is told, and leaves what was there', async () => {
  const { baseUrl } = await serve((range, response) =>
    sendRange(range, response, Buffer.from('no')),
  );
  const folder = scratch.folder({ 'a.zip': 'mine' });
  await expect(downloadOmniglot({ folder, baseUrl, checksums, waits })).rejects.toThrow(
    `${baseUrl}/a.zip gave a file with the wrong checksum (MD5 7fa3b767c460b54a2be4d49030b349c7 instead of ${MD5})`,
  );
  expect(read(folder).toString()).toBe('mine');
});

test('no network: one sentence that says what to do', async () => {
  const { baseUrl } = await serve(sendRange);
  server!.close();
  const folder = scratch.folder();
  const attempt = downloadOmniglot({ folder, baseUrl, checksums, waits });
  await expect(attempt).rejects.toMatchObject({ name: 'UserError' });
  await expect(attempt).rejects.toThrow(
    /a\.zip cannot be reached \(.*ECONNREFUSED.*\): check the network and try again .* yourself and give their folder with --data DIR$/,
  );
});

test('a wrong address is not tried again', async () => {
  const { baseUrl, requests } = await serve((_, response) => response.writeHead(404).end());
  await expect(
    downloadOmniglot({ folder: scratch.folder(), baseUrl, checksums, waits }),
  ).rejects.toThrow(
    'a.zip cannot be downloaded (the server answered 404 Not Found): check the address',
  );
  expect(requests.length).toBe(1);
});

test('a server that sends without end is stopped', async () => {
  const { baseUrl } = await serve((_, response) => {
    response.writeHead(200, { 'content-length': 1e9 }).write('x');
  });
  await expect(
    downloadOmniglot({ folder: scratch.folder(), baseUrl, checksums, waits }),
  ).rejects.toThrow("gives far more than Omniglot's archive");
});

test('a folder that cannot be written', async () => {
  const file = join(scratch.folder({ file: '' }), 'file');
  await expect(downloadOmniglot({ folder: join(file, 'x'), checksums, waits })).rejects.toThrow(
    /file\/x cannot be written \(.*\): make room there, or choose another folder/,
  );
});

test.skipIf(!existsSync('/proc/self'))('nor one below /proc, where none can be made', async () => {
  await expect(downloadOmniglot({ folder: '/proc/none/mann', checksums, waits })).rejects.toThrow(
    /^\/proc\/none\/mann cannot be written \(.*\): make room there, or choose another folder$/,
  );
});

/** As an AbortController of another realm, whose signals Node's own functions do not hear. */
class ForeignController {
  readonly signal = Object.assign(new EventTarget(), {
    aborted: false,
    reason: undefined as unknown,
    throwIfAborted(this: { aborted: boolean; reason: unknown }) {
      if (this.aborted) throw this.reason;
    },
  }) as AbortSignal;

  abort(reason: unknown): void {
    Object.assign(this.signal, { aborted: true, reason });
    this.signal.dispatchEvent(new Event('abort'));
  }
}

test('a signal stops it at any moment before the answer too', async () => {
  const { baseUrl } = await serve(() => {}); // which never comes
  for (let turns = 0; turns < 14; turns++) {
    const stop = new AbortController();
    const folder = scratch.folder();
    const attempt = downloadOmniglot({ folder, baseUrl, checksums, signal: stop.signal });
    const rejected = expect(attempt).rejects.toThrow('enough');
    for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
    stop.abort(new Error('enough'));
    await rejected;
  }
});

test.each([
  ['a signal', AbortController],
  ['a signal of another realm', ForeignController],
])('%s stops it, and what has come is kept', async (_, Controller) => {
  const { baseUrl } = await serve((_, response) => {
    response.writeHead(200, { 'content-length': BYTES.length }).write(BYTES.subarray(0, 5000));
  });
  const folder = scratch.folder();
  const stop = new Controller();
  const attempt = downloadOmniglot({
    folder,
    baseUrl,
    checksums,
    signal: stop.signal,
    onProgress: () => stop.abort(new Error('enough')),
  });
  await expect(attempt).rejects.toThrow('enough');
  expect(readFileSync(join(folder, 'a.zip.part')).length).toBe(5000);
});
