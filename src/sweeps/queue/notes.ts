/**
 * Notes that belong to one training, in the queue's server: which sweeps wait for it, and its newest checkpoint. A note
 * is never changed, only added or removed, so that no writer can undo another one's.
 */
import type { Job } from 'bullmq';
import { readCheckpoint, type SavedCheckpoint } from './payload.js';
import type { QueueServer } from './server.js';
import type { Store } from './store/store.js';

/** Sets notes apart from pieces of files, which have none. */
const NOTE = { priority: 1 };

/** A sweep waits for this training. */
export async function waitFor(server: QueueServer, key: string, sweep: string): Promise<void> {
  const queue = server.belongings(key);
  await server.insist(() => queue.add('sweep', {}, { ...NOTE, jobId: `sweep.${sweep}` }));
}

/**
 * A sweep waits for it no longer.
 * @returns whether nobody else does
 */
export async function waitNoLonger(
  server: QueueServer,
  key: string,
  sweep: string,
): Promise<boolean> {
  const queue = server.belongings(key);
  await server.insist(() => queue.remove(`sweep.${sweep}`));
  return !(await isAwaited(server, key));
}

/** Whether any sweep waits for it. */
export async function isAwaited(server: QueueServer, key: string): Promise<boolean> {
  return (await notesOf(server, key)).some(({ name }) => name === 'sweep');
}

/** The furthest checkpoint that was left for others to go on from, whoever left it: the same bits lead to it. */
export async function furthestCheckpoint(
  server: QueueServer,
  key: string,
): Promise<SavedCheckpoint | undefined> {
  return (await checkpointsOf(server, key)).sort((a, b) => b.step - a.step)[0];
}

/** Leaves a checkpoint whose files are in the store, and removes those that are no further. */
export async function leaveCheckpoint(
  server: QueueServer,
  store: Store,
  key: string,
  checkpoint: SavedCheckpoint,
): Promise<void> {
  const queue = server.belongings(key);
  await server.insist(() =>
    queue.add('checkpoint', checkpoint, { ...NOTE, jobId: nameOf(checkpoint) }),
  );
  for (const other of await checkpointsOf(server, key)) {
    if (nameOf(other) === nameOf(checkpoint) || other.step > checkpoint.step) continue;
    await server.insist(() => queue.remove(nameOf(other)));
    for (const file of other.files) await store.remove(key, file);
  }
}

const nameOf = ({ attempt, step }: SavedCheckpoint) => `checkpoint.${attempt}.${step}`;

async function checkpointsOf(server: QueueServer, key: string): Promise<SavedCheckpoint[]> {
  const notes = await notesOf(server, key);
  return notes.flatMap(({ name, data }) => {
    const checkpoint = name === 'checkpoint' ? readCheckpoint(data) : undefined;
    return checkpoint ? [checkpoint] : [];
  });
}

async function notesOf(server: QueueServer, key: string): Promise<Job[]> {
  const queue = server.belongings(key);
  const notes = await server.insist(() => queue.getPrioritized(0, 200));
  return notes.filter((note) => note !== undefined && note !== null);
}
