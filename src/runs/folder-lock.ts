/**
 * One training at a time writes to a folder (Node): a file in it says whose it is.
 *
 * Ours, because proper-lockfile, the one that is widely used, tells the living from the dead by a time
 * stamp alone: a run could not go on for ten seconds after a crash, one that computes for longer than
 * that without a pause would lose its folder, and nobody could be told who has it. Locks of the
 * kernel (flock) go with their process, but need a compiled addon.
 *
 * Whose process can be looked at is dead or alive, whatever the time; its start tells it from another one
 * of the same number. Where it can't be (another machine or container shares the folder, or this one
 * was started again), it counts as alive while its file is written anew now and then: nobody ever
 * has to remove a lock by hand.
 */
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  linkSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../common/errors.js';
import { isAlive } from '../common/files/atomic-file.js';

export const LOCK_FILE = '.lock';
/** Milliseconds between two signs of life. */
const BEAT = 10_000;
/** Without a sign of life for so long, a process that cannot be looked at counts as gone. */
const LAPSE = 60_000;

/** Who holds a folder. */
interface Holder {
  /** Never the same twice. */
  readonly token: string;
  readonly pid: number;
  /** When that process was started, in the system's own words; not known everywhere. */
  readonly started?: string | undefined;
  /** Within it process numbers mean the same: a start of a machine, and a container of it. */
  readonly realm: string;
  readonly host: string;
  /** ISO 8601. */
  readonly since: string;
}

/** A lock file as it was found. */
interface Found {
  /** Undefined: it was cut off. */
  readonly holder: Holder | undefined;
  /** Tells this lock from all others. */
  readonly token: string;
  /** Of the last sign of life, by the clock of the file system. */
  readonly time: number;
}

/** Those of this process. They go with it, as far as it is told that it ends. */
const held = new Set<FolderLock>();
const releaseAll = () => {
  for (const lock of held) lock.release();
};

/** A folder that this process alone writes to. */
export class FolderLock {
  readonly #folder: string;
  readonly #own: Holder;
  readonly #beat: NodeJS.Timeout;

  private constructor(folder: string, own: Holder) {
    this.#folder = folder;
    this.#own = own;
    this.#beat = setInterval(() => this.#giveSign(), BEAT).unref();
    held.add(this);
    if (!process.listeners('exit').includes(releaseAll)) process.on('exit', releaseAll);
  }

  /**
   * Takes a folder, also over from a process that is gone.
   * @throws UserError when another training has it; else what the file system throws
   */
  static take(folder: string): FolderLock {
    const own = thisProcess();
    const aside = join(folder, `${LOCK_FILE}.${own.token}.${process.pid}.tmp`);
    try {
      writeFileSync(aside, JSON.stringify(own), { flag: 'wx' });
      // Both times are of one clock, whatever machine the folder is on.
      const now = statSync(aside).mtimeMs;
      while (!claim(folder, aside, now)) {
        // Somebody was quicker: see who.
      }
    } finally {
      rmSync(aside, { force: true });
    }
    for (const name of readdirSync(folder)) {
      if (/^\.lock\.[^.]+$/.test(name)) rmSync(join(folder, name), { force: true });
    }
    return new FolderLock(folder, own);
  }

  /**
   * To be called before writing: a process that was halted for long may have lost its folder.
   * @throws UserError when another training has taken it over
   */
  check(): void {
    const found = read(join(this.#folder, LOCK_FILE));
    if (!found || found.token === this.#own.token) return; // gone: with the folder, so writing will tell
    throw new UserError(
      `${this.#folder}: ${nameOf(found.holder)} took over this folder while this training was suspended, ` +
        'and continues the run: this one ends here',
    );
  }

  /** Gives the folder free. */
  release(): void {
    clearInterval(this.#beat);
    if (!held.delete(this)) return;
    const path = join(this.#folder, LOCK_FILE);
    try {
      if (read(path)?.token === this.#own.token) rmSync(path, { force: true });
    } catch {
      // Whoever comes next sees that this process is gone.
    }
  }

  #giveSign(): void {
    const path = join(this.#folder, LOCK_FILE);
    try {
      if (read(path)?.token !== this.#own.token) return;
      // Written, not touched: so it is the file's machine that says what time it is.
      const file = openSync(path, 'r+');
      writeSync(file, JSON.stringify(this.#own));
      closeSync(file);
    } catch {
      // The next thing that is written there will tell.
    }
  }
}

/**
 * Tries once to make the file `aside` the folder's lock.
 *
 * A lock that is stale is never removed: in between, another one could have taken it over, and would be
 * robbed. Instead the lock file that bears its token can be made once only, by one process, which then
 * puts it in the place of the stale one; and when that process dies before it does so, the same
 * holds for its own file.
 * @returns false: somebody else was quicker
 * @throws UserError when the folder is held
 */
function claim(folder: string, aside: string, now: number): boolean {
  const path = join(folder, LOCK_FILE);
  const stale = read(path);
  let next = path;
  for (let found = stale; found; found = read(next)) {
    if (isHeld(found, now)) throw refusal(folder, found.holder);
    next = `${path}.${found.token}`;
  }
  if (!publish(aside, next)) return false;
  if (next === path) return true;
  // Whoever was slow after looking at the lock may have made a successor to one that is long past.
  if (read(path)?.token === stale?.token) {
    renameSync(next, path);
    return true;
  }
  rmSync(next, { force: true });
  return false;
}

/** Gives a file a further name, unless there is a file of that name. */
function publish(aside: string, path: string): boolean {
  const link = () => linkSync(aside, path);
  // Some file systems have no links. A process that is killed in here leaves half a lock, which lapses.
  const copy = () => writeFileSync(path, readFileSync(aside), { flag: 'wx' });
  for (const make of [link, copy]) {
    try {
      make();
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      if (make === copy) throw error;
    }
  }
  return false;
}

function read(path: string): Found | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const time = fstatSync(file).mtimeMs;
    const holder = parse(readFileSync(file, 'utf8'));
    return { holder, token: holder?.token ?? `cut-${Math.round(time)}`, time };
  } finally {
    closeSync(file);
  }
}

function parse(text: string): Holder | undefined {
  try {
    const holder = JSON.parse(text) as Holder;
    return typeof holder.token === 'string' && /^[\w-]+$/.test(holder.token) ? holder : undefined;
  } catch {
    return undefined;
  }
}

function isHeld({ holder, time }: Found, now: number): boolean {
  if (holder && holder.realm === realm()) {
    if (!isAlive(holder.pid)) return false;
    const started = startOf(holder.pid);
    if (holder.started !== undefined && started !== undefined) return holder.started === started;
  }
  return Math.abs(now - time) < LAPSE; // a clock that was set back must not keep anybody out
}

function refusal(folder: string, holder: Holder | undefined): UserError {
  const isHere = holder?.realm === realm();
  return new UserError(
    `${folder}: ${nameOf(holder)} is training here: wait for it to end, ` +
      `${isHere ? `stop it (kill ${holder.pid} works like Ctrl-C)` : 'stop it there'}, ` +
      `or choose another folder${isHere ? '' : '; if it is gone, try again in a minute'}`,
  );
}

function nameOf(holder: Holder | undefined): string {
  if (!holder) return 'another process';
  const where = holder.realm === realm() ? '' : ` on ${holder.host}`;
  return `process ${holder.pid}${where}, since ${new Date(holder.since).toLocaleString('sv')},`;
}

function thisProcess(): Holder {
  return {
    token: randomUUID(),
    pid: process.pid,
    started: startOf(process.pid),
    realm: realm(),
    host: hostname(),
    since: new Date().toISOString(),
  };
}

function realm(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname(); // systems other than Linux
  }
}

/** When a process was started; `dead` for one that only waits to be buried; undefined where this is not known. */
function startOf(pid: number): string | undefined {
  try {
    // Fields from the third on; the second, a name in brackets, may hold anything.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return /[ZXx]/.test(fields[0]!) ? 'dead' : fields[19];
  } catch {
    return undefined;
  }
}
