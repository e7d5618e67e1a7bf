/**
 * Breaks sweeps for long, and prints figures: `npx tsx test/sweeps/queue/break.ts redis kill=50 restart=10 cut=10 disk two=40
 * jobs=1000`. Without names it does all of this on both servers. The seed is 1.
 */
import {
  canMount,
  cutNetwork,
  fillDisk,
  killWorkers,
  manyJobs,
  restartServer,
  twoSweeps,
} from './machines/breaking.ts';
import { openLink } from './machines/link.ts';
import { removeScratch } from './machines/scratch.ts';
import { type ServerKind, startServer, type TestServer } from './machines/servers.ts';

const KINDS: readonly ServerKind[] = ['redis', 'postgres'];
const USUAL = { kill: 50, restart: 10, cut: 10, disk: 1, two: 40, jobs: 1000 };
type Ways = Partial<Record<keyof typeof USUAL, number>>;

const words = process.argv.slice(2);
const named = KINDS.filter((kind) => words.includes(kind));
const asked = words.filter((word) => !KINDS.includes(word as ServerKind));
const ways: Ways =
  asked.length === 0
    ? USUAL
    : Object.fromEntries(
        asked.map((word) => [word.split('=')[0], Number(word.split('=')[1] ?? 1)]),
      );

const seed = 1;
const many = (server: TestServer, jobs: number, milliseconds: number, slots: number) =>
  manyJobs(server, { jobs, milliseconds, slots });

for (const kind of named.length > 0 ? named : KINDS) {
  const server = await startServer(kind);
  const tell = async (name: string, work: () => Promise<object>) => {
    const began = performance.now();
    const figures = await work();
    const seconds = Math.round((performance.now() - began) / 1000);
    console.log(`${kind} ${name} ${JSON.stringify({ ...figures, took: seconds })}`);
  };
  try {
    if (ways.kill) await tell('kill', () => killWorkers(server, ways.kill!, seed));
    if (ways.restart) await tell('restart', () => restartServer(server, ways.restart!, seed));
    if (ways.cut) await tell('cut', () => cutAll(kind, ways.cut!));
    if (ways.disk && canMount()) await tell('disk', () => fillDisk(server));
    if (ways.two) await tell('two', () => twoSweeps(server, ways.two!));
    if (ways.jobs) await tell('jobs', () => many(server, ways.jobs!, 1000, 50));
    // Nothing to do in a job: what is left is what the queue costs.
    if (ways.jobs) await tell('empty jobs', () => many(server, ways.jobs!, 0, 4));
  } finally {
    await server.remove();
    removeScratch();
  }
}
process.exit(0);

async function cutAll(kind: ServerKind, times: number): Promise<object> {
  const link = openLink();
  const server = await startServer(kind, link.setup);
  try {
    return await cutNetwork(server, link, times, seed);
  } finally {
    link.remove();
    await server.remove();
  }
}
