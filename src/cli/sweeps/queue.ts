/** What `mann sweep` and `mann worker` have in common: the way to the queue. */
import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { type QueueAddress, queueAddress } from '../../sweeps/queue/address.js';
import { QueueServer, type Timing } from '../../sweeps/queue/server.js';
import { FolderStore } from '../../sweeps/queue/store/folder-store.js';
import { QueueStore } from '../../sweeps/queue/store/queue-store.js';
import type { Store } from '../../sweeps/queue/store/store.js';

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
  // Trainings are processes of their own, and need no passwords.
  delete process.env.MANN_QUEUE_PASSWORD;
  delete process.env.PGPASSWORD;
  const server = await QueueServer.open(address, { say, timing });
  return {
    address,
    server,
    store: new QueueStore(server),
    shared: shared === undefined ? undefined : new FolderStore(resolve(shared)),
  };
}

/** Tells a sweep from all others, also when it is started again. */
export function sweepName(folder: string): string {
  const where = `${hostname()}\0${resolve(folder)}`;
  return createHash('sha256').update(where).digest('hex').slice(0, 32);
}
