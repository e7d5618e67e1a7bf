/** `mann sweep --queue` and `mann worker` with real trainings, passwords and TLS. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { queueAddress } from '../../../dist/sweeps/queue/address.js';
import { QueueServer } from '../../../dist/sweeps/queue/server.js';
import { wait } from './machines/breaking.ts';
import { expectClean, onEachServer } from './machines/harness.ts';
import { removeScratch, scratch } from './machines/scratch.ts';
import { missing, type ServerKind, startServer, type TestServer } from './machines/servers.ts';

const MAIN = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));
const SECRET = 'kräftig:s3cret/22';

/** Trainings of a second or two, whose checkpoints come often. */
const SWEEP = JSON.stringify({
  base: {
    ...{ dataset: 'glyphs', iterations: 120, 'batch-size': 2, 'num-classes': 2, 'num-samples': 3 },
    ...{ encoder: 'mlp', 'encoder-widths': [16], 'embedding-size': 16, 'controller-size': 16 },
    ...{ 'memory-locations': 8, 'memory-word-size': 16, 'key-size': 8, curriculum: 'none' },
    ...{ 'checkpoint-every': 10, 'evaluate-every': 0, engine: 'simd' },
  },
  axes: { 'learning-rate': [0.001, 0.002] },
  seeds: [1, 2],
  test: [
    { split: 'test', batches: 5 },
    { split: 'test', batches: 3, augment: false },
  ],
});

/** Options of a worker that notices soon when another one is gone. */
const hasty = ['--timeout', '4', '--jobs', '2'];

const children = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

interface Program {
  readonly child: ChildProcess;
  said(): string;
  readonly ended: Promise<number | null>;
}

function mann(
  args: readonly string[],
  cwd: string,
  environment: Record<string, string> = {},
): Program {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  let said = '';
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  const ended = new Promise<number | null>((resolve) => {
    child.on('close', (code) => {
      children.delete(child);
      resolve(code);
    });
  });
  return { child, said: () => said, ended };
}

function sweepFolder(): string {
  const folder = scratch('cli');
  writeFileSync(join(folder, 'tiny.json'), SWEEP);
  return folder;
}

/** What is the same however a sweep was done: figures, and the digests of the checkpoints. */
function outcome(folder: string): unknown {
  const runs = readdirSync(folder)
    .filter((name) => name.includes('seed='))
    .sort();
  expect(runs).toHaveLength(4);
  const results = runs.map((run) => readFileSync(join(folder, run, 'result.json'), 'utf8'));
  const logs = runs.map(
    (run) => readFileSync(join(folder, run, 'log.csv'), 'utf8').split('\n').length,
  );
  return { runs, results, logs, all: readFileSync(join(folder, 'results.json'), 'utf8') };
}

let alone: unknown;
beforeAll(async () => {
  const cwd = sweepFolder();
  const local = mann(['sweep', 'tiny.json', '--save-dir', 'out'], cwd);
  expect(await local.ended, local.said()).toBe(0);
  alone = outcome(join(cwd, 'out'));
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
});
afterAll(removeScratch);

onEachServer((kind) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer(kind);
  });
  afterAll(() => server?.remove());

  it('trains the same bits as one machine alone, though a worker is killed', async () => {
    const cwd = sweepFolder();
    const sweep = mann(['sweep', 'tiny.json', '--save-dir', 'out', '--queue', server.url], cwd);
    const worker = (name: string) =>
      mann(['worker', '--queue', server.url, ...hasty, '--folder', name], cwd);
    const first = worker('first');
    while (!first.said().includes('begins')) await wait(50);
    await wait(2000);
    first.child.kill('SIGKILL');
    const second = worker('second');
    expect(await sweep.ended, sweep.said() + second.said()).toBe(0);
    expect(outcome(join(cwd, 'out'))).toEqual(alone);
    second.child.kill('SIGINT');
    expect(await second.ended).toBe(130);
    expect(second.said()).toContain('Stopping: each run saves and is given back.');
    // What was done is not done again.
    const again = ['sweep', 'tiny.json', '--save-dir', 'out', '--resume', '--queue', server.url];
    expect(await mann(again, cwd).ended).toBe(0);
    await expectClean(server.url);
  });

  it('stops runs on the machines where the sweep is stopped, and goes on later', async () => {
    const cwd = sweepFolder();
    const args = ['sweep', 'tiny.json', '--save-dir', 'out', '--queue', server.url];
    const sweep = mann(args, cwd);
    const worker = mann(['worker', '--queue', server.url, ...hasty], cwd);
    while (!worker.said().includes('begins')) await wait(50);
    await wait(1500);
    sweep.child.kill('SIGINT');
    expect(await sweep.ended, sweep.said()).toBe(130);
    expect(sweep.said()).toMatch(/Stopped, and saved; [1-4] of 4 runs are left/);
    const again = mann([...args, '--resume'], cwd);
    expect(await again.ended, again.said()).toBe(0);
    expect(outcome(join(cwd, 'out'))).toEqual(alone);
    worker.child.kill('SIGINT');
    await worker.ended;
    await expectClean(server.url);
  });
});

describe('without a server', () => {
  it.each(['redis://127.0.0.1:1', 'postgres://127.0.0.1:1/x'])('says so: %s', async (url) => {
    const worker = mann(['worker', '--queue', url], scratch('none'));
    expect(await worker.ended).toBe(2);
    expect(worker.said()).toMatch(
      /^mann: cannot use the queue at \S+127\.0\.0\.1:1\S*: connect ECONNREFUSED .*: is the server running, .*\n$/,
    );
  });
});

/** A certificate for localhost by an authority of its own. */
function certificates(): { ca: string; cert: string; key: string } {
  const folder = scratch('tls');
  const path = (name: string) => join(folder, name);
  const openssl = (...args: string[]) =>
    execFileSync('openssl', args, { stdio: 'ignore', cwd: folder });
  const days = ['-days', '2', '-nodes', '-newkey', 'rsa:2048'];
  openssl('req', '-x509', ...days, '-subj', '/CN=ca', '-keyout', 'ca.key', '-out', 'ca.pem');
  openssl(
    'req',
    ...days.slice(2),
    '-subj',
    '/CN=localhost',
    '-keyout',
    'key.pem',
    '-out',
    'csr.pem',
  );
  writeFileSync(path('ext'), 'subjectAltName=DNS:localhost\n');
  const sign = ['-req', '-in', 'csr.pem', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'];
  openssl('x509', ...sign, '-days', '2', '-extfile', 'ext', '-out', 'cert.pem');
  chmodSync(folder, 0o755);
  for (const name of ['key.pem', 'cert.pem', 'ca.pem']) {
    if (process.getuid?.() === 0) chownSync(path(name), 65534, 65534);
  }
  chmodSync(path('key.pem'), 0o600);
  return { ca: path('ca.pem'), cert: path('cert.pem'), key: path('key.pem') };
}

function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(!hasOpenssl())('with a password and TLS', () => {
  for (const kind of ['redis', 'postgres'] as const) {
    it.skipIf(missing(kind) !== undefined)(`keeps the password to itself: ${kind}`, async () => {
      await secretly(kind);
    });
  }
});

async function secretly(kind: ServerKind): Promise<void> {
  const { ca, cert, key } = certificates();
  const server = await startServer(kind, { password: SECRET, tls: { cert, key } });
  try {
    const cwd = sweepFolder();
    const port = server.port;
    const base =
      kind === 'redis'
        ? `rediss://default:PASSWORD@localhost:${port}`
        : `postgres://mann:PASSWORD@localhost:${port}/postgres?sslmode=verify-full&sslrootcert=${ca}`;
    const inside = base.replace('PASSWORD', encodeURIComponent(SECRET));
    const outside = base.replace(':PASSWORD', '');
    const trusting = { NODE_EXTRA_CA_CERTS: ca };
    const secret = { ...trusting, MANN_QUEUE_PASSWORD: SECRET };

    // Whoever does not know the certificate or the password is told so, and told nothing else.
    const distrustful = mann(
      ['worker', '--queue', inside.replace(/&sslrootcert=.*/, ''), '--debug'],
      cwd,
    );
    expect(await distrustful.ended, distrustful.said()).toBe(2);
    expect(distrustful.said()).toMatch(/self-signed certificate|unable to verify/);
    const wrong = inside.replace(encodeURIComponent(SECRET), 'wrong-password-1');
    const stranger = mann(['worker', '--queue', wrong, '--debug'], cwd, trusting);
    expect(await stranger.ended, stranger.said()).toBe(2);
    expect(stranger.said()).toMatch(/WRONGPASS|password authentication failed/);
    expect(stranger.said()).not.toContain('wrong-password-1');

    const worker = mann(['worker', '--queue', outside, '--debug', ...hasty], cwd, secret);
    const sweep = mann(
      ['sweep', 'tiny.json', '--save-dir', 'out', '--queue', inside],
      cwd,
      trusting,
    );
    while (!worker.said().includes('begins')) {
      if (worker.child.exitCode !== null) throw new Error(worker.said());
      await wait(50);
    }
    // A training is a process that gets no password.
    let environments: string[] = [];
    while (environments.length === 0 && worker.child.exitCode === null) {
      await wait(20);
      environments = environmentsBelow(worker.child.pid!);
    }
    expect(environments[0]).toContain('NO_COLOR=1');
    await wait(1500);
    sweep.child.kill('SIGINT');
    expect(await sweep.ended, sweep.said()).toBe(130);
    const again = ['sweep', 'tiny.json', '--save-dir', 'out', '--resume', '--queue', inside];
    const second = mann(again, cwd, trusting);
    const jobs = await everythingIn(inside, ca);
    expect(await second.ended, second.said()).toBe(0);
    worker.child.kill('SIGINT');
    await worker.ended;
    expect(outcome(join(cwd, 'out'))).toEqual(alone);

    const said = [distrustful, sweep, second, worker].map((one) => one.said());
    const files = readdirSync(cwd, { recursive: true, encoding: 'utf8' }).map((name) => {
      try {
        return readFileSync(join(cwd, name), 'latin1');
      } catch {
        return ''; // a folder
      }
    });
    for (const text of [...said, ...files, ...environments, jobs]) {
      for (const form of [
        SECRET,
        encodeURIComponent(SECRET),
        Buffer.from(SECRET).toString('latin1'),
      ]) {
        expect(text.includes(form)).toBe(false);
      }
    }
    expect(jobs).toContain('--dataset=glyphs');
  } finally {
    await server.remove();
  }
}

/** Those of the processes that a process started; only Linux tells. */
function environmentsBelow(pid: number): string[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text
    .trim()
    .split(/\s+/)
    .filter(Boolean)
    .flatMap((child) => {
      try {
        // Until it has begun, it is a copy of its parent.
        const hasBegun = readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('--as-child');
        return hasBegun ? [readFileSync(`/proc/${child}/environ`, 'utf8')] : [];
      } catch {
        return []; // it has ended
      }
    });
}

/** All jobs in a server, as text. */
async function everythingIn(url: string, ca: string): Promise<string> {
  const address = queueAddress(url);
  const connection = address.connection();
  // This process was not started with NODE_EXTRA_CA_CERTS.
  const trusting =
    address.kind === 'redis'
      ? { ...address, connection: () => ({ ...connection, tls: { ca: readFileSync(ca, 'utf8') } }) }
      : address;
  const server = await QueueServer.open(trusting);
  try {
    for (;;) {
      const jobs = await server.trainings.getJobs([
        'wait',
        'active',
        'completed',
        'failed',
        'delayed',
      ]);
      if (jobs.length > 0) return JSON.stringify(jobs.map((job) => job.asJSON()));
      await wait(100);
    }
  } finally {
    await server.close();
  }
}
