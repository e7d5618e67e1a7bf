import { execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FolderLock, LOCK_FILE } from '../../dist/runs/folder-lock.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'mann-lock-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

const path = (folder = dir) => join(folder, LOCK_FILE);

/** A lock as another process would leave it: this one's, with changes. */
function leave(changes: object, { name = LOCK_FILE, secondsAgo = 0 } = {}): void {
  const own = mkdtempSync(join(dir, 'own-'));
  const lock = FolderLock.take(own);
  const record = { ...JSON.parse(readFileSync(path(own), 'utf8')), ...changes };
  lock.release();
  rmSync(own, { recursive: true });
  writeFileSync(join(dir, name), JSON.stringify(record));
  age(name, secondsAgo);
}

function age(name: string, seconds: number): void {
  const time = Date.now() / 1000 - seconds;
  utimesSync(join(dir, name), time, time);
}

/** The number of a process that has ended. */
function deadProcess(): number {
  return Number(execFileSync(process.execPath, ['-p', 'process.pid']).toString());
}

/** It can be taken, nothing of the former lock stays, and nothing at all once it is given free. */
function expectFree(): void {
  const lock = FolderLock.take(dir);
  expect(readdirSync(dir)).toEqual([LOCK_FILE]);
  lock.release();
  expect(readdirSync(dir)).toEqual([]);
}

function expectHeld(message: RegExp): void {
  const before = readdirSync(dir).sort();
  expect(() => FolderLock.take(dir)).toThrow(message);
  expect(() => FolderLock.take(dir)).toThrow(expect.objectContaining({ name: 'UserError' }));
  expect(readdirSync(dir).sort()).toEqual(before); // it leaves nothing
}

describe('a folder', () => {
  it('is one training’s at a time, and says whose', () => {
    const lock = FolderLock.take(dir);
    expectHeld(
      new RegExp(
        `: process ${process.pid}, since \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d, is training here: ` +
          `wait for it to end, stop it \\(kill ${process.pid} works like Ctrl-C\\), or choose another folder$`,
      ),
    );
    lock.release();
    expectFree();
  });

  it('of a process that still lives is not taken', () => {
    leave({ pid: process.pid });
    expectHeld(/ is training here/);
    age(LOCK_FILE, 1e6); // it may have been halted, or have much to compute
    if (process.platform === 'linux') expectHeld(/ is training here/);
  });

  it('that cannot be written is the error of the file system', () => {
    expect(() => FolderLock.take(join(dir, 'none'))).toThrow(/ENOENT/);
  });
});

describe('a lock that was left behind', () => {
  it('by a process that died is taken over', () => {
    leave({ pid: deadProcess() });
    expectFree();
  });

  it.skipIf(process.platform !== 'linux')(
    'by one whose number another process has now, too',
    () => {
      leave({ pid: process.ppid, started: '1' });
      expectFree();
    },
  );

  const elsewhere = { pid: 1, realm: 'another start of this machine, or another one', host: 'far' };

  it('where the process cannot be looked at is taken over when it has been quiet for a minute', () => {
    leave(elsewhere, { secondsAgo: 30 });
    expectHeld(
      /: process 1 on far, since .*, is training here: wait for it to end, stop it there, or choose another folder; if it is gone, try again in a minute$/,
    );
    age(LOCK_FILE, 61);
    expectFree();
  });

  it('by a clock that was ahead does not stay for long', () => {
    leave(elsewhere, { secondsAgo: -3600 });
    expectFree();
  });

  it('half written counts for a minute', () => {
    writeFileSync(path(), '{"token":"a');
    expectHeld(/: another process is training here/);
    age(LOCK_FILE, 61);
    expectFree();
  });

  it('in the midst of taking one over is taken over', () => {
    const pid = deadProcess();
    leave({ token: 'a', pid });
    leave({ token: 'b', pid }, { name: `${LOCK_FILE}.a` });
    leave({ token: 'c', pid }, { name: `${LOCK_FILE}.b` });
    expectFree();
  });

  it('belongs to the first one that takes it over, also while it is doing so', () => {
    leave({ token: 'a', pid: deadProcess() });
    leave({ token: 'b' }, { name: `${LOCK_FILE}.a` });
    expectHeld(new RegExp(`: process ${process.pid}, .* is training here`));
  });
});

it('a process that lost its folder while it was halted hears of it, and leaves it alone', () => {
  const lock = FolderLock.take(dir);
  lock.check();
  leave({ pid: 12, realm: 'elsewhere', host: 'far' });
  expect(() => lock.check()).toThrow(
    /: process 12 on far, since .*, took over this folder while this training was suspended/,
  );
  lock.release();
  expect(existsSync(path())).toBe(true);
});

it('a folder that went away is no trouble: what is written there next will tell', () => {
  const lock = FolderLock.take(dir);
  rmSync(dir, { recursive: true });
  lock.check();
  lock.release();
});

const module = pathToFileURL(join(import.meta.dirname, '../../dist/runs/folder-lock.js'));
const script = (code: string) => [
  '--input-type=module',
  '-e',
  `import { FolderLock } from '${module}'; ${code}`,
];

it('goes with its process when that exits', () => {
  const code = `FolderLock.take(process.argv[1]); process.exit(0);`;
  execFileSync(process.execPath, [...script(code), dir]);
  expect(readdirSync(dir)).toEqual([]);
});

it('of many processes at the very same moment one gets the folder', async () => {
  const rounds = 60;
  const pid = deadProcess();
  const folders = Array.from({ length: rounds }, (_, i) => join(dir, `round-${i}`));
  folders.forEach((folder, i) => {
    mkdirSync(folder);
    if (i % 3 === 0) return; // nobody was there before
    leave({ token: 'a', pid }, { name: join(`round-${i}`, LOCK_FILE) });
    if (i % 3 === 1) leave({ token: 'b', pid }, { name: join(`round-${i}`, `${LOCK_FILE}.a`) });
  });
  // All come to the same folder at the same moment; who gets it keeps it.
  const begin = Date.now() + 1500;
  const code = `
    import { existsSync, writeFileSync } from 'node:fs';
    const [begin, ...folders] = process.argv.slice(1);
    const wins = [];
    folders.forEach((folder, i) => {
      while (Date.now() < Number(begin) + 20 * i);
      try {
        FolderLock.take(folder);
        wins.push(i);
      } catch (error) {
        if (error.name !== 'UserError') throw error;
      }
    });
    process.stdout.write(JSON.stringify(wins));
    process.stdin.on('end', () => process.exit()).resume(); // lives until all are done`;
  const processes = [1, 2, 3, 4].map(() => {
    const child = spawn(process.execPath, [...script(code), String(begin), ...folders], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const wins = new Promise<number[]>((resolve) => {
      child.stdout.once('data', (text: Buffer) => resolve(JSON.parse(text.toString())));
    });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    return { child, wins, ended };
  });
  const wins = (await Promise.all(processes.map((p) => p.wins))).flat();
  for (const { child } of processes) child.stdin.end();
  expect(wins.sort((a, b) => a - b)).toEqual(Array.from({ length: rounds }, (_, i) => i));
  expect(await Promise.all(processes.map((p) => p.ended))).toEqual([0, 0, 0, 0]);
  expect(folders.flatMap((folder) => readdirSync(folder))).toEqual([]); // they went with their processes
});
