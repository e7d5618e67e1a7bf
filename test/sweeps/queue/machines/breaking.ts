/** What is done to sweeps to break them. Each returns its figures; each throws where a run did not end as undisturbed. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  expectClean,
  expectUndisturbed,
  QUICK,
  startSweep,
  startWorker,
  stopWorker,
  type WorkerProcess,
} from './harness.ts';
import type { Link } from './link.ts';
import { scratch } from './scratch.ts';
import type { TestServer } from './servers.ts';
import { chainRun, type WorkShape } from './work.ts';

export const wait = (milliseconds: number) =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

export const runsOf = (count: number, from = 1) =>
  Array.from({ length: count }, (_, i) => chainRun(from + i));

/** Numbers from a seed. */
function dice(seed: number): (low: number, high: number) => number {
  let state = seed >>> 0;
  return (low, high) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return low + (state / 2 ** 32) * (high - low);
  };
}

/** How often a training began and ended, by the ledger that workers write. */
export function ledgerCounts(path: string): { begun: number; ended: number; resumed: number } {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  const begun = lines.filter((line) => line.startsWith('begin'));
  return {
    begun: begun.length,
    ended: lines.filter((line) => line.startsWith('end')).length,
    resumed: begun.filter((line) => !line.endsWith(' 0')).length,
  };
}

/** Kills a worker at random moments, and starts it again: at times on another disk, as if on another machine. */
export async function killWorkers(server: TestServer, times: number, seed: number) {
  const random = dice(seed);
  const ledger = join(scratch('ledger'), 'ledger');
  const shape: WorkShape = { steps: 30, milliseconds: 60, every: 5, bytes: 200_000, ledger };
  const setup = () => ({ url: server.url, slots: 3, timing: QUICK, shape });
  const workers = await Promise.all(
    [0, 1].map(async () => {
      const work = scratch('work');
      const process = startWorker({ ...setup(), work });
      await process.ready;
      return { work, process };
    }),
  );
  let [kills, runs] = [0, 0];
  while (kills < times) {
    const some = runsOf(8, 1000 * seed + runs);
    runs += some.length;
    const sweep = await startSweep(server.url, some);
    let isOver = false;
    sweep.results.finally(() => {
      isOver = true;
    });
    while (!isOver && kills < times) {
      await wait(random(50, 1500));
      const worker = workers[Math.floor(random(0, 2))]!;
      worker.process.child.kill('SIGKILL');
      await worker.process.ended;
      kills++;
      if (random(0, 1) < 0.5) worker.work = scratch('work');
      worker.process = startWorker({ ...setup(), work: worker.work });
      await worker.process.ready;
    }
    await sweep.results;
    expectUndisturbed(sweep, some, shape);
  }
  await Promise.all(workers.map(({ process }) => stopWorker(process)));
  await expectClean(server.url);
  return { kills, runs, ...ledgerCounts(ledger) };
}

/** Kills the server, or shuts it down, while workers train, and starts it again. */
export async function restartServer(server: TestServer, times: number, seed: number) {
  const random = dice(seed);
  const ledger = join(scratch('ledger'), 'ledger');
  const shape: WorkShape = { steps: 40, milliseconds: 100, every: 5, bytes: 200_000, ledger };
  const workers = [0, 1].map(() =>
    startWorker({ url: server.url, slots: 3, timing: QUICK, shape, work: scratch('work') }),
  );
  await Promise.all(workers.map(({ ready }) => ready));
  let [restarts, runs] = [0, 0];
  let longest = 0;
  while (restarts < times) {
    const some = runsOf(12, 1000 * seed + runs);
    runs += some.length;
    const sweep = await startSweep(server.url, some);
    let isOver = false;
    sweep.results.finally(() => {
      isOver = true;
    });
    while (!isOver && restarts < times) {
      await wait(random(500, 3000));
      await server.stop(restarts % 2 === 0 ? 'SIGKILL' : 'SIGTERM');
      // Some outages are longer than a lock lasts.
      const away = random(200, 1.5 * QUICK.lock);
      longest = Math.max(longest, away);
      await wait(away);
      await server.start();
      restarts++;
    }
    await sweep.results;
    expectUndisturbed(sweep, some, shape);
  }
  const endings = await Promise.all(workers.map(stopWorker));
  await expectClean(server.url);
  const lost = endings.reduce((sum, one) => sum + one!.lost, 0);
  return { restarts, runs, lost, longest: Math.round(longest), ...ledgerCounts(ledger) };
}

/** Cuts the network between one worker and the server; another worker stays connected. */
export async function cutNetwork(server: TestServer, link: Link, times: number, seed: number) {
  const random = dice(seed);
  const ledger = join(scratch('ledger'), 'ledger');
  const shape: WorkShape = { steps: 60, milliseconds: 100, every: 5, bytes: 200_000, ledger };
  const setup = { slots: 3, timing: QUICK, shape };
  const far = startWorker(
    { ...setup, url: await link.connect(server), work: scratch('work') },
    link.before,
  );
  const near = startWorker({ ...setup, url: server.url, work: scratch('work') });
  await Promise.all([far.ready, near.ready]);
  let [cuts, runs] = [0, 0];
  while (cuts < times) {
    const some = runsOf(10, 1000 * seed + runs);
    runs += some.length;
    const sweep = await startSweep(server.url, some);
    let isOver = false;
    sweep.results.finally(() => {
      isOver = true;
    });
    while (!isOver && cuts < times) {
      await wait(random(500, 3000));
      link.cut();
      await wait(random(0.3, 3) * QUICK.lock);
      link.mend();
      cuts++;
    }
    await sweep.results;
    expectUndisturbed(sweep, some, shape);
  }
  // Both are as good as new.
  const before = [far, near].map((worker) => worker.said().split(': done.').length - 1);
  const rest = runsOf(12, 1000 * seed + runs);
  runs += rest.length;
  const sweep = await startSweep(server.url, rest);
  await sweep.results;
  expectUndisturbed(sweep, rest, shape);
  const endings = await Promise.all([far, near].map(stopWorker));
  const after = endings[0]!.delivered - before[0]!;
  await expectClean(server.url);
  const lost = endings.reduce((sum, one) => sum + one!.lost, 0);
  return { how: link.how, cuts, runs, lost, after, ...ledgerCounts(ledger) };
}

/** Whether this process may mount a small disk. */
export function canMount(): boolean {
  const folder = scratch('mount');
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'mann-test', folder], {
      stdio: 'ignore',
    });
    execFileSync('umount', [folder]);
    return true;
  } catch {
    return false;
  }
}

/** A worker's disk is full; later it is not. */
export async function fillDisk(server: TestServer) {
  const ledger = join(scratch('ledger'), 'ledger');
  const shape: WorkShape = { steps: 6, milliseconds: 100, every: 2, bytes: 700_000, ledger };
  const small = scratch('small');
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'mann-test', small]);
  let worker: WorkerProcess | undefined;
  try {
    worker = startWorker({ url: server.url, slots: 2, timing: QUICK, shape, work: small });
    await worker.ready;
    const runs = runsOf(6, 500);
    const sweep = await startSweep(server.url, runs);
    while (!worker.said().includes('No more runs are taken')) await wait(100);
    if (sweep.told.length > 0) throw new Error('a run ended on a full disk');
    execFileSync('mount', ['-o', 'remount,size=100m', small]);
    await sweep.results;
    expectUndisturbed(sweep, runs, shape);
    const endings = (await stopWorker(worker))!;
    await expectClean(server.url);
    return { runs: runs.length, givenBack: endings.disk, delivered: endings.delivered };
  } finally {
    worker?.child.kill('SIGKILL');
    await worker?.ended;
    execFileSync('umount', ['-l', small]);
  }
}

/** Two sweeps with some runs in common, at once. */
export async function twoSweeps(server: TestServer, count: number) {
  const ledger = join(scratch('ledger'), 'ledger');
  const shape: WorkShape = { steps: 10, milliseconds: 50, every: 5, bytes: 200_000, ledger };
  const workers = [0, 1].map(() =>
    startWorker({ url: server.url, slots: 3, timing: QUICK, shape, work: scratch('work') }),
  );
  await Promise.all(workers.map(({ ready }) => ready));
  const all = runsOf(2 * count, 7000);
  const [one, other] = [all.slice(0, 1.5 * count), all.slice(0.5 * count)];
  const sweeps = await Promise.all([startSweep(server.url, one), startSweep(server.url, other)]);
  await Promise.all(sweeps.map(({ results }) => results));
  expectUndisturbed(sweeps[0]!, one, shape);
  expectUndisturbed(sweeps[1]!, other, shape);
  await Promise.all(workers.map(stopWorker));
  await expectClean(server.url);
  return { runs: all.length, inCommon: count, ...ledgerCounts(ledger) };
}

/** Many short jobs. */
export async function manyJobs(
  server: TestServer,
  { jobs, milliseconds, slots }: { jobs: number; milliseconds: number; slots: number },
) {
  const ledger = join(scratch('ledger'), 'ledger');
  const shape: WorkShape = { steps: 1, milliseconds, every: 1, bytes: 1000, ledger };
  const timing = { ...QUICK, lock: 30_000, stalled: 15_000, look: 2000, publish: 30_000 };
  const workers = [0, 1].map(() =>
    startWorker({ url: server.url, slots, timing, shape, work: scratch('work') }),
  );
  await Promise.all(workers.map(({ ready }) => ready));
  const runs = runsOf(jobs, 100_000);
  const began = performance.now();
  const sweep = await startSweep(server.url, runs, { timing });
  await sweep.results;
  const seconds = (performance.now() - began) / 1000;
  expectUndisturbed(sweep, runs, shape);
  await Promise.all(workers.map(stopWorker));
  await expectClean(server.url);
  const ideal = (jobs * milliseconds) / 1000 / (2 * slots);
  return {
    ...{ jobs, seconds: round(seconds), perSecond: round(jobs / seconds), ideal: round(ideal) },
    // What the queue adds to each job, on each of the slots.
    overhead: round(((seconds - ideal) / jobs) * 1000 * 2 * slots),
    serial: round(((seconds - ideal) / jobs) * 1000),
    ...ledgerCounts(ledger),
  };
}

const round = (x: number) => Number(x.toPrecision(3));
