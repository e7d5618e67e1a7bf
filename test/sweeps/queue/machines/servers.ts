/** Real servers for tests: each on a free port, with its data in a folder of its own, and gone at the end. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type ServerKind = 'redis' | 'postgres';

export interface TestServer {
  readonly kind: ServerKind;
  readonly port: number;
  readonly url: string;
  /** Kills it as a power cut would, or shuts it down. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again with the data that it has. */
  start(): Promise<void>;
  /** Ends it and removes its data. */
  remove(): Promise<void>;
}

export interface ServerSetup {
  /** Addresses to listen on. Default: the loopback. */
  readonly host?: string;
  readonly password?: string;
  /** Certificate and key: Redis speaks only TLS then, PostgreSQL both. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

function found(name: string, places: readonly string[]): string | undefined {
  const path = (process.env.PATH ?? '').split(':');
  return [...path, ...places].map((place) => join(place, name)).find((file) => existsSync(file));
}

/** Debian keeps the programs of each version of PostgreSQL in a folder of its own. */
function postgresPlaces(): string[] {
  const root = '/usr/lib/postgresql';
  if (!existsSync(root)) return [];
  return readdirSync(root)
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => `${root}/${version}/bin`);
}

const REDIS = found('redis-server', []) ?? found('valkey-server', []);
const INITDB = found('initdb', postgresPlaces());

/** Why a server can't be started here; undefined where it can. */
export function missing(kind: ServerKind): string | undefined {
  if (kind === 'redis') return REDIS ? undefined : 'redis-server is not installed';
  return INITDB ? undefined : 'postgresql is not installed';
}

/** The user that servers run as: PostgreSQL refuses root. */
const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;
const user = isRoot ? { uid: NOBODY, gid: NOBODY } : {};

/** A folder that the server can use. */
export function folderFor(what: string): string {
  const folder = mkdtempSync(join(tmpdir(), `mann-${what}-`));
  chmodSync(folder, 0o700);
  if (isRoot) chownSync(folder, NOBODY, NOBODY);
  return folder;
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
    probe.on('error', reject);
  });
}

/** Starts a server. */
export async function startServer(kind: ServerKind, setup: ServerSetup = {}): Promise<TestServer> {
  const server = kind === 'redis' ? await redis(setup) : await postgres(setup);
  await server.start();
  return server;
}

async function redis({ host = '127.0.0.1', password, tls }: ServerSetup): Promise<TestServer> {
  const port = await freePort();
  const folder = folderFor('redis');
  const args = [
    ...['--bind', host, '--dir', folder, '--loglevel', 'warning', '--protected-mode', 'no'],
    // Every write is on the disk before it is answered: what a restart must not lose.
    ...['--save', '', '--appendonly', 'yes', '--appendfsync', 'always'],
    ...(password ? ['--requirepass', password] : []),
    ...(tls
      ? ['--port', '0', '--tls-port', String(port), '--tls-auth-clients', 'no']
      : ['--port', String(port)]),
    ...(tls
      ? ['--tls-cert-file', tls.cert, '--tls-key-file', tls.key, '--tls-ca-cert-file', tls.cert]
      : []),
  ];
  const secret = password ? `:${password}@` : '';
  return onProcess({
    kind: 'redis',
    port,
    url: `${tls ? 'rediss' : 'redis'}://${secret}${tls ? 'localhost' : host}:${port}`,
    folder,
    spawn: () => spawn(REDIS!, args, { stdio: ['ignore', 'pipe', 'pipe'], ...user }),
    host,
  });
}

async function postgres({ host = '127.0.0.1', password, tls }: ServerSetup): Promise<TestServer> {
  const port = await freePort();
  const folder = folderFor('postgres');
  const data = join(folder, 'data');
  const quiet = { stdio: 'ignore', cwd: folder, ...user } as const;
  // --no-sync: initdb alone; the server itself does sync.
  const auth = ['--auth', password ? 'scram-sha-256' : 'trust'];
  const initial = ['-D', data, '-U', 'mann', '-E', 'UTF8', '--locale=C', '--no-sync', ...auth];
  if (password) {
    const file = join(folder, 'password');
    execFileSync('sh', ['-c', 'printf %s "$SECRET" > "$FILE"'], {
      ...quiet,
      env: { ...process.env, SECRET: password, FILE: file },
    });
    initial.push(`--pwfile=${file}`);
  }
  execFileSync(INITDB!, initial, quiet);
  const others = host === '127.0.0.1' ? [] : [`host all all ${host}/24 trust`];
  for (const line of others) {
    execFileSync('sh', ['-c', 'echo "$LINE" >> "$FILE"'], {
      ...quiet,
      env: { ...process.env, LINE: line, FILE: join(data, 'pg_hba.conf') },
    });
  }
  const settings = {
    listen_addresses: host,
    port: String(port),
    unix_socket_directories: folder,
    max_connections: '200',
    ...(tls && { ssl: 'on', ssl_cert_file: tls.cert, ssl_key_file: tls.key }),
  };
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const program = INITDB!.replace(/initdb$/, 'postgres');
  const secret = password ? `:${password}` : '';
  return onProcess({
    kind: 'postgres',
    port,
    url: `postgres://mann${secret}@${tls ? 'localhost' : host}:${port}/postgres`,
    folder,
    spawn: () =>
      spawn(program, ['-D', data, ...args], {
        stdio: ['ignore', 'pipe', 'pipe'],
        cwd: folder,
        ...user,
      }),
    host,
  });
}

interface Program {
  readonly kind: ServerKind;
  readonly port: number;
  readonly url: string;
  readonly folder: string;
  readonly host: string;
  spawn(): ChildProcess;
}

function onProcess({ kind, port, url, folder, host, spawn }: Program): TestServer {
  let child: ChildProcess | undefined;
  const server: TestServer = {
    kind,
    port,
    url,
    async start() {
      const started = spawn();
      child = started;
      running.add(started);
      let said = '';
      for (const stream of [started.stdout!, started.stderr!]) {
        stream.setEncoding('utf8').on('data', (text: string) => {
          said = (said + text).slice(-4000);
        });
      }
      let code: number | null | undefined;
      started.on('exit', (status) => {
        code = status;
        running.delete(started);
      });
      for (let i = 0; i < 300; i++) {
        if (code !== undefined) throw new Error(`${kind} ended with ${code}: ${said}`);
        if (await answers(kind, port, host)) return;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      throw new Error(`${kind} does not answer: ${said}`);
    },
    async stop(signal = 'SIGTERM') {
      const stopped = child;
      child = undefined;
      if (!stopped || stopped.exitCode !== null || stopped.signalCode !== null) return;
      const ended = new Promise((resolve) => stopped.once('exit', resolve));
      // PostgreSQL waits for its clients on SIGTERM; SIGINT is its fast shutdown, SIGQUIT a crash.
      const postgresSignals: Record<string, NodeJS.Signals> = {
        SIGTERM: 'SIGINT',
        SIGKILL: 'SIGQUIT',
      };
      stopped.kill(kind === 'postgres' ? (postgresSignals[signal] ?? signal) : signal);
      await ended;
    },
    async remove() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return server;
}

/** Whether it speaks its protocol, not only listens: PostgreSQL listens before it is ready. */
async function answers(kind: ServerKind, port: number, host: string): Promise<boolean> {
  const { connect } = await import('node:net');
  return new Promise((resolve) => {
    const socket = connect({ port, host });
    const end = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(1000, () => end(false));
    socket.on('error', () => end(false));
    socket.on('connect', () => {
      if (kind === 'redis') return end(true); // or TLS, which is not spoken here
      const hello = Buffer.from('\0\0\0\0\0\x03\0\0user\0mann\0database\0postgres\0\0', 'latin1');
      hello.writeInt32BE(hello.length);
      socket.write(hello);
    });
    // R: authentication; E: an error, such as that it is starting up.
    socket.on('data', (bytes) => end(bytes[0] === 0x52));
  });
}
