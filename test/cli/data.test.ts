import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { mann, temporaryFolder, tiny } from './run.js';
import { makeSymbols } from './symbols.js';

describe('mann data info', () => {
  it('tells about the generated drawings', async () => {
    const [text, json] = await Promise.all([
      mann(['data', 'info']),
      mann(['data', 'info', '--dataset', 'glyphs', '--json']),
    ]);
    expect(text.code, text.stderr).toBe(0);
    expect(text.stdout).toMatch(/^Data set +glyphs$/m);
    const info = JSON.parse(json.stdout);
    expect(Object.keys(info)).toEqual(['name', 'classes', 'drawings', 'digest', 'splits']);
    expect(info.splits.train.length + info.splits.test.length).toBe(info.classes);
    expect(new Set([...info.splits.train, ...info.splits.test]).size).toBe(info.classes);
  });

  it('tells about a folder of class folders', async () => {
    const cwd = temporaryFolder();
    const dataset = 'mine';
    makeSymbols(join(cwd, dataset), 3);
    const { code, stdout } = await mann(['data', 'info', '--dataset', dataset, '--json'], { cwd });
    expect(code).toBe(0);
    const info = JSON.parse(stdout);
    expect(info).toMatchObject({ classes: 3, drawings: 12 });
    expect([...info.splits.train, ...info.splits.test].sort()).toEqual(['bar', 'cross', 'dash']);
  });
});

describe('mann data show', () => {
  it('draws classes', async () => {
    const cwd = temporaryFolder();
    const { code, stdout, stderr } = await mann(['data', 'show', '--classes', '3'], { cwd });
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'drawings.png\n', stderr: '' });
    const { width, height, data } = decode(readFileSync(join(cwd, 'drawings.png')));
    expect(width).toBeGreaterThan(height);
    expect(data.some((grey) => grey < 50)).toBe(true); // ink
    expect(data.includes(255)).toBe(true);
  });

  it('says the names that it cannot write into the picture', async () => {
    const cwd = temporaryFolder();
    makeSymbols(join(cwd, 'mine'), 2);
    renameSync(join(cwd, 'mine/bar'), join(cwd, 'mine/日本'));
    const args = ['data', 'show', '--dataset', 'mine', '--output', 'mine.png'];
    const { code, stdout, stderr } = await mann(args, { cwd });
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: 'mine.png\n',
      stderr: 'Row 2: 日本\n',
    });
  });

  it('draws an episode as the network gets it', async () => {
    const cwd = temporaryFolder();
    const args = ['data', 'show', '--episode', '--episode-length', '20', '--output', 'e.png'];
    const other = [...args.slice(0, -1), 'f.png', '--seed', '2'];
    expect((await mann(args, { cwd })).stdout).toBe('e.png\n');
    await mann(other, { cwd });
    const [e, f] = ['e.png', 'f.png'].map((name) => decode(readFileSync(join(cwd, name))));
    // twenty drawings at three times their size, in two rows of ten with frames, gaps and the label 11-20
    expect([e!.width, e!.height]).toEqual([754 + 30 + 8, 162]);
    expect(e!.data).not.toEqual(f!.data);
  });
});

describe('a folder of your own', () => {
  it('is what --data names when Omniglot is not in it: trains, goes on, tests, classifies', async () => {
    const cwd = temporaryFolder();
    makeSymbols(join(cwd, 'mine'), 8);
    const small = tiny.slice(4, tiny.indexOf('--dataset'));
    const args = ['train', '--data', 'mine', ...small, '--iterations', '2'];
    const trained = await mann(args, { cwd });
    expect(trained.code, trained.stderr).toBe(0);
    // Of eight classes six are for training; each has four drawings.
    expect(trained.stderr).toMatch(/^Task +episodes of 8 drawings of 2 classes/m);
    const run = 'runs/mine-mann-seed1';
    expect(trained.stderr).toContain(`Folder    ${run}\n`);
    const commands = [
      ['train', '--resume', '--data', 'mine', '--iterations', '3', '--test-batches', '1'],
      ['test', run, '--data', 'mine', '--test-batches', '1'],
      ['test', '--data', 'mine', '--test-batches', '1'],
      ['data', 'info', '--data', 'mine'],
    ];
    for (const command of commands) {
      const { code, stderr } = await mann(command, { cwd });
      expect(code, `${command.join(' ')}: ${stderr}`).toBe(0);
    }
    makeSymbols(join(cwd, 'two'), 2);
    const classify = ['classify', '--support', 'two', '--query', 'two/bar', '--loo'];
    const named = await mann([...classify, '--weights', run], { cwd });
    expect(named.code, named.stderr).toBe(0);
    expect(named.stdout).toMatch(/Leave-one-out accuracy: \d\/8 \(/);
  });

  it('needs classes to train on and others to test on', async () => {
    const cwd = temporaryFolder();
    makeSymbols(join(cwd, 'mine'), 4);
    const { code, stderr } = await mann(['train', '--data', 'mine'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(/mine has 3 classes to train on and 1 to test on.*mann classify/);
  });

  it('needs pictures in it', async () => {
    const { code, stderr } = await mann(['train', '--data', '.'], { cwd: temporaryFolder() });
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /has no PNG, JPEG, WebP or BMP pictures in it: a data set is a folder of class folders/,
    );
  });

  it('says in one line what it passed over, and refuses a class that would be empty', async () => {
    const cwd = temporaryFolder();
    makeSymbols(join(cwd, 'mine'), 3);
    mkdirSync(join(cwd, 'mine/bar/@eaDir/0.png'), { recursive: true });
    for (const name of ['bar/@eaDir/0.png/thumb.png', 'bar/notes.txt', 'dash/.DS_Store']) {
      writeFileSync(join(cwd, 'mine', name), 'x');
    }
    const info = await mann(['data', 'info', '--data', 'mine', '--json'], { cwd });
    expect(info.stderr).toMatch(
      /^Ignored in .*mine: 1 file that is not PNG, JPEG, WebP or BMP \(bar\/notes.txt\); 1 folder that systems keep there \(bar\/@eaDir\)\n$/,
    );
    expect(JSON.parse(info.stdout).classes).toBe(3);
    const classify = ['classify', '--support', 'mine', '--loo'];
    const named = await mann([...classify, '--json'], { cwd });
    expect(named.stderr).toMatch(/^Ignored in --support mine: 1 file .*\n$/);
    expect(JSON.parse(named.stdout).classes).toHaveLength(3);
    mkdirSync(join(cwd, 'mine/zigzag'));
    writeFileSync(join(cwd, 'mine/zigzag/1.heic'), 'x');
    for (const args of [classify, ['train', '--data', 'mine']]) {
      const { code, stderr } = await mann(args, { cwd });
      expect(code).toBe(2);
      expect(stderr).toMatch(
        /^mann: the folder zigzag in .*mine has no PNG, JPEG, WebP or BMP pictures \(it holds 1 .heic file\)/,
      );
    }
  });

  it('trains, resumes and tests', async () => {
    const cwd = temporaryFolder();
    const dataset = 'mine';
    makeSymbols(join(cwd, dataset), 3);
    const flags = ['--num-classes', '1', '--num-samples', '4', '--dataset', dataset];
    const args = ['train', ...tiny, ...flags, '--iterations', '2', '--save-dir', 'run'];
    const trained = await mann(args, { cwd });
    expect(trained.code, trained.stderr).toBe(0);
    const resumed = await mann(
      ['train', '--resume', '--save-dir', 'run', '--iterations', '3', '--test-batches', '1'],
      { cwd },
    );
    expect(resumed.code, resumed.stderr).toBe(0);
    // Other drawings under the same name are noticed.
    const path = join(cwd, dataset, 'bar', '0.png');
    writeFileSync(path, readFileSync(join(cwd, dataset, 'dash', '3.png')));
    const other = await mann(['train', '--resume', '--save-dir', 'run'], { cwd });
    expect(other.code).toBe(2);
    expect(other.stderr).toMatch(/was trained on other data/);
  });
});

describe('mann data download', () => {
  it('says what to do without a network, and leaves nothing behind', async () => {
    const cwd = temporaryFolder();
    // A server that is gone: nothing listens at its port.
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const args = ['data', 'download', '--data', 'here', '--from', `http://127.0.0.1:${port}/`];
    const { code, stdout, stderr } = await mann(args, { cwd });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^mann: .* cannot be reached .*: check the network/);
    expect(readdirSync(join(cwd, 'here'))).toEqual([]);
  });

  it('says what the server sent', async () => {
    const server = createServer((_, response) => response.writeHead(404).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const cwd = temporaryFolder();
    const args = ['data', 'download', '--data', 'here', '--from', `http://127.0.0.1:${port}/`];
    const { code, stderr } = await mann(args, { cwd });
    server.close();
    expect(code).toBe(2);
    expect(stderr).toMatch(/^mann: .* cannot be downloaded \(the server answered 404/);
  });
});
