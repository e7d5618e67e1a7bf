/** Stopped by Ctrl-C and gone on with in a new process: the files are those of a run that never stopped. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasRelaxed } from '../../../dist/engine/create.js';
import { mann, temporaryFolder, tiny } from '../run.js';

const often = ['--report-every', '5', '--evaluate-every', '10', '--checkpoint-every', '15'];
const models = {
  mann: ['--model', 'mann'],
  lstm: ['--model', 'lstm', '--num-layers', '2'],
} as const;
const memoryFlags = ['--memory-locations', '--memory-word-size', '--num-reads'];

/** The flags of the small network, without those that only one with memory has. */
function network(model: keyof typeof models): string[] {
  const isMemory = (flag: string | undefined) => flag !== undefined && memoryFlags.includes(flag);
  const flags = tiny.filter((flag, i) => !isMemory(flag) && !isMemory(tiny[i - 1]));
  return [...(model === 'lstm' ? flags : tiny), ...models[model]];
}

/** What a run leaves, but for its report, which tells the time. */
function filesOf(folder: string): Record<string, Buffer> {
  const names = readdirSync(folder).filter((name) => name !== 'report.html');
  return Object.fromEntries(names.sort().map((name) => [name, readFileSync(join(folder, name))]));
}

/** Makes a process send itself Ctrl-C when it has told of a batch: from outside it could come too late. */
function stopAfter(batch: number): Record<string, string> {
  const code = `
    const write = process.stderr.write.bind(process.stderr);
    process.stderr.write = (text, ...rest) => {
      if (/^ +${batch} /.test(text)) process.kill(process.pid, 'SIGINT');
      return write(text, ...rest);
    };`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` };
}

/** Trains to the end, or until a batch is done. */
async function train(cwd: string, args: readonly string[], until?: number): Promise<void> {
  const env = until === undefined ? {} : stopAfter(until);
  const { code, stderr } = await mann(['train', ...args], { cwd, env });
  expect(code, stderr).toBe(until === undefined ? 0 : 130);
}

const wasm = hasRelaxed() ? ['simd', 'relaxed'] : ['simd'];
const runs = (['mann', 'lstm'] as const).flatMap((model) =>
  ['reference', ...wasm].map((engine) => ({ model, engine })),
);

describe('exact resume in new processes, with other numbers of threads', () => {
  it.each(runs)('$model on the engine $engine', async ({ model, engine }) => {
    const cwd = temporaryFolder();
    const flags = [...network(model), ...often, '--iterations', '80', '--engine', engine];
    flags.push('--curriculum', 'auto');
    await train(cwd, [...flags, '--threads', '2', '--save-dir', 'whole']);
    const whole = filesOf(join(cwd, 'whole'));
    expect(Object.keys(whole)).toEqual([
      'checkpoint-0000075.safetensors',
      'checkpoint-0000080.safetensors',
      'log.csv',
      'log.jsonl',
    ]);

    // Stopped in the midst of the curriculum, and after it.
    await train(cwd, [...flags, '--threads', '1', '--save-dir', 'parts'], 15);
    const on = ['--resume', '--save-dir', 'parts'];
    await train(cwd, [...on, '--threads', '2'], 50);
    await train(cwd, [...on, '--threads', '1', '--test-batches', '4']);
    const parts = filesOf(join(cwd, 'parts'));
    expect(parts['log.jsonl']!.toString()).toBe(whole['log.jsonl']!.toString());
    expect(parts['log.csv']!.toString()).toBe(whole['log.csv']!.toString());
    const last = 'checkpoint-0000080.safetensors';
    expect(parts[last]!.equals(whole[last]!)).toBe(true);
    expect(Object.keys(parts)).toEqual(Object.keys(whole));
  });
});
