/** Sweeps over a real Redis and a real PostgreSQL. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import {
  expectClean,
  expectUndisturbed,
  onEachServer,
  QUICK,
  removeScratch,
  scratch,
  startSweep,
  startWorker,
  stopWorker,
} from './harness.ts';
import { startServer, type TestServer } from './servers.ts';
import { chainRun, type WorkShape } from './work.ts';

const shape: WorkShape = { steps: 8, milliseconds: 50, every: 2, bytes: 100_000 };
const runsOf = (count: number, from = 1) => Array.from({ length: count }, (_, i) => chainRun(from + i));

onEachServer((kind) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer(kind);
  });
  afterAll(() => server?.remove());
  afterEach(removeScratch);

  const worker = (more: object = {}) =>
    startWorker({ url: server.url, work: scratch('work'), slots: 4, timing: QUICK, shape, ...more });

  it('has two workers train a sweep, and keeps nothing in the server', async () => {
    const workers = [worker(), worker()];
    await Promise.all(workers.map(({ ready }) => ready));
    const runs = runsOf(20);
    const sweep = await startSweep(server.url, runs);
    await sweep.results;
    expectUndisturbed(sweep, runs, shape);
    const endings = await Promise.all(workers.map(stopWorker));
    expect(endings.map((one) => one!.delivered).reduce((a, b) => a + b)).toBe(20);
    expect(endings.every((one) => one!.delivered > 0)).toBe(true);
    await expectClean(server.url);
  });
});
