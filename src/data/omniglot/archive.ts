import { crc32, inflateRawSync } from 'node:zlib';
import yauzl from 'yauzl';
import { inWords } from '../../common/bytes.js';
import { messageOf, UserError } from '../../common/errors.js';
import { reasonOf } from '../../common/files/file-errors.js';
import { fileKind } from '../../common/files/file-kind.js';
import { readWhole } from '../../common/files/read-file.js';
import { quoted } from '../../common/printable.js';

/** A file that can be read when it is needed: in an archive or in a folder. */
export interface Readable {
  /** Where it lies in the archive or folder, with `/` between folders. */
  readonly path: string;
  /** @throws UserError naming the archive or folder and the file */
  read(): Uint8Array;
}

// Omniglot's archives have 19,280 files and 10 MB; these are for what is no such archive.
const MAX_ARCHIVE_BYTES = 256 * 2 ** 20;
const MAX_ENTRIES = 100_000;
const MAX_ENTRY_BYTES = 2 ** 20;
/** Of all files together, unpacked. */
const MAX_TOTAL_BYTES = 256 * 2 ** 20;
/** Of the header before each file. */
const LOCAL_HEADER = 30;

/** The kind of file in Unix's mode bits. */
const KIND_MASK = 0o170000;
const LINK = 0o120000;

const AGAIN = 'download it again (mann data download)';

/**
 * Opens a zip archive in memory and lists its files (not its folders). Nothing is ever extracted
 * to disk, so no path in it can lead anywhere; suspicious archives are refused all the same.
 * @throws UserError where the file is missing, no whole zip, encrypted or suspicious
 */
export async function openArchive(file: string): Promise<Readable[]> {
  const bytes = readArchive(file);
  const entries: yauzl.Entry[] = [];
  try {
    const zip = await yauzl.fromRandomAccessReaderPromise(
      new MemoryReader(bytes),
      bytes.length,
      {},
    );
    let failure: Error | undefined;
    zip.on('entry', (entry: yauzl.Entry) => entries.push(entry));
    zip.on('error', (error: Error) => {
      failure = error;
    });
    if (zip.entryCount > MAX_ENTRIES) throw new Error(`it claims ${zip.entryCount} files`);
    // The reader answers at once, and so do the events: no waiting between 19,280 entries.
    while (!failure && zip.entriesRead < zip.entryCount) zip.readEntry();
    if (failure) throw failure;
  } catch (error) {
    const kind = fileKind(bytes);
    throw new UserError(
      kind && !kind.isZip
        ? `${file} is ${kind.name}, not a zip archive: ${AGAIN}`
        : `${file} is not a complete zip archive (${trimmed(error)}): ${AGAIN}`,
    );
  }
  const files = entries.filter(({ fileName }) => !fileName.endsWith('/'));
  for (const entry of files) checkEntry(file, entry);
  checkTogether(file, bytes.length, files);
  return files.map((entry) => ({
    path: entry.fileName,
    read: () => readEntry(file, bytes, entry),
  }));
}

function readArchive(file: string): Buffer {
  try {
    return readWhole(file, MAX_ARCHIVE_BYTES);
  } catch (error) {
    throw new UserError(
      `${file} cannot be read (${reasonOf(error)}): check what it is, and that you may read it`,
    );
  }
}

function checkEntry(file: string, entry: yauzl.Entry): void {
  const { fileName, uncompressedSize, compressionMethod } = entry;
  const refuse = (what: string) =>
    new UserError(`${quoted(fileName, 200)} in ${file} ${what}: ${AGAIN}`);
  if (entry.isEncrypted()) throw refuse('is encrypted');
  if (((entry.externalFileAttributes >>> 16) & KIND_MASK) === LINK)
    throw refuse('is a symbolic link');
  if (uncompressedSize > MAX_ENTRY_BYTES) {
    throw refuse(`claims ${uncompressedSize} bytes, too many for a drawing`);
  }
  if (compressionMethod !== 0 && compressionMethod !== 8) {
    throw refuse(`is packed in a way that is not supported (method ${compressionMethod})`);
  }
}

/**
 * What no single file shows: that together they unpack to more than memory or patience can take. Files that
 * share their packed bytes make such archives small ("a better zip bomb", Fifield 2019).
 */
function checkTogether(file: string, size: number, entries: readonly yauzl.Entry[]): void {
  const total = entries.reduce((sum, entry) => sum + entry.uncompressedSize, 0);
  if (total > MAX_TOTAL_BYTES) {
    throw new UserError(`${file} unpacks to ${inWords(total)}, far more than Omniglot: ${AGAIN}`);
  }
  const placed = [...entries].sort((a, b) => placeOf(a) - placeOf(b));
  for (const [i, entry] of placed.entries()) {
    const name = quoted(entry.fileName, 200);
    const end = placeOf(entry) + LOCAL_HEADER + entry.compressedSize;
    const next = placed[i + 1];
    if (end > size) throw new UserError(`${name} in ${file} lies beyond its end: ${AGAIN}`);
    if (next && end > placeOf(next)) {
      const other = quoted(next.fileName, 200);
      throw new UserError(`${name} and ${other} in ${file} overlap: ${AGAIN}`);
    }
  }
}

function placeOf(entry: yauzl.Entry): number {
  return entry.relativeOffsetOfLocalHeader;
}

function readEntry(file: string, bytes: Buffer, entry: yauzl.Entry): Uint8Array {
  const { relativeOffsetOfLocalHeader: at, compressedSize, uncompressedSize: size } = entry;
  try {
    if (bytes.readUInt32LE(at) !== 0x04034b50) throw new Error('its header is not there');
    const start = at + LOCAL_HEADER + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28);
    if (start + compressedSize > bytes.length) throw new Error('it is cut short');
    const packed = bytes.subarray(start, start + compressedSize);
    // The chunk size is what zlib sets aside: the default of 16 kB costs more than the work.
    const data =
      entry.compressionMethod === 0
        ? packed
        : inflateRawSync(packed, { maxOutputLength: size || 1, chunkSize: Math.max(size + 1, 64) });
    if (data.length !== size || crc32(data) !== entry.crc32)
      throw new Error('its checksum is wrong');
    return data;
  } catch (error) {
    throw new UserError(
      `${quoted(entry.fileName, 200)} in ${file} is damaged (${trimmed(error)}): ${AGAIN}`,
    );
  }
}

/** The first sentence of the message, without its full stop: it stands in brackets. */
function trimmed(error: unknown): string {
  if ((error as NodeJS.ErrnoException)?.code === 'ERR_BUFFER_TOO_LARGE') {
    return 'it unpacks to more than it claims';
  }
  return messageOf(error).replace(/\.(\s.*)?$/s, '');
}

/** Gives bytes of a buffer at once, where yauzl's own reader waits for the event loop each time. */
class MemoryReader extends yauzl.RandomAccessReader {
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    super();
    this.#bytes = bytes;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    if (position + length > this.#bytes.length) {
      callback(new Error('it is cut short'));
    } else {
      this.#bytes.copy(buffer, offset, position, position + length);
      callback(null);
    }
  }

  override close(callback: (error: Error | null) => void): void {
    callback(null);
  }
}
