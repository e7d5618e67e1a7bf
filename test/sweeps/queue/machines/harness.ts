/** Sweeps over real servers, with workers in processes of their own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import { queueAddress } from '../../../../dist/sweeps/queue/address.js';
import type { RemoteOptions } from '../../../../dist/sweeps/queue/remote.js';
import { runOnQueue } from '../../../../dist/sweeps/queue/remote.js';
import { QueueServer, type Timing } from '../../../../dist/sweeps/queue/server.js';
import { FolderStore } from '../../../../dist/sweeps/queue/store/folder-store.js';
import { QueueStore } from '../../../../dist/sweeps/queue/store/queue-store.js';
import type { Endings } from '../../../../dist/sweeps/queue/worker/worker.js';
import type { RunResult } from '../../../../dist/sweeps/result.js';
import type { SweepRun } from '../../../../dist/sweeps/run.js';
import { scratch } from './scratch.ts';
import { missing, type ServerKind } from './servers.ts';
import { logOf, undisturbed, type WorkShape } from './work.ts';
import type { WorkerSetup } from './worker-process.ts';

/** Short, so that a dead worker is noticed in seconds. */
export const QUICK: Timing = { lock: 3000, stalled: 1000, look: 500, publish: 500 };

/** Tests on both servers, or on those that are installed. */
export function onEachServer(tests: (kind: ServerKind) => void): void {
  for (const kind of ['redis', 'postgres'] as const) {
    const why = missing(kind);
    if (why) console.warn(`Skipped: ${why}, so nothing is tested on ${kind}.`);
    describe.skipIf(why !== undefined)(kind, () => tests(kind));
  }
}

const SCRIPT = fileURLToPath(new URL('worker-process.ts', import.meta.url));
const workers = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of workers) child.kill('SIGKILL');
});

export interface WorkerProcess {
  readonly child: ChildProcess;
  /** Everything that it said. */
  said(): string;
  readonly ready: Promise<void>;
  /** Exit code and how its attempts ended. */
  readonly ended: Promise<{ code: number | null; endings?: Endings }>;
}

/** @param before words before `node`, such as those that enter a network namespace */
export function startWorker(setup: WorkerSetup, before: readonly string[] = []): WorkerProcess {
  const command = [...before, process.execPath, '--import', 'tsx', SCRIPT, JSON.stringify(setup)];
  const child = spawn(command[0]!, command.slice(1), {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  workers.add(child);
  let said = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  let endings: Endings | undefined;
  const ended = new Promise<{ code: number | null; endings?: Endings }>((resolve) => {
    child.on('close', (code) => {
      workers.delete(child);
      resolve({ code, ...(endings && { endings }) });
    });
  });
  const ready = new Promise<void>((resolve, reject) => {
    child.on('message', (message) => {
      if (message === 'ready') resolve();
      else endings = message as Endings;
    });
    ended.then(({ code }) => reject(new Error(`the worker ended with ${code}: ${said}`)));
  });
  ready.catch(() => undefined);
  return { child, said: () => said, ready, ended };
}

/** Ends a worker politely, and says how its attempts ended. */
export async function stopWorker({ child, ended }: WorkerProcess): Promise<Endings | undefined> {
  child.kill('SIGTERM');
  return (await ended).endings;
}

export interface SweepHandle {
  readonly folder: string;
  readonly results: Promise<Map<string, RunResult>>;
  /** As Ctrl-C does. */
  cancel(): void;
  readonly said: string[];
  /** Results as they came: each run once. */
  readonly told: [SweepRun, RunResult][];
  readonly server: QueueServer;
}

export interface SweepSetup extends Partial<RemoteOptions> {
  readonly folder?: string;
  readonly timing?: Partial<Timing>;
  readonly sharedFolder?: string;
}

export async function startSweep(
  url: string,
  runs: readonly SweepRun[],
  setup: SweepSetup = {},
): Promise<SweepHandle> {
  const folder = setup.folder ?? scratch('sweep');
  const stop = new AbortController();
  const said: string[] = [];
  const server = await QueueServer.open(queueAddress(url), {
    timing: { ...QUICK, ...setup.timing },
    say: (sentence) => said.push(sentence),
  });
  const told: [SweepRun, RunResult][] = [];
  const results = runOnQueue(runs, {
    server,
    store: setup.sharedFolder ? new FolderStore(setup.sharedFolder) : new QueueStore(server),
    shared: setup.sharedFolder !== undefined,
    sweep: createHash('sha256').update(folder).digest('hex').slice(0, 16),
    version: 'test',
    signal: stop.signal,
    folderOf: (run) => join(folder, run.name),
    onResult: (run, result) => told.push([run, result]),
    ...setup,
  }).finally(() => server.close());
  results.catch(() => undefined);
  return { folder, results, cancel: () => stop.abort(), said, told, server };
}

/** Every run came to its end once, with the bits and log lines of one that nothing disturbed. */
export function expectUndisturbed(
  { told, folder }: SweepHandle,
  runs: readonly SweepRun[],
  shape: WorkShape,
): void {
  const names = told.map(([run]) => run.name).sort();
  expect(names).toEqual(runs.map(({ name }) => name).sort());
  for (const [run, result] of told) {
    if (result.status !== 'done') throw new Error(`${run.name}: ${JSON.stringify(result)}`);
    const wanted = undisturbed(run, shape);
    expect(result.digest).toBe(wanted);
    const path = join(folder, run.name);
    const bytes = readFileSync(join(path, result.checkpoint));
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(wanted);
    expect(readFileSync(join(path, 'log.csv'), 'utf8')).toBe(logOf(shape.steps));
  }
}

/** Nothing of ours is left in the server. */
export async function expectClean(url: string): Promise<void> {
  const server = await QueueServer.open(queueAddress(url), { timing: QUICK });
  try {
    const counts = await server.trainings.getJobCounts();
    expect(Object.values(counts).reduce((sum, n) => sum + n, 0)).toBe(0);
    expect(await leftovers(server)).toEqual([]);
  } finally {
    await server.close();
  }
}

/** Queues of single trainings that still hold something. */
async function leftovers(server: QueueServer): Promise<string[]> {
  const backend = server.trainings.getBackend() as never as {
    client?: Promise<{ keys(pattern: string): Promise<string[]> }>;
    connection?: { pool: { query(text: string): Promise<{ rows: { queue: string }[] }> } };
  };
  if (server.address.kind === 'redis') return (await backend.client!).keys('mann:mann-run-*');
  const { rows } = await backend.connection!.pool.query(
    "SELECT DISTINCT queue FROM mann.job WHERE queue LIKE 'mann-run-%'",
  );
  return rows.map(({ queue }) => queue);
}
