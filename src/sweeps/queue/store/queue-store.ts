/** Files in the queue's server, in pieces. */
import type { Queue } from 'bullmq';
import { inWords } from '../../../common/bytes.js';
import { UserError } from '../../../common/errors.js';
import { writeFileAtomic } from '../../../common/files/atomic-file.js';
import { fileError } from '../../../common/files/file-errors.js';
import { readWhole } from '../../../common/files/read-file.js';
import { FILE_BYTES, PIECE_BYTES, pieceOf, readPiece, type StoredFile } from '../payload.js';
import type { QueueServer } from '../server.js';
import { checkBytes, type Store, sha256 } from './store.js';

export class QueueStore implements Store {
  readonly #server: QueueServer;

  constructor(server: QueueServer) {
    this.#server = server;
  }

  async put(
    key: string,
    path: string,
    { name, attempt, number }: Pick<StoredFile, 'name' | 'attempt' | 'number'>,
    signal?: AbortSignal,
  ): Promise<StoredFile> {
    const bytes = readFile(path);
    const file = { name, attempt, number, bytes: bytes.length, digest: sha256(bytes) };
    const queue = this.#server.belongings(key);
    for (const [i, at] of piecesOf(file).entries()) {
      const piece = pieceOf(bytes.subarray(at, at + PIECE_BYTES));
      await this.#server.insist(
        () => queue.add('piece', piece, { jobId: nameOf(file, i) }),
        signal,
      );
    }
    return file;
  }

  async get(key: string, file: StoredFile, path: string, signal?: AbortSignal): Promise<void> {
    const queue = this.#server.belongings(key);
    const parts: Uint8Array[] = [];
    let left = file.bytes;
    for (const i of piecesOf(file).keys()) {
      const job = await this.#server.insist(() => queue.getJob(nameOf(file, i)), signal);
      if (!job) throw new UserError(`${file.name}: a piece of it is no longer in the queue`);
      const part = readPiece(job.data);
      left -= part.length;
      if (left < 0) break; // the digest will say so
      parts.push(part);
    }
    const bytes = Buffer.concat(parts);
    checkBytes(bytes, file);
    await writeFileAtomic(path, bytes).catch((error) => {
      throw fileError(error, `cannot write ${path}`);
    });
  }

  async remove(key: string, file: StoredFile): Promise<void> {
    const queue = this.#server.belongings(key);
    for (const i of piecesOf(file).keys()) {
      await this.#server.insist(() => removed(queue, nameOf(file, i)));
    }
  }

  async clear(key: string): Promise<void> {
    await this.#server.forget(key);
  }
}

/** Where the pieces of a file begin. An empty file has none. */
const piecesOf = ({ bytes }: { bytes: number }): number[] =>
  Array.from({ length: Math.ceil(bytes / PIECE_BYTES) }, (_, i) => i * PIECE_BYTES);

const nameOf = ({ attempt, number }: Pick<StoredFile, 'attempt' | 'number'>, piece: number) =>
  `piece.${attempt}.${number}.${piece}`;

async function removed(queue: Queue, name: string): Promise<void> {
  await queue.remove(name);
}

/** @throws UserError */
export function readFile(path: string): Buffer {
  try {
    return readWhole(path, FILE_BYTES);
  } catch (error) {
    throw fileError(
      error,
      `cannot send ${path} (files of up to ${inWords(FILE_BYTES)} can be sent)`,
    );
  }
}
