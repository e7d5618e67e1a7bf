/** Users without a home folder, or with one that cannot be written. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import { symbols, temporaryFolder, tiny } from '../cli/run.js';
import { AS_NOBODY, built, main, need, openFolder } from './tools.js';

const NOBODY = 54321;

chmodSync(dirname(symbols), 0o755);

/** Runs Node as a user that is in no /etc/passwd and has no HOME. */
function asNobody(context: TestContext, args: readonly string[], env: Record<string, string> = {}) {
  need(context, 'setpriv', ...AS_NOBODY, process.execPath, '--version');
  // a checkout that nobody but its owner can read
  need(context, 'setpriv', ...AS_NOBODY, process.execPath, '--check', main);
  const { HOME: _, MANN_CACHE: __, XDG_CACHE_HOME: ___, ...others } = process.env;
  return spawnSync('setpriv', [...AS_NOBODY, process.execPath, ...args], {
    env: { ...others, NO_COLOR: '1', ...env },
    encoding: 'utf8',
  });
}

/** Keeps something, finds it again and says where it is. */
const useCache = `
  const { readCache, writeCache } = await import(${JSON.stringify(built('data/omniglot/cache.js'))});
  const { cacheFolders } = await import(${JSON.stringify(built('data/omniglot/cache-places.js'))});
  const key = { source: 'here', state: 'now' };
  await writeCache(key, { info: 'kept', bytes: new Uint8Array(9) });
  console.log(JSON.stringify([(await readCache(key))?.info, ...cacheFolders()]));`;

describe('a user without HOME and without an entry in /etc/passwd', () => {
  it('prints the version, the pretrained models and the data', (context) => {
    for (const args of [['--version'], ['models'], ['data', 'info', '--dataset', symbols]]) {
      const { status, stdout, stderr } = asNobody(context, [main, ...args]);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).not.toBe('');
    }
  });

  it('trains', (context) => {
    const run = join(openFolder(), 'run');
    const args = ['train', ...tiny, '--iterations', '2', '--save-dir', run];
    const { status, stderr } = asNobody(context, [main, ...args]);
    expect(status, stderr).toBe(0);
    expect(readdirSync(run)).toContain('report.html');
  });

  it('imports the library, and keeps things in the temporary folder', (context) => {
    const TMPDIR = openFolder();
    const library = asNobody(context, ['-e', `import(${JSON.stringify(built('index.js'))})`], {
      TMPDIR,
    });
    expect(library).toMatchObject({ status: 0, stderr: '' });
    expect(readdirSync(TMPDIR)).toEqual([]);
    const { stdout, stderr } = asNobody(context, ['--input-type=module', '-e', useCache], {
      TMPDIR,
    });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual(['kept', join(TMPDIR, `mann-${NOBODY}`)]);
    expect(statSync(join(TMPDIR, `mann-${NOBODY}`)).mode & 0o777).toBe(0o700);
  });

  it('does not take what another user has put there for its own', (context) => {
    const TMPDIR = openFolder();
    mkdirSync(join(TMPDIR, `mann-${NOBODY}`));
    chmodSync(join(TMPDIR, `mann-${NOBODY}`), 0o777);
    const { stdout, stderr } = asNobody(context, ['--input-type=module', '-e', useCache], {
      TMPDIR,
    });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual([null]);
    const download = asNobody(context, [main, 'data', 'download', '--from', 'http://0.0.0.0:1'], {
      TMPDIR,
    });
    expect(download.status).toBe(2);
    expect(download.stderr).toMatch(
      /^mann: cannot write to a folder for downloads: .*\. Name one with --data DIR, or in the environment variable MANN_CACHE\.\n$/,
    );
  });
});

it.each(['/proc/none', '', 'relative'])("HOME is '%s', which cannot be written", (HOME) => {
  const TMPDIR = temporaryFolder();
  const { XDG_CACHE_HOME: _, MANN_CACHE: __, ...others } = process.env;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', useCache], {
    env: { ...others, HOME, TMPDIR },
    cwd: TMPDIR,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  const [kept, ...folders] = JSON.parse(stdout) as string[];
  expect(kept).toBe('kept');
  expect(readdirSync(TMPDIR)).toEqual([basename(folders.at(-1)!)]);
});

it('the version and the import of the library leave home and cache alone', () => {
  const HOME = temporaryFolder();
  const env = { ...process.env, HOME, XDG_CACHE_HOME: '', MANN_CACHE: '' };
  for (const args of [
    [main, '--version'],
    ['-e', `import(${JSON.stringify(built('index.js'))})`],
  ]) {
    expect(spawnSync(process.execPath, args, { env }).status).toBe(0);
  }
  expect(readdirSync(HOME)).toEqual([]);
});
