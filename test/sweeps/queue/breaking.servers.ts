/** Sweeps over machines, disturbed. `npx tsx test/sweeps/queue/break.ts` does the same for longer, and prints figures. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import {
  canMount,
  cutNetwork,
  fillDisk,
  killWorkers,
  manyJobs,
  restartServer,
  twoSweeps,
} from './machines/breaking.ts';
import { onEachServer } from './machines/harness.ts';
import { openLink } from './machines/link.ts';
import { removeScratch } from './machines/scratch.ts';
import { startServer, type TestServer } from './machines/servers.ts';

onEachServer((kind) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer(kind);
  });
  afterAll(() => server?.remove());
  afterEach(removeScratch);

  it('ends every run once while workers are killed at random moments', async () => {
    const { kills, begun, runs, resumed } = await killWorkers(server, 10, 1);
    expect(kills).toBe(10);
    expect(begun).toBeGreaterThan(runs);
    expect(resumed).toBeGreaterThan(0);
  });

  it('ends every run once while the server is killed and restarted', async () => {
    const { restarts } = await restartServer(server, 3, 2);
    expect(restarts).toBe(3);
  });

  it('ends every run once while the network of a worker is cut', async () => {
    const link = openLink();
    const linked = await startServer(kind, link.setup);
    try {
      const { cuts, after } = await cutNetwork(linked, link, 3, 3);
      expect(cuts).toBe(3);
      expect(after).toBeGreaterThan(0);
    } finally {
      link.remove();
      await linked.remove();
    }
  });

  it.skipIf(!canMount())('waits where the disk of a worker is full', async () => {
    const { givenBack, delivered, runs } = await fillDisk(server);
    expect(givenBack).toBeGreaterThan(0);
    expect(delivered).toBe(runs);
  });

  it('trains once what two sweeps have in common', async () => {
    const { begun, ended, runs } = await twoSweeps(server, 8);
    expect({ begun, ended }).toEqual({ begun: runs, ended: runs });
  });

  it('trains each of many short jobs once', async () => {
    const { begun, ended } = await manyJobs(server, { jobs: 150, milliseconds: 100, slots: 10 });
    expect({ begun, ended }).toEqual({ begun: 150, ended: 150 });
  });
});
