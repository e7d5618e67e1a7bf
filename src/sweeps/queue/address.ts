/** Where a queue is: the URL of `--queue`, taken apart so that its password is in no text that anybody prints. */
import { readFileSync } from 'node:fs';
import { UserError } from '../../common/errors.js';
import { fileError } from '../../common/files/file-errors.js';
import { quoted } from '../../common/printable.js';

/** What Node's TLS is told. */
interface TlsOptions {
  rejectUnauthorized?: boolean;
  ca?: string;
  cert?: string;
  key?: string;
  checkServerIdentity?: () => undefined;
}

/** For the driver. Its password is not enumerable. */
export interface Connection {
  readonly host?: string;
  readonly port?: number;
  readonly user?: string;
  readonly username?: string;
  readonly password?: string;
  readonly database?: string;
  readonly db?: number;
  readonly tls?: TlsOptions;
  readonly ssl?: TlsOptions | false;
}

export interface QueueAddress {
  readonly kind: 'redis' | 'postgres';
  /** For people: without user and password. */
  readonly shown: string;
  /** For a command line: without the password, which is then asked of the environment. */
  readonly again: string;
  connection(): Connection;
  /** A text that came from outside, without the password. */
  conceal(text: string): string;
}

const FORMS =
  'it must be like redis://HOST:6379, rediss://HOST:6379 (TLS), or postgres://USER@HOST:5432/DATABASE';
/** Shorter ones would take half of every sentence with them, and hide nothing. */
const SHORTEST_HIDDEN = 4;

/**
 * Takes a queue's URL apart: `queueAddress('redis://localhost:6379')`. A password that it does not have comes from the
 * environment: MANN_QUEUE_PASSWORD, and for PostgreSQL also PGPASSWORD.
 * @throws UserError where it is none; the message does not repeat it
 */
export function queueAddress(
  text: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): QueueAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const kind = kindOf(url?.protocol);
  // What can't be taken apart may be a password to the last letter.
  if (!url || !kind) throw new UserError(`--queue: this is not the URL of a queue: ${FORMS}`);
  // A password with a slash in it ends up in the path, and nothing of it may be repeated.
  if (/@/.test(url.pathname + url.search + url.hash)) {
    throw new UserError(
      '--queue: a / ? # or @ in the user, password or database must be written as %2F %3F %23 or %40',
    );
  }
  if (url.hash) throw new UserError('--queue: a # in the URL must be written as %23');
  const fallback =
    environment.MANN_QUEUE_PASSWORD || (kind === 'postgres' && environment.PGPASSWORD) || '';
  const password = decoded(url.password) || fallback;
  const parts = kind === 'redis' ? redisParts(url) : postgresParts(url);
  const path = url.pathname === '/' ? '' : url.pathname;
  return {
    kind,
    shown: `${url.protocol}//${url.host}${path}`,
    again: withoutPassword(url),
    connection: () => ({ ...parts, ...(password && { password }) }),
    conceal: (said) =>
      [password, url.password, encodeURIComponent(password)]
        .filter((secret) => secret.length >= SHORTEST_HIDDEN)
        .reduce((left, secret) => left.replaceAll(secret, '***'), said),
  };
}

function withoutPassword(url: URL): string {
  const copy = new URL(url);
  copy.password = '';
  return copy.href;
}

function kindOf(protocol: string | undefined): QueueAddress['kind'] | undefined {
  if (protocol === 'redis:' || protocol === 'rediss:') return 'redis';
  return protocol === 'postgres:' || protocol === 'postgresql:' ? 'postgres' : undefined;
}

function redisParts(url: URL): Connection {
  refuseOthers(url, []);
  const db = url.pathname.slice(1);
  if (!/^\d{0,4}$/.test(db)) {
    throw new UserError(
      `--queue: the path of a redis URL is the number of a database, not ${quoted(db)}`,
    );
  }
  return {
    host: bare(url.hostname) || 'localhost',
    port: Number(url.port) || 6379,
    ...(url.username && { username: decoded(url.username) }),
    ...(db && { db: Number(db) }),
    ...(url.protocol === 'rediss:' && { tls: {} }),
  };
}

function postgresParts(url: URL): Connection {
  refuseOthers(url, ['host', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey']);
  const ssl = sslOf(url.searchParams);
  const host = url.searchParams.get('host') || bare(url.hostname);
  return {
    ...(host && { host }),
    ...(url.port && { port: Number(url.port) }),
    ...(url.username && { user: decoded(url.username) }),
    ...(url.pathname.length > 1 && { database: decoded(url.pathname.slice(1)) }),
    ...(ssl !== undefined && { ssl }),
  };
}

/** What libpq means by its modes; pg's own reading of them is about to change. */
function sslOf(parameters: URLSearchParams): TlsOptions | false | undefined {
  const mode = parameters.get('sslmode');
  const file = (name: string) => {
    const path = parameters.get(name);
    return path ? readText(path) : undefined;
  };
  const files: TlsOptions = {};
  const [ca, cert, key] = ['sslrootcert', 'sslcert', 'sslkey'].map(file);
  if (ca !== undefined) files.ca = ca;
  if (cert !== undefined) files.cert = cert;
  if (key !== undefined) files.key = key;
  switch (mode) {
    case null:
      return Object.keys(files).length > 0 ? files : undefined;
    case 'disable':
      return false;
    case 'require':
      return ca === undefined
        ? { ...files, rejectUnauthorized: false }
        : { ...files, checkServerIdentity: () => undefined };
    case 'verify-ca':
      return { ...files, checkServerIdentity: () => undefined };
    case 'verify-full':
      return files;
    default:
      throw new UserError(
        `--queue: sslmode must be disable, require, verify-ca or verify-full, not ${quoted(mode)}`,
      );
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw fileError(error, `--queue: cannot read ${path}`);
  }
}

function refuseOthers(url: URL, known: readonly string[]): void {
  const other = [...url.searchParams.keys()].find((name) => !known.includes(name));
  if (other === undefined) return;
  const may = known.length > 0 ? `: it may have ${known.join(', ')}` : '';
  throw new UserError(`--queue: the URL has an unknown parameter ${quoted(other)}${may}`);
}

/** Without the brackets of an IPv6 address. */
const bare = (host: string) => decoded(host).replace(/^\[(.*)\]$/, '$1');

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new UserError('--queue: a % in the URL must be written as %25');
  }
}
