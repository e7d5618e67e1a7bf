import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, UserError } from '../../common/errors.js';
import { makeFolder } from '../../common/files/atomic-file.js';
import { checkOptions } from '../../common/options.js';
import type { LoadProgress } from '../progress.js';
import { downloadFolder } from './omniglot-places.js';

/** The repository of Brenden Lake, the author of Omniglot. */
const OFFICIAL_URL = 'https://github.com/brendenlake/omniglot/raw/master/python/';

/** MD5 of the official archives. They detect damage, not forgery; the images have a SHA-256. */
const OFFICIAL_CHECKSUMS: Readonly<Record<string, string>> = {
  'images_background.zip': '68d2efa1b9178cc56df9314c21c6e718',
  'images_evaluation.zip': '6b91aef0f799c5bb55b94e3f2daec811',
};

export interface DownloadOptions {
  /** Folder for the archives. Default: one in the user's cache, where `loadOmniglot` finds them. */
  readonly folder?: string | undefined;
  /** Address to download from, for example of a mirror. */
  readonly baseUrl?: string | undefined;
  /** The files to download, and the MD5 of each. */
  readonly checksums?: Readonly<Record<string, string>> | undefined;
  /** Called with the number of bytes, file by file. The total is 0 if the server does not send it. */
  readonly onProgress?: LoadProgress | undefined;
  /** Stops the download. The part that was downloaded is kept. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds to wait before each retry. Without progress there are no more retries than these. */
  readonly waits?: readonly number[] | undefined;
}

const WAITS = [500, 1000, 2000, 4000];
/** Milliseconds without data after which a connection is given up. */
const STALL = 30_000;
/** The archives have 10 MB. A server that sends more than this sends something else. */
const MAX_BYTES = 64 * 2 ** 20;

const BY_HAND =
  'or download images_background.zip and images_evaluation.zip yourself and give their folder with --data DIR';

/**
 * Downloads the archives of Omniglot (14 MB): `const folder = await downloadOmniglot()`.
 *
 * Intact files are not downloaded again. An interrupted download resumes where it stopped (its `.part` file is kept). A
 * file gets its final name only when its checksum is correct.
 * @returns the folder
 * @throws UserError if the server can't be reached or sends something else, or if the folder can't be written; the
 *   signal's reason if it was stopped
 */
export async function downloadOmniglot(options: DownloadOptions = {}): Promise<string> {
  checkOptions('downloadOmniglot', options, {
    ...{ folder: 'string', baseUrl: 'string', checksums: 'object' },
    ...{ onProgress: 'function', signal: 'object', waits: 'object' },
  });
  const folder = resolve(options.folder ?? (await downloadFolder()));
  await onDisk(folder, () => makeFolder(folder));
  const base = (options.baseUrl ?? OFFICIAL_URL).replace(/\/*$/, '/');
  for (const [name, md5] of Object.entries(options.checksums ?? OFFICIAL_CHECKSUMS)) {
    const file = join(folder, name);
    if ((await md5Of(file)) === md5) continue;
    await fetchFile({ name, url: base + name, file, part: `${file}.part`, md5 }, options);
  }
  return folder;
}

interface Target {
  readonly name: string;
  readonly url: string;
  readonly file: string;
  readonly part: string;
  readonly md5: string;
}

async function fetchFile(target: Target, options: DownloadOptions): Promise<void> {
  const { url, file, part, md5 } = target;
  const waits = options.waits ?? WAITS;
  let furthest = await sizeOf(part);
  for (let tries = 0; ; ) {
    options.signal?.throwIfAborted();
    let resumed: boolean;
    try {
      resumed = await transfer(target, options);
    } catch (error) {
      options.signal?.throwIfAborted();
      if (error instanceof UserError) throw error;
      const reached = await sizeOf(part);
      // A connection that breaks again and again but gets further each time may take its time.
      if (reached > furthest) tries = 0;
      furthest = Math.max(furthest, reached);
      if (tries === waits.length) throw unreachable(url, reasonOf(error));
      await sleep(waits[tries++]!, undefined, { signal: options.signal }).catch(() => undefined);
      continue;
    }
    const sum = await md5Of(part);
    if (sum === md5) return onDisk(file, () => rename(part, file));
    await onDisk(part, () => rm(part, { force: true }));
    // Pieces of two different files may have met: once more from the start.
    if (resumed) continue;
    throw new UserError(
      `${url} gave a file with the wrong checksum (MD5 ${sum} instead of ${md5}): ` +
        `try again later, ${BY_HAND}`,
    );
  }
}

/** Fetches what is missing of a part; true where there was some of it before. */
async function transfer(target: Target, options: DownloadOptions): Promise<boolean> {
  const { name, url, part } = target;
  const have = await sizeOf(part);
  const ending = new AbortController();
  const timer = setTimeout(() => ending.abort(new Error('no answer')), STALL);
  // Not by AbortSignal.any: it does not hear signals of another realm, a test runner's window for one.
  const stop = () => ending.abort(options.signal?.reason);
  options.signal?.addEventListener('abort', stop);
  if (options.signal?.aborted) stop(); // since it was last asked
  try {
    const response = await fetch(url, {
      // A compressed answer could not be resumed.
      headers: { 'accept-encoding': 'identity', ...(have > 0 && { range: `bytes=${have}-` }) },
      signal: ending.signal,
    });
    const { start, total } = await startOf(response, have, target);
    if (start === total && total > 0) return true; // it was whole already
    const handle = await onDisk(part, () => open(part, start > 0 ? 'r+' : 'w'));
    try {
      let done = start;
      for await (const chunk of response.body ?? []) {
        timer.refresh();
        await onDisk(part, () => writeAll(handle, chunk, done));
        done += chunk.length;
        if (done > MAX_BYTES) throw tooLarge(url);
        options.onProgress?.(done, total, `downloading ${name}`);
      }
    } finally {
      await handle.close();
    }
    return start > 0;
  } finally {
    options.signal?.removeEventListener('abort', stop);
    clearTimeout(timer);
  }
}

/**
 * Where the answer's bytes belong, and how many the file has (0 if that is not known).
 * @throws UserError where trying again is of no use, Error where it is
 */
async function startOf(response: Response, have: number, { url, part }: Target) {
  const { status, statusText, headers } = response;
  const length = Number(headers.get('content-length') ?? 0);
  if (status === 200) {
    // From the start: the server does not know about ranges, or nothing was asked for.
    if (length > MAX_BYTES) throw tooLarge(url);
    return { start: 0, total: length };
  }
  const [, from, size] =
    /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(headers.get('content-range') ?? '') ?? [];
  if (status === 206 && Number(from) === have) {
    return { start: have, total: Number(size) || have + length };
  }
  await response.body?.cancel();
  if (status === 416 && Number(size) === have) return { start: have, total: have };
  if (status === 206 || status === 416) {
    await onDisk(part, () => rm(part, { force: true }));
    throw new Error(`the server could not resume at byte ${have}`);
  }
  const answer = `the server answered ${status} ${statusText}`.trim();
  if (status >= 500 || status === 408 || status === 429) throw new Error(answer);
  throw new UserError(`${url} cannot be downloaded (${answer}): check the address, ${BY_HAND}`);
}

async function writeAll(handle: FileHandle, chunk: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < chunk.length; ) {
    const rest = chunk.length - written;
    written += (await handle.write(chunk, written, rest, position + written)).bytesWritten;
  }
}

function unreachable(url: string, reason: string): UserError {
  return new UserError(
    `${url} cannot be reached (${reason}): check the network and try again ` +
      `(what was downloaded so far is kept), ${BY_HAND}`,
  );
}

function tooLarge(url: string): UserError {
  return new UserError(
    `${url} gives far more than Omniglot's archive: check the address, ${BY_HAND}`,
  );
}

/** Node says only `fetch failed` and hides the reason in the cause. */
function reasonOf(error: unknown): string {
  const { cause } = Object(error) as { cause?: NodeJS.ErrnoException };
  return cause?.message || (cause?.code ?? messageOf(error));
}

/** Runs an operation on a file or folder; its failure is for the user to mend. */
async function onDisk<T>(path: string, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    throw new UserError(
      `${path} cannot be written (${messageOf(error)}): make room there, or choose another folder`,
    );
  }
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => undefined))?.size ?? 0;
}

/** MD5 in hex; nothing where the file cannot be read. */
async function md5Of(file: string): Promise<string | undefined> {
  const hash = createHash('md5');
  try {
    await pipeline(createReadStream(file), hash);
    return hash.digest('hex');
  } catch {
    return undefined;
  }
}
