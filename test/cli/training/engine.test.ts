import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { againstGpu, GPU_BATCH, machineName } from '../../../dist/cli/networks/engine.js';
import { describeGpu } from '../../../dist/engine/webgpu/describe.js';
import { parseCheckpoint, serialiseCheckpoint } from '../../../dist/runs/checkpoint.js';
import { tinyEngine } from '../../training/tiny.js';
import { mann, temporaryFolder, tiny } from '../run.js';

const isGpu = (await describeGpu()) !== undefined;

describe('a graphics processor', () => {
  const gpu = { name: 'NVIDIA H100', real: true };

  it('is taken where nothing is against it', () => {
    for (const begunOn of [undefined, 'webgpu'] as const) {
      expect(againstGpu(gpu, undefined, begunOn)).toBe(false);
    }
  });

  it('is not where it is missing, imitated, or cannot do what is asked', () => {
    expect(againstGpu(undefined, undefined, undefined)).toBeUndefined();
    expect(againstGpu(undefined, undefined, 'webgpu')).toBe(
      'begun on a GPU, which is missing here',
    );
    expect(againstGpu({ name: 'llvmpipe', real: false }, undefined, undefined)).toBe(
      'GPU not used: llvmpipe is emulated in software',
    );
    expect(againstGpu(gpu, 'the webgpu engine has no such memory', undefined)).toBe(
      'GPU not used: it does not support this training yet',
    );
  });

  it('is named in the place of threads', async () => {
    const engine = await tinyEngine('simd');
    expect(machineName(engine)).toMatch(/^simd engine, 1 thread, Node 2/);
    expect(machineName({ ...engine, kind: 'webgpu', threads: 0, device: gpu.name })).toMatch(
      /^webgpu engine, NVIDIA H100, Node 2/,
    );
  });
});

describe.skipIf(isGpu)('without a graphics processor', () => {
  const short = ['--iterations', '4', '--checkpoint-every', '2'];

  it('--engine webgpu is a mistake, told in one sentence, that leaves no folder', async () => {
    const cwd = temporaryFolder();
    for (const args of [
      ['train', ...tiny, '--save-dir', 'run'],
      ['test', '--dataset', 'glyphs'],
    ]) {
      const { code, stderr, stdout } = await mann([...args, '--engine', 'webgpu'], { cwd });
      expect(code).toBe(2);
      expect(stderr).toMatch(/(^|\n)mann: the webgpu engine [^\n]*\n$/);
      expect(stderr).not.toMatch(/^ {4}at /m);
      expect(stdout).toBe('');
      expect(readdirSync(cwd)).toEqual([]);
    }
  });

  it('--engine webgpu with --keep-memory is refused before anything is begun', async () => {
    const cwd = temporaryFolder();
    const args = ['train', ...tiny, '--engine', 'webgpu', '--keep-memory', '--save-dir', 'run'];
    const { code, stderr } = await mann(args, { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /(^|\n)mann: --engine webgpu cannot keep the memory .*: use another engine\n$/,
    );
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('auto trains on the CPU, also what was begun on one', async () => {
    const cwd = temporaryFolder();
    const large = ['--batch-size', `${GPU_BATCH}`, '--engine', 'auto'];
    const run = ['train', ...tiny, ...short, ...large, '--save-dir', 'run'];
    const { code, stderr } = await mann(run, { cwd });
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/Machine +(relaxed|simd) engine, [^(\n]*(\(R\)[^\n]*)?\n/);
    const path = join(cwd, 'run', 'checkpoint-0000004.safetensors');
    const checkpoint = parseCheckpoint(readFileSync(path), path);
    writeFileSync(path, serialiseCheckpoint({ ...checkpoint, engine: 'webgpu' }));
    const on = [
      'train',
      '--resume',
      '--save-dir',
      'run',
      '--iterations',
      '6',
      '--test-batches',
      '2',
    ];
    const resumed = await mann(on, { cwd });
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(resumed.stderr).toMatch(/Machine .*\(begun on a GPU, which is missing here\)\n/);
    const tested = await mann(['test', 'run', '--test-batches', '2'], { cwd });
    expect(tested.code, tested.stderr).toBe(0);
  });
});
