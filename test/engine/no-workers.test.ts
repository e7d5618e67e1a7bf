import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('where workers cannot start', () => {
  /** The library without its workers' file, as bundles have it. */
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(root, 'node_modules', '.mann-no-workers-'));
    cpSync(join(root, 'package.json'), join(folder, 'package.json'));
    cpSync(join(root, 'dist'), join(folder, 'dist'), {
      recursive: true,
      filter: (file) => !file.endsWith('worker-node.js'),
    });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const program = (library: string) => `
    const { createEngine, modelConfig } = await import(${JSON.stringify(library)});
    const config = modelConfig({ inputHeight: 2, inputWidth: 2, lstmSize: 8, memorySize: 8, memoryDim: 4 });
    const engines = [await createEngine(config, { threads: 2 }), await createEngine(config, { threads: 2 })];
    const batch = { batch: 2, length: 3, inputs: new Float32Array(2 * 3 * 9), targets: new Uint8Array(6) };
    for (const engine of engines) {
      await engine.trainStep(batch, { learningRate: 0.01 });
      console.log(engine.threads);
      await engine.dispose();
    }`;
  const run = (library: string, ...flags: string[]) =>
    spawnSync(
      process.execPath,
      ['--no-warnings', ...flags, '--input-type=module', '-e', program(library)],
      { cwd: root, encoding: 'utf8' },
    );

  it('the calling thread does the work and says so once: without their file', () => {
    const { stdout, stderr } = run(join(folder, 'dist/index.js'));
    expect(stdout).toBe('1\n1\n');
    expect(stderr).toMatch(
      /^mann: no worker could be started \(.*worker-node\.js.*\), so the calling thread does all the work\n$/,
    );
  });

  it('and where a program may start none', () => {
    const flag = process.allowedNodeEnvironmentFlags.has('--permission')
      ? '--permission'
      : '--experimental-permission';
    const { stdout, stderr } = run(join(root, 'dist/index.js'), flag, '--allow-fs-read=*');
    expect(stdout).toBe('1\n1\n');
    expect(stderr).toMatch(
      /^mann: no worker could be started \(.*\), so the calling thread does all the work\n$/,
    );
  });
});
