/** Limits of the address space, as shared hosts set them (`ulimit -v`), and memory that is refused. */
import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, type TestContext, vi } from 'vitest';
import { reserveMemory } from '../../dist/engine/wasm/memory.js';
import { temporaryFolder, tiny } from '../cli/run.js';
import { built, main, need } from './tools.js';

/** Runs Node where a process may address so many kilobytes, as `ulimit -v` counts. */
function limited(
  context: TestContext,
  kilobytes: number,
  args: readonly string[],
  { cwd = temporaryFolder(), NODE_OPTIONS = '' } = {},
) {
  need(context, 'prlimit', `--as=${2_000_000 * 1024}`, process.execPath, '--version');
  return spawnSync('prlimit', [`--as=${kilobytes * 1024}`, process.execPath, ...args], {
    cwd,
    env: { ...process.env, NODE_OPTIONS },
    encoding: 'utf8',
  });
}

const train = ['train', ...tiny, '--engine', 'simd', '--iterations', '3', '--save-dir', 'run'];

/** What a training leaves where nothing is limited. */
function unlimited(): Buffer {
  const cwd = temporaryFolder();
  const { status, stderr } = spawnSync(process.execPath, [main, ...train], {
    cwd,
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
  return readFileSync(join(cwd, 'run/checkpoint-0000003.safetensors'));
}

describe('a limit of the address space', () => {
  it('of 1 GB does not touch what needs no WebAssembly', (context) => {
    for (const args of [
      [main, '--version'],
      [main, 'models'],
      [main, 'test', '--help'],
    ]) {
      const { status, stderr } = limited(context, 1_000_000, args);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    }
    const library = ['-e', `import(${JSON.stringify(built('index.js'))})`];
    expect(limited(context, 1_000_000, library)).toMatchObject({ status: 0, stderr: '' });
  });

  it('of 6, 4 and 2 GB lets a training do the same, with as many threads as there is room for', (context) => {
    const expected = unlimited();
    for (const kilobytes of [6_000_000, 4_000_000, 2_000_000]) {
      const cwd = temporaryFolder();
      const args = [main, ...train, '--threads', '2'];
      const { status, stderr } = limited(context, kilobytes, args, { cwd });
      expect(status, stderr).toBe(0);
      expect(stderr).toMatch(
        /^mann: with the limit of .* \(ulimit -v\) computing takes about twice/,
      );
      expect(stderr).toMatch(/simd engine, [12] threads?,/);
      expect(readFileSync(join(cwd, 'run/checkpoint-0000003.safetensors')).equals(expected)).toBe(
        true,
      );
    }
  });

  it('of 1 GB is told in a sentence', (context) => {
    const { status, stderr } = limited(context, 1_000_000, [main, ...train, '--dataset', 'glyphs']);
    expect(stderr).toMatch(
      /\nmann: the limit of 976\.6 MB of address space \(ulimit -v\) is too low.*: raise (it|the limit)\n$/,
    );
    expect(status).toBe(2);
  });

  it('lets Ctrl-C through', async (context) => {
    need(context, 'prlimit', `--as=${2_000_000 * 1024}`, process.execPath, '--version');
    const cwd = temporaryFolder();
    const args = [main, ...train, '--iterations', '1000000', '--report-every', '1'];
    const child = spawn('prlimit', [`--as=${2_000_000 * 1024}`, process.execPath, ...args], {
      cwd,
    });
    let stderr = '';
    child.stderr.on('data', (text) => {
      stderr += text;
      if (/\n +5 /.test(stderr)) child.kill('SIGINT');
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code, stderr).toBe(130);
    expect(stderr).toContain('Stopped, and saved');
    expect(readdirSync(join(cwd, 'run'))).not.toContain('.lock');
  });

  it('says to users of the library what to do, and that works', (context) => {
    const code = `
      const { createEngine, MANNCell, modelConfig } = await import(${JSON.stringify(built('index.js'))});
      const engine = await createEngine(modelConfig({ lstmSize: 8, memorySize: 8, memoryDim: 4 }), { threads: 2 });
      new MANNCell({ inputSize: 3 });
      console.log(engine.threads);
      process.exit();`;
    const args = ['--input-type=module', '-e', code];
    const refused = limited(context, 6_000_000, args);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toMatch(
      /UserError: the limit of 5\.7 GB of address space \(ulimit -v\) is too low for WebAssembly: raise the limit, or set the environment variable NODE_OPTIONS=--disable-wasm-trap-handler, /,
    );
    const NODE_OPTIONS = '--disable-wasm-trap-handler';
    const [full, little] = [6_000_000, 2_000_000].map((kilobytes) =>
      limited(context, kilobytes, args, { NODE_OPTIONS }),
    );
    expect(full).toMatchObject({ status: 0, stdout: '2\n', stderr: '' });
    expect(little).toMatchObject({ status: 0, stdout: '1\n' });
    expect(little!.stderr).toMatch(/^mann: there is too little address space for threads/);
  });
});

describe('reserveMemory', () => {
  afterEach(() => void vi.unstubAllGlobals());

  /** A machine that gives memories of so many pages at most. */
  function machine(most: number): number[] {
    const asked: number[] = [];
    class Memory extends WebAssembly.Memory {
      constructor(wanted: WebAssembly.MemoryDescriptor) {
        asked.push(wanted.maximum!);
        if (wanted.maximum! > most) throw new RangeError('could not allocate memory');
        super(wanted);
      }
    }
    vi.stubGlobal('WebAssembly', { ...WebAssembly, Memory });
    return asked;
  }

  it('asks for half as much until it gets it', () => {
    const asked = machine(5000);
    expect(reserveMemory().buffer.byteLength).toBe(2 * 65536);
    expect(asked).toEqual([65536, 32768, 16384, 8192, 4096]);
  });

  it('is not content with a memory that cannot grow', () => {
    const asked: number[] = [];
    class Memory extends WebAssembly.Memory {
      constructor(wanted: WebAssembly.MemoryDescriptor) {
        asked.push(wanted.maximum!);
        super(wanted.maximum! > 5000 ? { initial: 1, maximum: 1 } : wanted);
      }
    }
    vi.stubGlobal('WebAssembly', { ...WebAssembly, Memory });
    reserveMemory();
    expect(asked.at(-1)).toBe(4096);
  });

  it('says in a sentence that there is none', () => {
    machine(0);
    expect(() => reserveMemory()).toThrow(
      /^this machine has no memory left for WebAssembly: end other programs$/,
    );
  });
});
