/** Sweeps over a real Redis and a real PostgreSQL. */
import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { queueAddress } from '../../../dist/sweeps/queue/address.js';
import { furthestCheckpoint } from '../../../dist/sweeps/queue/notes.js';
import { jobOf, keyOf, readDelivery } from '../../../dist/sweeps/queue/payload.js';
import { QueueServer } from '../../../dist/sweeps/queue/server.js';
import type { SweepRun } from '../../../dist/sweeps/run.js';
import { wait } from './machines/breaking.ts';
import {
  expectClean,
  expectUndisturbed,
  onEachServer,
  QUICK,
  startSweep,
  startWorker,
  stopWorker,
  type WorkerProcess,
} from './machines/harness.ts';
import { removeScratch, scratch } from './machines/scratch.ts';
import { startServer, type TestServer } from './machines/servers.ts';
import { chainRun, type WorkShape } from './machines/work.ts';

const shape: WorkShape = { steps: 8, milliseconds: 50, every: 2, bytes: 100_000 };
const slow: WorkShape = { steps: 40, milliseconds: 100, every: 5, bytes: 700_000 };
const runsOf = (count: number, from = 1) =>
  Array.from({ length: count }, (_, i) => chainRun(from + i));

onEachServer((kind) => {
  let server: TestServer;
  let open: QueueServer;
  let running: WorkerProcess[] = [];
  beforeAll(async () => {
    server = await startServer(kind);
    open = await QueueServer.open(queueAddress(server.url), { timing: QUICK });
  });
  afterAll(async () => {
    await open?.close();
    await server?.remove();
  });
  afterEach(async () => {
    for (const { child } of running) child.kill('SIGKILL');
    await Promise.all(running.map(({ ended }) => ended));
    running = [];
    await open.trainings.obliterate({ force: true });
    await open.trainings.resume();
    removeScratch();
  });

  const worker = async (more: object = {}): Promise<WorkerProcess> => {
    const setup = {
      url: server.url,
      work: scratch('work'),
      slots: 4,
      timing: QUICK,
      shape,
      ...more,
    };
    const started = startWorker(setup);
    running.push(started);
    await started.ready;
    return started;
  };
  const states = () => open.trainings.getJobCounts('wait', 'active', 'completed', 'failed');
  const until = async (what: () => Promise<boolean> | boolean) => {
    while (!(await what())) await wait(50);
  };
  const stateOf = async (run: SweepRun) =>
    (await open.trainings.getJob(`run-${keyOf(run)}`))?.getState();

  it('has two workers train a sweep, and keeps nothing in the server', async () => {
    const workers = await Promise.all([worker(), worker()]);
    const runs = runsOf(20);
    const sweep = await startSweep(server.url, runs);
    await sweep.results;
    expectUndisturbed(sweep, runs, shape);
    const endings = await Promise.all(workers.map(stopWorker));
    expect(endings.map((one) => one!.delivered).reduce((a, b) => a + b)).toBe(20);
    expect(endings.every((one) => one!.delivered > 0)).toBe(true);
    await expectClean(server.url);
  });

  it('adds nothing where a sweep is added twice, and goes on where it was', async () => {
    const runs = runsOf(5);
    const folder = scratch('sweep');
    // The first one's program is gone before any worker comes.
    const first = await startSweep(server.url, runs, { folder });
    await until(async () => (await states()).wait === 5);
    await first.server.close();
    const second = await startSweep(server.url, runs, { folder });
    await wait(1500);
    expect((await states()).wait).toBe(5);
    await worker();
    await second.results;
    expectUndisturbed(second, runs, shape);
    // What was collected is there, and is not trained again.
    const third = await startSweep(server.url, runs, { folder });
    await third.results;
    expectUndisturbed(third, runs, shape);
    await expectClean(server.url);
  });

  it('goes on elsewhere where a worker is stopped', async () => {
    const runs = runsOf(2, 100);
    const first = await worker({ shape: slow });
    const sweep = await startSweep(server.url, runs);
    await wait(2500);
    expect(await stopWorker(first)).toMatchObject({ 'given back': 2, delivered: 0 });
    const second = await worker({ shape: slow });
    await sweep.results;
    expectUndisturbed(sweep, runs, slow);
    expect(second.said()).toMatch(/seed=100: goes on after batch \d+\./);
    await stopWorker(second);
    await expectClean(server.url);
  });

  it('refuses the delivery of a worker that was asleep for too long', async () => {
    const [run] = runsOf(1, 200) as [SweepRun];
    const asleep = await worker({ shape: slow, slots: 1 });
    const sweep = await startSweep(server.url, [run]);
    await until(() => asleep.said().includes('begins'));
    await wait(1500);
    asleep.child.kill('SIGSTOP');
    const awake = await worker({ shape: slow, slots: 1 });
    await sweep.results;
    asleep.child.kill('SIGCONT');
    await until(() => asleep.said().includes('given to another worker'));
    expectUndisturbed(sweep, [run], slow);
    expect(await stopWorker(awake)).toMatchObject({ delivered: 1 });
    expect(await stopWorker(asleep)).toMatchObject({ delivered: 0, lost: 1 });
    await expectClean(server.url);
  });

  it('stops what runs and removes what waits where a sweep is cancelled, and goes on later', async () => {
    const runs = runsOf(6, 300);
    const folder = scratch('sweep');
    const first = await worker({ shape: slow, slots: 2 });
    const sweep = await startSweep(server.url, runs, { folder });
    await wait(2500);
    sweep.cancel();
    const results = await sweep.results;
    expect([...results.values()].map(({ status }) => status)).toEqual(Array(6).fill('stopped'));
    expect(await states()).toEqual({ wait: 0, active: 0, completed: 0, failed: 0 });
    expect(await stopWorker(first)).toMatchObject({ cancelled: 2 });
    const saved = await furthestCheckpoint(open, keyOf(runs[0]!));
    expect(saved!.step).toBeGreaterThan(5);
    const second = await worker({ shape: slow });
    const again = await startSweep(server.url, runs, { folder });
    await again.results;
    expectUndisturbed(again, runs, slow);
    expect(second.said()).toContain(`seed=300: goes on after batch ${saved!.step}.`);
    await expectClean(server.url);
  });

  it('leaves to another sweep what that one waits for too', async () => {
    const runs = runsOf(3, 400);
    await worker({ shape: slow, slots: 3 });
    const [one, other] = await Promise.all([
      startSweep(server.url, runs),
      startSweep(server.url, runs),
    ]);
    await wait(1500);
    one!.cancel();
    await one!.results;
    await other!.results;
    expectUndisturbed(other!, runs, slow);
    await expectClean(server.url);
  });

  it('adds a job again that the server forgot', async () => {
    const runs = runsOf(3, 500);
    const sweep = await startSweep(server.url, runs);
    await until(async () => (await states()).wait === 3);
    await open.trainings.obliterate({ force: true });
    await open.trainings.resume();
    await worker();
    await sweep.results;
    expectUndisturbed(sweep, runs, shape);
    await expectClean(server.url);
  });

  it('trains again what does not arrive as it was sent', async () => {
    const [run] = runsOf(1, 600) as [SweepRun];
    const first = await worker({ shape: slow, slots: 1 });
    let spoilt = 0;
    // Every look of the sweep is longer than this takes.
    const sweep = await startSweep(server.url, [run], { timing: { look: 1500 } });
    const events = await open.events();
    events.on('completed', async () => {
      if (spoilt++ > 0) return;
      const job = await open.trainings.getJob(`run-${keyOf(run)}`);
      const [file] = readDelivery(job!.returnvalue).files;
      const name = `piece.${file!.attempt}.${file!.number}.0`;
      await open.belongings(keyOf(run)).remove(name);
    });
    await sweep.results;
    await events.close();
    expectUndisturbed(sweep, [run], slow);
    await stopWorker(first);
    await expectClean(server.url);
  });

  it('refuses jobs that no sweep has added, and goes on with the others', async () => {
    const refused = await worker({ slots: 1 });
    const [run, other] = runsOf(2, 700) as [SweepRun, SweepRun];
    const job = jobOf(run, 'test', false);
    const add = (id: string, data: unknown) => open.trainings.add('train', data, { jobId: id });
    await add('run-1', job);
    await add(`run-${'0'.repeat(64)}`, job); // of another configuration
    await add(`run-${keyOf(run)}`, { ...job, run: { ...job.run, args: ['; rm -rf /'] } });
    await add(randomUUID(), { script: 'rm -rf /' });
    const sweep = await startSweep(server.url, [other]);
    await sweep.results;
    expectUndisturbed(sweep, [other], shape);
    await until(async () => (await states()).failed === 4);
    expect(refused.said().match(/refused: /g)).toHaveLength(4);
    expect(await stopWorker(refused)).toMatchObject({ delivered: 1, failed: 4 });
    expect(await stateOf(run)).toBe('failed');
  });

  it('ends a worker of another version, and leaves it nothing', async () => {
    const old = await worker({ version: '0.0.1' });
    const runs = runsOf(2, 800);
    const sweep = await startSweep(server.url, runs);
    expect((await old.ended).code).toBe(2);
    expect(old.said()).toContain(
      'a sweep of mann test waits in the queue, and this worker is mann 0.0.1: install the same version',
    );
    await worker();
    await sweep.results;
    expectUndisturbed(sweep, runs, shape);
    await expectClean(server.url);
  });

  it('keeps files in a folder that all machines share', async () => {
    const shared = scratch('shared');
    const unaware = await worker();
    const runs = runsOf(4, 900);
    const sweep = await startSweep(server.url, runs, { sharedFolder: shared });
    expect((await unaware.ended).code).toBe(2);
    expect(unaware.said()).toContain('--shared');
    const first = await worker({ shared, shape: slow, slots: 4 });
    await wait(2500);
    first.child.kill('SIGKILL');
    const second = await worker({ shared, shape: slow, slots: 4 });
    await sweep.results;
    expectUndisturbed(sweep, runs, slow);
    expect(second.said()).toMatch(/goes on after batch \d+/);
    expect(readdirSync(shared)).toEqual([]);
    await expectClean(server.url);
  });

  it('says why a run failed, on every machine', async () => {
    const broken = { ...shape, bytes: -1 };
    await worker({ shape: { ...broken, steps: 3, every: Number.NaN, ledger: '/nowhere/at/all' } });
    const runs = runsOf(1, 1000);
    const sweep = await startSweep(server.url, runs);
    const [result] = (await sweep.results).values();
    expect(result).toMatchObject({ status: 'failed' });
    expect((result as { error: string }).error).toContain("'/nowhere/at/all'");
    await expectClean(server.url);
  });
});
