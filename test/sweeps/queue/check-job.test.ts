/** What a worker lets a job do. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkedArguments, jobChecker } from '../../../dist/cli/sweeps/check-job.js';
import { planSweep } from '../../../dist/cli/sweeps/plan-sweep.js';
import { parseDefinition } from '../../../dist/sweeps/file/read-definition.js';
import { jobOf, keyOf, readDelivery, readJob } from '../../../dist/sweeps/queue/payload.js';
import type { SweepRun } from '../../../dist/sweeps/run.js';
import { removeScratch, scratch } from './machines/scratch.ts';

afterAll(removeScratch);

const definition = `
base: { dataset: glyphs, iterations: 20, keep-memory: true, augment: false }
axes: { encoder: [mlp], encoder-widths: [[16, 32], "8,8"] }
test: [{ split: test, episodes: 64, augment: false, sampler: original }]
`;
const planning = parseDefinition(definition, 'a.yaml').then((read) => planSweep(read, 'a.yaml'));
const planned = () => planning;
const check = jobChecker({});
const refused = (change: Partial<SweepRun>) => async () => {
  const [run] = await planned();
  await check({ ...run!, ...change });
};

describe('the check of a job', () => {
  it('lets through what a sweep makes of its file, also by way of a queue', async () => {
    for (const run of await planned()) {
      const sent = JSON.parse(JSON.stringify(jobOf(run, '0.1.0', false)));
      const { run: read } = readJob(sent, keyOf(run));
      await check(read);
      expect(checkedArguments(read).flags).toMatchObject({ iterations: 20, keepMemory: true });
    }
  });

  it.each([
    ['--save-dir=/etc', 'may not set save-dir'],
    ['--resume', 'may not set resume'],
    ['--threads=1000', 'may not set threads'],
    ['--as-child', "unknown option '--as-child'"],
    ['; rm -rf /', 'this is no option: ; rm -rf /'],
    ['checkpoint.safetensors', 'this is no option: checkpoint.safetensors'],
    ['--', 'this is no option: --'],
    ['--batch-size', 'batch-size must be a whole number'],
    ['--batch-size=-1', 'batch-size must be a whole number of at least 1'],
    ['--data=/etc', 'names data on this machine that no --allow-data of this worker allows: /etc'],
  ])('refuses %s', async (argument, sentence) => {
    const [run] = await planned();
    await expect(check({ ...run!, args: [...run!.args, argument] })).rejects.toThrow(sentence);
  });

  it('refuses options of tests that no sweep makes', async () => {
    const args = ['--test-batches=3', '--save-dir=/etc'];
    await expect(refused({ tests: [{ name: 'test', args }] })).rejects.toThrow(
      'this is no option of a test: --save-dir=/etc',
    );
    await expect(refused({ tests: [{ name: '../x', args: [] }] })).rejects.toThrow(
      'no name of a test',
    );
  });

  it('refuses what would be another training here', async () => {
    await expect(refused({ digest: '0'.repeat(64) })).rejects.toThrow(
      'it would be another training',
    );
  });

  it('allows data in the folders that the worker names, and nowhere else', async () => {
    const parent = scratch('data');
    mkdirSync(join(parent, 'in'));
    mkdirSync(join(parent, 'in-not'));
    const [run] = await planned();
    const allowed = (dataset: string) =>
      jobChecker({ allowed: [join(parent, 'in')] })({ ...run!, args: [`--dataset=${dataset}`] });
    const other = /no --allow-data/;
    await expect(allowed(join(parent, 'in'))).rejects.not.toThrow(other); // it is empty
    await expect(allowed(join(parent, 'in-not'))).rejects.toThrow(other);
    await expect(allowed(join(parent, 'in', '..', 'in-not'))).rejects.toThrow(other);
    await expect(allowed('/etc')).rejects.toThrow(other);
    await expect(allowed('/no/such/folder')).rejects.toThrow(other);
  });
});

describe('what a worker delivers', () => {
  const digest = 'a'.repeat(64);
  const file = { attempt: '1.0123456789ab', number: 0, bytes: 3, digest };
  const checkpoint = 'checkpoint-0000020.safetensors';
  const result = { status: 'done', steps: 20, checkpoint, digest, figures: {} };
  const delivery = (...names: string[]) => ({
    ...{ form: 1, attempt: file.attempt, worker: 'host', result: JSON.stringify(result) },
    files: names.map((name) => ({ ...file, name })),
  });

  it('is refused where a file is none of a run', () => {
    expect(readDelivery(delivery(checkpoint)).files).toHaveLength(1);
    for (const name of ['../x', '/etc/passwd', 'run.json', '.lock', 'log.csv/..', 'LOG.CSV']) {
      expect(() => readDelivery(delivery(checkpoint, name))).toThrow('it is refused');
    }
    expect(() => readDelivery(delivery())).toThrow('it is refused');
    expect(() => readDelivery(delivery(checkpoint, checkpoint))).toThrow('it is refused');
  });
});
