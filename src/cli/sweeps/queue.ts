/** What `mann sweep` and `mann worker` have in common: the way to the queue. */
import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { UserError } from '../../common/errors.js';
import { makeFolder } from '../../common/files/atomic-file.js';
import { fileError } from '../../common/files/file-errors.js';
import { type QueueAddress, queueAddress } from '../../sweeps/queue/address.js';
import { QueueServer, type Timing } from '../../sweeps/queue/server.js';
import { FolderStore } from '../../sweeps/queue/store/folder-store.js';
import { QueueStore } from '../../sweeps/queue/store/queue-store.js';
import type { Store } from '../../sweeps/queue/store/store.js';
import { troubleWriting } from '../../sweeps/queue/worker/disk.js';

export interface QueueFlags {
  queue?: string;
  shared?: string;
}

export interface OpenQueue {
  readonly address: QueueAddress;
  readonly server: QueueServer;
  /** Through the queue, and through the shared folder where there is one. */
  readonly store: Store;
  readonly shared: Store | undefined;
}

/** @throws UserError where there is no way */
export async function openQueue(
  { queue, shared }: QueueFlags & { queue: string },
  say: (sentence: string) => void,
  timing: Partial<Timing> = {},
): Promise<OpenQueue> {
  const address = queueAddress(queue);
  const folder = shared === undefined ? undefined : await sharedFolder(resolve(shared));
  // Trainings are processes of their own, and need no passwords.
  delete process.env.MANN_QUEUE_PASSWORD;
  delete process.env.PGPASSWORD;
  const server = await QueueServer.open(address, { say, timing });
  return {
    address,
    server,
    store: new QueueStore(server),
    shared: folder,
  };
}

/** One that can't be written is found now, not after an hour of training. */
async function sharedFolder(path: string): Promise<Store> {
  await makeFolder(path).catch((error) => {
    throw fileError(error, `cannot write to the shared folder ${path}`);
  });
  const trouble = await troubleWriting(path);
  if (trouble) throw new UserError(`cannot write to the shared folder ${path}: ${trouble}`);
  return new FolderStore(path);
}

/** Tells a sweep from all others, also when it is started again. */
export function sweepName(folder: string): string {
  const where = `${hostname()}\0${resolve(folder)}`;
  return createHash('sha256').update(where).digest('hex').slice(0, 32);
}

/** Milliseconds. */
const LINGER = 3000;

/** To be called last: a connection that a driver did not close keeps no program from ending. */
export function endSoon(): void {
  setInterval(() => {
    if (process.stdout.writableLength === 0) process.exit();
  }, LINGER).unref();
}
