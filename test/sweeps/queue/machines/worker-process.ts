/** A worker in a process of its own, to be killed: `tsx worker-process.ts '{"url": ..., "work": ..., "shape": ...}'`. */
import { queueAddress } from '../../../../dist/sweeps/queue/address.js';
import { QueueServer, type Timing } from '../../../../dist/sweeps/queue/server.js';
import { FolderStore } from '../../../../dist/sweeps/queue/store/folder-store.js';
import { QueueStore } from '../../../../dist/sweeps/queue/store/queue-store.js';
import { WorkFolder } from '../../../../dist/sweeps/queue/worker/work-folder.js';
import { workOn } from '../../../../dist/sweeps/queue/worker/worker.js';
import { runTraining } from '../../../../dist/sweeps/train-child.js';
import { chainTrain, type WorkShape } from './work.ts';

export interface WorkerSetup {
  readonly url: string;
  readonly work: string;
  readonly slots: number;
  readonly timing: Partial<Timing>;
  /** Without it real trainings are made. */
  readonly shape?: WorkShape;
  readonly shared?: string;
  readonly version?: string;
}

const setup: WorkerSetup = JSON.parse(process.argv[2]!);
const say = (sentence: string) => process.stderr.write(`${sentence}\n`);
const stop = new AbortController();
process.on('SIGTERM', () => stop.abort());
process.on('disconnect', () => process.exit(1)); // the test is gone
const server = await QueueServer.open(queueAddress(setup.url), { timing: setup.timing, say });
process.send?.('ready');
try {
  const endings = await workOn({
    server,
    work: await WorkFolder.open(setup.work),
    store: new QueueStore(server),
    shared: setup.shared ? new FolderStore(setup.shared) : undefined,
    train: setup.shape ? chainTrain(setup.shape) : runTraining,
    check: async () => undefined,
    version: setup.version ?? 'test',
    slots: setup.slots,
    threads: setup.shape ? undefined : 1,
    name: `worker ${process.pid}`,
    say,
    signal: stop.signal,
  });
  process.send?.(endings);
  await server.close();
  process.exit(0);
} catch (error) {
  say(`mann: ${(error as Error).message}`);
  process.exit(2);
}
