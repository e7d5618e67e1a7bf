/** Reading files that others made (Node): plain ones alone, and never more of them than is expected. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { inWords } from '../bytes.js';
import { type FileKind, fileKind, KIND_BYTES } from './file-kind.js';

/** Node's limit is twice that. */
const MOST_AT_ONCE = 2 ** 30;

/**
 * A plain file, open to be read. Pipes and devices are refused, as they could keep the reader waiting or
 * reading for ever; without O_NONBLOCK opening a pipe would wait already.
 */
export class PlainFile {
  readonly #handle: number;
  /** Bytes, when it was opened. */
  readonly size: number;

  /** @throws what the file system throws, or an Error that says what else is there */
  constructor(path: string) {
    this.#handle = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stats = fstatSync(this.#handle);
    this.size = stats.size;
    if (stats.isFile()) return;
    this.close();
    throw stats.isDirectory()
      ? Object.assign(new Error('this is a folder'), { code: 'EISDIR' })
      : new Error('this is a pipe or a device, not a file');
  }

  /** The bytes from one place to before another. */
  read(begin: number, end: number): Buffer {
    const bytes = Buffer.allocUnsafe(end - begin);
    for (let done = 0; done < bytes.length; ) {
      const wanted = Math.min(bytes.length - done, MOST_AT_ONCE);
      const count = readSync(this.#handle, bytes, done, wanted, begin + done);
      if (count === 0) throw new Error('it got shorter while it was read');
      done += count;
    }
    return bytes;
  }

  close(): void {
    closeSync(this.#handle);
  }
}

/**
 * All bytes of a plain file.
 * @param most how many there may be
 * @throws what the file system throws, or an Error that says what is wrong with the file
 */
export function readWhole(path: string, most: number): Buffer {
  const file = new PlainFile(path);
  try {
    if (file.size > most) {
      throw new Error(`it has ${inWords(file.size)}, and at most ${inWords(most)} are read`);
    }
    return file.read(0, file.size);
  } finally {
    file.close();
  }
}

/** What kind of file lies at a path; undefined where that is not known, or there is none to read. */
export function kindAt(path: string): FileKind | undefined {
  let file: PlainFile | undefined;
  try {
    file = new PlainFile(path);
    return fileKind(file.read(0, Math.min(file.size, KIND_BYTES)));
  } catch {
    return undefined;
  } finally {
    file?.close();
  }
}

/**
 * A sentence for whoever gave a file in the place of a folder.
 * @param where names it
 * @param instead what to give
 */
export function notFolder(path: string, where: string, instead: string): string {
  const kind = kindAt(path);
  return kind
    ? `${where} is ${kind.name}, not a folder: ${kind.advice ?? instead}`
    : `${where} is a file, not a folder: ${instead}`;
}
