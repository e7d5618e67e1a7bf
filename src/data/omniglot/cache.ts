import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { writeFileAtomic } from '../../common/files/atomic-file.js';
import { cacheFolders, writableCacheFolder } from './cache-places.js';

const MAGIC = Buffer.from('mann cache 1\n');
/** Checksum and length of the header, before it. */
const PREFIX = MAGIC.length + 8;

/** A result that took long to compute. */
export interface Cached<Info> {
  /** Anything JSON can hold. */
  readonly info: Info;
  readonly bytes: Uint8Array;
}

/** `source` names what it was made from (one file for each); `state` must be as it was then. */
export interface CacheKey {
  readonly source: string;
  readonly state: string;
}

/** What was kept for `key`; nothing where it is missing, stale or damaged. */
export async function readCache<Info>(key: CacheKey): Promise<Cached<Info> | undefined> {
  for (const folder of cacheFolders()) {
    const found = await readEntry<Info>(join(folder, nameOf(key)), key);
    if (found) return found;
  }
  return undefined;
}

async function readEntry<Info>(path: string, key: CacheKey): Promise<Cached<Info> | undefined> {
  try {
    const file = await readFile(path);
    if (!file.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
    const sum = file.readUInt32LE(MAGIC.length);
    const start = PREFIX + file.readUInt32LE(MAGIC.length + 4);
    const header = JSON.parse(file.toString('utf8', PREFIX, start));
    if (header.source !== key.source || header.state !== key.state) return undefined;
    if (crc32(file.subarray(PREFIX)) !== sum) return undefined;
    return { info: header.info, bytes: file.subarray(start) };
  } catch {
    return undefined;
  }
}

/** Keeps a result for later. Whether that works does not matter: it can be computed again. */
export async function writeCache<Info>(
  key: CacheKey,
  { info, bytes }: Cached<Info>,
): Promise<void> {
  try {
    const header = Buffer.from(JSON.stringify({ ...key, info }));
    const prefix = Buffer.alloc(8);
    prefix.writeUInt32LE(crc32(bytes, crc32(header)), 0);
    prefix.writeUInt32LE(header.length, 4);
    const path = join(await writableCacheFolder(), nameOf(key));
    await writeFileAtomic(path, Buffer.concat([MAGIC, prefix, header, bytes]));
  } catch {
    // A cache that cannot be written only costs the time it would have saved.
  }
}

function nameOf({ source }: CacheKey): string {
  return `${createHash('sha256').update(source).digest('hex').slice(0, 24)}.drawings`;
}
