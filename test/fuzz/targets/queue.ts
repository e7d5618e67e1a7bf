/** What a queue's server may hold, and the URL of one: jobs, results, progress, checkpoints and pieces of files. */
import { deepStrictEqual } from 'node:assert';
import { join } from 'node:path';
import fc from 'fast-check';
import * as v from 'valibot';
import { checkedArguments } from '../../../dist/cli/sweeps/check-job.js';
import { queueAddress } from '../../../dist/sweeps/queue/address.js';
import {
  deliveryOf,
  jobOf,
  keyOf,
  PIECE_BYTES,
  readCheckpoint,
  readDelivery,
  readFailure,
  readJob,
  readPiece,
  readProgress,
  type StoredFile,
} from '../../../dist/sweeps/queue/payload.js';
import { digestOf } from '../../../dist/sweeps/run.js';
import { edited, rudeTexts, wrongValues } from '../mutations.ts';
import { checkSentence, type Outcome, refusal, type Target } from '../target.ts';

const attempt = '3.0123456789ab';
const digest = digestOf('x');
const file = (name: string, number: number) => ({ name, attempt, number, bytes: 70_000, digest });
const files = [
  file('checkpoint-0000040.safetensors', 0),
  file('log.csv', 1),
  file('report.html', 2),
];
const run = {
  name: 'encoder=mlp,seed=1',
  digest,
  args: ['--encoder=mlp', '--encoder-widths=16,16', '--batch-size=8', '--seed=1', '--keep-memory'],
  tests: [
    { name: 'test', args: ['--test-batches=100'] },
    { name: 'validation', args: ['--test-batches=10', '--hold-out=0', '--augment=false'] },
  ],
};
const figures = {
  ...{ model: 'mann', dataset: 'glyphs', heldOut: false, episodes: 10 },
  ...{ accuracy: { 1: 47.3, 2: null }, ci95: { 1: 5.4, 2: 12.9 }, loss: 4.1 },
};
const done = {
  ...{ status: 'done', steps: 40, checkpoint: files[0]!.name, digest },
  figures: { test: figures },
};
const known: Readonly<Record<string, unknown>> = {
  job: jobOf(run, '0.1.0', false),
  delivery: { form: 1, attempt, worker: 'host', files, result: JSON.stringify(done) },
  progress: { attempt, worker: 'host', phase: 'training', step: 3, steps: 40, accuracy: 50 },
  checkpoint: { attempt, step: 40, files },
  piece: { piece: 'QUJD' },
};

const PASSWORD = 's3cr3t-s3cr3t';
const scheme = fc.constantFrom('redis', 'rediss', 'postgres', 'postgresql', 'http', '', 'REDIS');
const rude = fc.constantFrom(...rudeTexts, 'h', 'localhost', '[::1]', '%zz', '%20', '0', 'db#1');
const url = fc
  .tuple(scheme, rude, rude, fc.oneof(fc.integer({ min: -1, max: 70_000 }).map(String), rude), rude)
  .map(([kind, user, host, port, path]) => `${kind}://${user}:${PASSWORD}@${host}:${port}/${path}`);
const parameters = fc.constantFrom('', '?sslmode=require', '?sslmode=x', '?host=/tmp', '?x=1');
/** Arguments that would do something else than train. */
const argument = fc.oneof(
  fc.constantFrom(
    ...['--save-dir=/etc', '--resume', '--data=/etc', '--dataset=/etc', '--engine=simd', '-h'],
    ...['--as-child', '--json', '--demo', '--threads=999', '; rm -rf /', '$(x)', '--', '--debug'],
    ...['--batch-size=8', '--batch-size=9', '--seed', '--seed=x', '--__proto__=1', '--log-dir=.'],
  ),
  fc.constantFrom(...rudeTexts).map((text) => `--gamma=${text}`),
);
const job = fc
  .tuple(fc.array(argument, { maxLength: 3 }), fc.array(argument, { maxLength: 2 }))
  .map(([more, tested]) => {
    const tests = [{ name: 'test', args: ['--test-batches=3', ...tested] }];
    const changed = { ...run, args: [...run.args, ...more], tests };
    return { form: 1, mann: '0.1.0', shared: false, run: changed };
  });
/** A delivery whose result is none. */
const delivery = fc.oneof(edited([done]), wrongValues).map((result) => ({
  ...{ form: 1, attempt, worker: 'host', files, result: written(result) },
}));
const inputs = fc.oneof(
  fc.tuple(fc.constant('delivery'), delivery),
  ...Object.entries(known).map(([what, value]) =>
    fc.tuple(fc.constant(what), fc.oneof(edited([value as object]), wrongValues)),
  ),
  fc.tuple(fc.constant('job'), job),
  fc.tuple(fc.constant('failure'), fc.oneof(fc.string({ unit: 'binary' }), rude)),
  fc.tuple(
    fc.constant('address'),
    fc.tuple(url, parameters).map((parts) => parts.join('')),
  ),
);

/** What is nested too deeply even for JSON can't be sent to begin with. */
function written(pair: unknown): string {
  try {
    return JSON.stringify(pair);
  } catch {
    return '["piece", []]';
  }
}

const list = v.array(v.string());
const jobShape = v.object({
  digest: v.string(),
  tests: v.array(v.object({ name: v.string(), args: list })),
});

function checkFiles(list: readonly StoredFile[]): void {
  for (const { name, attempt } of list) {
    for (const part of [name, attempt]) {
      if (join('/x', part) !== `/x/${part}` || part.includes('/'))
        throw new Error(`a path: ${part}`);
    }
  }
}

/** It says the same when it has been through JSON once more. */
function checkStable(read: (data: unknown) => unknown, sent: unknown, found = sent): void {
  deepStrictEqual(read(JSON.parse(JSON.stringify(sent))), found);
}

const readers: Readonly<Record<string, (data: unknown) => unknown>> = {
  job(data) {
    const { run } = Object(data) as { run?: unknown };
    // Of a job that is none, whatever its name is.
    const key = v.is(jobShape, run) ? keyOf(run) : digest;
    const found = readJob(data, key);
    checkStable((again) => readJob(again, key), found);
    const { flags } = checkedArguments(found.run);
    for (const name of ['saveDir', 'logDir', 'resume', 'json', 'demo', 'threads', 'asChild']) {
      if (name in flags) throw new Error(`a job may set ${name}`);
    }
    return found;
  },
  delivery(data) {
    const found = readDelivery(data);
    checkFiles(found.files);
    checkStable((again) => readDelivery(again), deliveryOf(found), found);
    return found;
  },
  progress(data) {
    const found = readProgress(data);
    if (found) checkStable(readProgress, found);
    return found;
  },
  checkpoint(data) {
    const found = readCheckpoint(data);
    if (found) checkFiles(found.files);
    return found;
  },
  piece(data) {
    const { length } = readPiece(data);
    if (length > PIECE_BYTES + 2) throw new Error(`a piece of ${length} bytes`);
    return length;
  },
  failure(data) {
    checkSentence(readFailure(data));
    return data;
  },
  address(data) {
    const address = queueAddress(String(data), {});
    const { password = '' } = address.connection();
    const isTold = address.conceal(`no: ${password}`).includes(password) && password.length > 3;
    if (isTold || `${address.shown} ${address.again}`.includes(PASSWORD))
      throw new TypeError('the password is told');
    return address.connection();
  },
};

function readOne(input: Uint8Array): Outcome {
  const [what, data] = JSON.parse(Buffer.from(input).toString()) as [string, unknown];
  try {
    return readers[what]!(data) === undefined ? 'refused' : 'accepted';
  } catch (error) {
    if (String((error as Error).message).includes(PASSWORD)) {
      throw new Error('an error message has the password in it');
    }
    return refusal(error);
  }
}

export const target: Target = {
  inputs: inputs.map((pair) => Buffer.from(written(pair))),
  run: readOne,
};
