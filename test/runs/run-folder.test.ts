import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { writeFileAtomic } from '../../dist/common/files/atomic-file.js';
import { serialiseCheckpoint } from '../../dist/runs/checkpoint.js';
import {
  checkpointName,
  loadCheckpoint,
  newestCheckpoint,
  RunFolder,
  type RunFolderOptions,
  resolveCheckpoint,
} from '../../dist/runs/run-folder.js';
import type { ResumableCheckpoint } from '../../dist/training/state.js';
import { tinyRun } from '../training/tiny.js';

let dir: string;
const saved: ResumableCheckpoint[] = [];

/** As a program that ends before the next one begins. */
async function open(path: string, options?: RunFolderOptions) {
  const opened = await RunFolder.open(path, options);
  opened.folder.close();
  return opened;
}

beforeAll(async () => {
  await tinyRun({ save: (checkpoint) => void saved.push(checkpoint) }); // steps 5, 10, 14
});
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'mann-run-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

const files = () => readdirSync(dir).sort();

describe('a run folder', () => {
  it('keeps the newest two checkpoints', async () => {
    const { folder, found } = await open(join(dir, 'deep', 'run'));
    expect(found).toBe(undefined);
    for (const checkpoint of saved) await folder.save(checkpoint);
    expect(readdirSync(folder.path).sort()).toEqual([
      'checkpoint-0000010.safetensors',
      'checkpoint-0000014.safetensors',
    ]);
    expect((await newestCheckpoint(folder.path))?.checkpoint).toEqual(saved[2]);
  });

  it('keeps at least one', async () => {
    for (const keep of [0, -1, 1.5, Number.NaN]) {
      await expect(RunFolder.open(dir, { keep })).rejects.toThrow(
        `RunFolder.open: keep must be a whole number from 1, or Infinity, not ${keep}`,
      );
    }
    const { folder } = await open(dir, { keep: Number.POSITIVE_INFINITY });
    for (const checkpoint of saved) await folder.save(checkpoint);
    expect(files()).toHaveLength(3);
  });

  it('leaves other files alone', async () => {
    writeFileSync(join(dir, 'notes.txt'), 'mine');
    writeFileSync(join(dir, 'checkpoint-old.safetensors'), 'mine');
    const { folder } = await open(dir);
    for (const checkpoint of saved) await folder.save(checkpoint);
    expect(files()).toContain('notes.txt');
    expect(files()).toContain('checkpoint-old.safetensors');
  });

  it('passes over broken checkpoints and says so', async () => {
    const { folder } = await open(dir);
    await folder.save(saved[0]!);
    await folder.save(saved[1]!);
    truncateSync(join(dir, checkpointName(10)), 1000);
    const { found } = await open(dir, { resume: true });
    expect(found?.checkpoint.step).toBe(5);
    expect(found?.skipped).toHaveLength(1);
    expect(found?.skipped[0]).toMatch(/checkpoint-0000010.safetensors: .*truncated/);
  });

  it('does not count broken ones as kept', async () => {
    const { folder } = await open(dir);
    writeFileSync(join(dir, checkpointName(99)), 'broken');
    for (const checkpoint of saved) await folder.save(checkpoint);
    expect(files()).toEqual([10, 14, 99].map(checkpointName));
  });

  it('whose checkpoints are all broken is an error, not a new start', async () => {
    writeFileSync(join(dir, checkpointName(1)), 'foreign');
    await expect(open(dir, { resume: true })).rejects.toThrow(
      /no checkpoint here is intact: .*checkpoint-0000001/,
    );
  });

  it('of another run is not written to without --resume', async () => {
    const { folder } = await open(dir);
    await folder.save(saved[0]!);
    await expect(open(dir)).rejects.toThrow(
      /already holds a run of 5 batches: use --resume .* or choose another folder/,
    );
  });

  it('can be read while a training saves to it and removes what was listed a moment ago', async () => {
    const bytes = serialiseCheckpoint(saved[0]!);
    writeFileSync(join(dir, checkpointName(0)), bytes);
    let step = 0;
    const save = () => {
      writeFileSync(join(dir, checkpointName(++step)), bytes);
      rmSync(join(dir, checkpointName(step - 1)));
      if (step < 300) setImmediate(save); // one a turn of the event loop: a reading takes several
    };
    setImmediate(save);
    while (step < 300) expect((await newestCheckpoint(dir))?.skipped).toEqual([]);
  });

  it('removes checkpoints that a killed run left standing', async () => {
    const { folder } = await open(dir, { keep: 9 });
    for (const checkpoint of saved) await folder.save(checkpoint);
    await open(dir, { resume: true });
    expect(files()).toEqual([10, 14].map(checkpointName));
  });

  it('starts afresh with --resume where there is nothing', async () => {
    expect((await open(dir, { resume: true })).found).toBe(undefined);
  });

  it('removes what killed processes left behind', async () => {
    const dead = execFileSync(process.execPath, ['-p', 'process.pid']).toString().trim();
    const living = process.ppid;
    writeFileSync(join(dir, `.${checkpointName(5)}.${dead}.tmp`), 'half');
    // Nobody else writes checkpoints here: the number has come to another process.
    writeFileSync(join(dir, `.${checkpointName(6)}.${living}.tmp`), 'half');
    writeFileSync(join(dir, `.report.html.${dead}.tmp`), 'half');
    writeFileSync(join(dir, `.report.html.${living}.tmp`), 'being written');
    await open(dir);
    expect(files()).toEqual([`.report.html.${living}.tmp`]);
  });
});

describe('a path', () => {
  it('is a file or a run folder', async () => {
    const { folder } = await open(dir);
    await folder.save(saved[0]!);
    const path = await folder.save(saved[1]!);
    expect((await resolveCheckpoint(dir)).path).toBe(path);
    expect((await resolveCheckpoint(join(dir, checkpointName(5)))).checkpoint.step).toBe(5);
  });

  it('that is neither gives one clear sentence', async () => {
    await expect(resolveCheckpoint(join(dir, 'none'))).rejects.toThrow(
      /^cannot read .*none: there is no such file or folder$/,
    );
    await expect(resolveCheckpoint(dir)).rejects.toThrow(/there is no checkpoint in this folder/);
    await expect(loadCheckpoint(dir)).rejects.toThrow(/this is a folder/);
    writeFileSync(join(dir, 'a.txt'), 'not a checkpoint at all');
    await expect(resolveCheckpoint(join(dir, 'a.txt'))).rejects.toThrow(
      /a\.txt: this is a text file that begins with "not a checkpoint at all", not a safetensors/,
    );
  });
});

describe('folders that cannot be written', () => {
  it('are known before training begins', async () => {
    writeFileSync(join(dir, 'file'), '');
    for (const path of [join(dir, 'file'), join(dir, 'file', 'run')]) {
      await expect(open(path)).rejects.toThrow(/^cannot write to .*Choose another folder/);
    }
    await expect(open('/proc/run')).rejects.toMatchObject({ name: 'UserError' });
  });

  // Root may write everywhere.
  it.skipIf(process.getuid?.() === 0)('read-only ones too', async () => {
    const path = join(dir, 'locked');
    mkdirSync(path, { mode: 0o500 });
    await expect(open(path)).rejects.toThrow(/no permission/);
  });

  it('deleted while training: a sentence', async () => {
    const { folder } = await open(dir);
    rmSync(dir, { recursive: true });
    await expect(folder.save(saved[0]!)).rejects.toThrow(
      /^cannot write .*: the folder .* is no longer there/,
    );
  });

  // A limit on the size of files fails in the midst of writing, as a full disk does.
  it.skipIf(process.platform === 'win32')(
    'full: earlier checkpoints stay, nothing else does',
    async () => {
      const { folder } = await open(dir);
      const path = await folder.save(saved[0]!);
      const before = readFileSync(path);
      expect(before.length).toBeGreaterThan(8192);
      const dist = pathToFileURL(join(import.meta.dirname, '../../dist/runs/run-folder.js'));
      const script = `
      import { RunFolder } from '${dist}';
      const { folder, found } = await RunFolder.open(process.argv[1], { resume: true });
      for (const step of [found.checkpoint.step, 7]) {
        const { training } = found.checkpoint;
        await folder.save({ ...found.checkpoint, training: undefined, step })
          .then(() => console.log('saved?!'), (error) => console.log(error.name, error.message));
      }`;
      const output = execFileSync(
        'bash',
        [
          '-c',
          'ulimit -f 8; exec "$0" --input-type=module -e "$1" "$2"',
          process.execPath,
          script,
          dir,
        ],
        { encoding: 'utf8' },
      );
      for (const line of output.trim().split('\n')) {
        expect(line).toMatch(
          /^UserError cannot write .*larger than .*Earlier checkpoints are intact/,
        );
      }
      expect(files()).toEqual([checkpointName(5)]);
      expect(readFileSync(path)).toEqual(before);
    },
  );
});

describe('writeFileAtomic', () => {
  it('replaces a file, or leaves it and nothing beside it', async () => {
    const path = join(dir, 'a');
    await writeFileAtomic(path, 'one');
    await writeFileAtomic(path, 'two');
    expect(readFileSync(path, 'utf8')).toBe('two');
    mkdirSync(join(dir, 'b', 'c'), { recursive: true });
    await expect(writeFileAtomic(join(dir, 'b'), 'x')).rejects.toThrow();
    expect(files()).toEqual(['a', 'b']);
  });
});
