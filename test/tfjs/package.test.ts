import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

describe('mann in a project without TensorFlow.js', () => {
  let folder = '';
  const node = (code: string) =>
    spawnSync('node', ['--input-type=module', '-e', code], { cwd: folder, encoding: 'utf8' });

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'mann-without-'));
    const modules = join(folder, 'node_modules');
    mkdirSync(join(modules, 'mann'), { recursive: true });
    for (const part of ['dist', 'package.json']) {
      cpSync(join(root, part), join(modules, 'mann', part), { recursive: true });
    }
    for (const name of Object.keys(dependencies)) {
      mkdirSync(join(modules, name, '..'), { recursive: true });
      symlinkSync(join(root, 'node_modules', name), join(modules, name));
    }
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('has a library that does not ask for it', () => {
    const { stdout, stderr } = node(
      "import { MANNCell } from 'mann'; console.log(typeof MANNCell)",
    );
    expect(stderr).toBe('');
    expect(stdout).toBe('function\n');
  });

  it('says in one sentence what mann/tfjs needs', () => {
    const { status, stderr } = node("import 'mann/tfjs'");
    expect(status).not.toBe(0);
    expect(stderr).toContain('mann/tfjs needs TensorFlow.js: npm install @tensorflow/tfjs');
    expect(stderr).not.toMatch(/ {4}at |ERR_MODULE_NOT_FOUND/);
    const caught = node("import('mann/tfjs').catch((e) => console.log(e.name, e.message))");
    expect(caught.stdout).toBe(
      'UserError mann/tfjs needs TensorFlow.js: npm install @tensorflow/tfjs\n',
    );
  });
});

describe('mann in a program of CommonJS', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(root, 'node_modules', '.mann-required-'));
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(root, join(folder, 'node_modules', 'mann'));
    writeFileSync(
      join(folder, 'program.cjs'),
      `const tf = require('@tensorflow/tfjs');
       const { MANNCell } = require('mann/tfjs');
       const { Learner } = require('mann');
       const cell = new MANNCell({ lstmSize: 8, memorySize: 8, memoryDim: 4, nbReads: 2 });
       const layer = tf.layers.rnn({ cell, inputShape: [null, 3] }); // refuses a cell of another instance
       console.log(typeof Learner.load, JSON.stringify(layer.apply(tf.zeros([5, 2, 3])).shape));`,
    );
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  // Node 20.19 and newer require ES modules, if there is no top-level await in them.
  const versions = (process.env.NODES ?? '').split(/[\s,]+/).filter(Boolean);
  it.each(['', ...versions])('mann and mann/tfjs can be required (Node %s)', (version) => {
    const npx = ['npx', '--yes', `--package=node@${version}`, 'node'];
    const [command, ...args] = version ? npx : [process.execPath];
    const { stdout, stderr } = spawnSync(command!, [...args, 'program.cjs'], {
      ...{ cwd: folder, encoding: 'utf8' },
    });
    expect(stderr.replace(/^(?!.*(ExperimentalWarning|Error)).*$/gm, '').trim()).toBe('');
    expect(stdout).toContain('function [5,16]');
  });
});

describe('the types of mann/tfjs', () => {
  let folder = '';
  const check = (skipLibCheck: boolean) => {
    const compilerOptions = {
      ...{ strict: true, noEmit: true, exactOptionalPropertyTypes: true, skipLibCheck },
      ...{ module: 'nodenext', target: 'es2022', types: [] },
      paths: { 'mann/tfjs': [join(root, 'dist/tfjs/index.d.ts')] },
    };
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions, files: ['use.ts'] }),
    );
    const tsc = join(root, 'node_modules/.bin/tsc');
    return spawnSync(tsc, ['-p', '.', '--pretty', 'false'], { encoding: 'utf8', cwd: folder })
      .stdout;
  };

  beforeAll(() => {
    folder = mkdtempSync(join(root, 'node_modules', '.mann-types-'));
    writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
    writeFileSync(
      join(folder, 'use.ts'),
      `import * as tf from '@tensorflow/tfjs';
       import { fromCheckpoint, MANNCell, toCheckpoint } from 'mann/tfjs';
       const cell = new MANNCell({ lstmSize: 8, memorySize: 8, memoryDim: 4, nbReads: 1, gamma: 0.9 });
       const model = tf.sequential();
       model.add(tf.layers.rnn({ cell, returnSequences: true, inputShape: [null, 3] }));
       const [output] = cell.call([tf.zeros([1, 3]), ...cell.zeroState(1)]);
       const shape: number[] = output!.shape;
       const trained: tf.LayersModel = await fromCheckpoint('file');
       const bytes: Uint8Array = await toCheckpoint(trained);
       // @ts-expect-error no such option
       new MANNCell({ slots: 3 });
       shape.push(bytes.length);`,
    );
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('work under strict', () => expect(check(true)).toBe(''));

  it("have no errors of their own among the host's without skipLibCheck", () => {
    const errors = check(false)
      .split('\n')
      .filter((line) => /: error /.test(line));
    const theirs = /^(\.\.|.*\/node_modules)\/(@tensorflow|@webgpu|@typescript|typescript)\//;
    expect(errors.filter((line) => !theirs.test(line))).toEqual([]);
  });
});

describe('mann/tfjs in browsers', () => {
  it('reaches no module of Node', () => {
    const seen = new Set<string>();
    const visit = (file: string) => {
      if (seen.has(file)) return;
      seen.add(file);
      const code = readFileSync(file, 'utf8');
      for (const [, from] of code.matchAll(/(?:from|import\()\s*'([^']+)'/g)) {
        expect(from, file).not.toMatch(/^node:/);
        if (from === '#platform') visit(join(root, 'dist/engine/platform-web.js'));
        else if (from === '#tensorflow') visit(join(root, 'dist/tfjs/host/import.js'));
        else if (from === '#checkpoint-file') visit(join(root, 'dist/tfjs/host/file-web.js'));
        else if (from!.startsWith('.')) visit(join(file, '..', from!));
      }
    };
    visit(join(root, 'dist/tfjs/index.js'));
    expect([...seen].some((file) => file.endsWith('file-web.js'))).toBe(true);
    expect(seen.size).toBeGreaterThan(15);
  });
});
