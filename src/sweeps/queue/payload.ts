/**
 * What goes through a queue: jobs, deliveries, progress, notes and pieces of files. Whoever can write to the server can
 * write anything, so all of it is read as if an enemy had written it.
 */
import * as v from 'valibot';
import { UserError } from '../../common/errors.js';
import type { DoneRun, RunProgress } from '../result.js';
import { digestOf, type SweepRun } from '../run.js';

/** Of this form; another one gets another number. */
const FORM = 1;

/** Bytes of a piece of a file. */
export const PIECE_BYTES = 512 * 1024;
/** Bytes of a file that goes through a queue or a shared folder. */
export const FILE_BYTES = 2 ** 30;
/** Characters of a result. */
const RESULT = 2 ** 20;
/** Characters of the sentence that a run failed with. */
const SENTENCE = 2000;

const text = (most: number, least = 1) =>
  v.pipe(v.string(), v.minLength(least), v.maxLength(most), v.regex(/^[^\p{Cc}]*$/u));
const hex = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const wholeNumber = (most: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(most));
const batches = wholeNumber(1e9);
/** Of an attempt: its number, and what no other has. */
const attempt = v.pipe(v.string(), v.regex(/^\d{1,9}\.[0-9a-f]{12}$/));
const argument = v.pipe(text(5000), v.regex(/^--[a-z][a-z0-9-]*(=.*)?$/su));
const args = v.pipe(v.array(argument), v.maxLength(100));
/** JSON has no NaN, and writes null. */
const score = v.nullable(v.number());
const scores = v.pipe(
  v.record(text(40), score),
  v.check((record) => Object.keys(record).length <= 200),
);

const runSchema = v.strictObject({
  name: text(1000),
  digest: hex,
  args,
  tests: v.pipe(v.array(v.strictObject({ name: text(100), args })), v.maxLength(20)),
});

const jobSchema = v.strictObject({
  form: v.literal(FORM),
  /** The version of mann that the sweep was made by. */
  mann: text(40),
  run: runSchema,
  /** Whether files go through a folder that all machines have, and not through the queue. */
  shared: v.boolean(),
});

/** The files of a run that others than its worker need; subfolders are none of them. */
export const FILE_NAMES = /^(checkpoint-\d{7,10}\.safetensors|log\.csv|log\.jsonl|report\.html)$/;

const fileSchema = v.strictObject({
  name: v.pipe(v.string(), v.regex(FILE_NAMES)),
  /** Who wrote it, and the how many-eth file of that attempt it is: what no two files have in common. */
  attempt,
  number: wholeNumber(1e6),
  bytes: wholeNumber(FILE_BYTES),
  digest: hex,
});
const files = v.pipe(
  v.array(fileSchema),
  v.maxLength(8),
  v.check((list) => new Set(list.map(({ name }) => name)).size === list.length),
);

/** What `mann test --json` prints: one of the other fields is what is measured, by column. */
const figures = v.pipe(
  v.record(text(40), v.union([score, v.boolean(), text(4096, 0), scores])),
  v.check((fields) => Object.keys(fields).length <= 40),
  v.check((fields) => v.is(v.object({ ci95: scores, loss: score, episodes: batches }), fields)),
);
const doneSchema = v.strictObject({
  status: v.literal('done'),
  steps: batches,
  checkpoint: v.pipe(v.string(), v.regex(/^checkpoint-\d{7,10}\.safetensors$/)),
  digest: hex,
  figures: v.pipe(
    v.record(text(100), figures),
    v.check((record) => Object.keys(record).length <= 20),
  ),
});
const deliverySchema = v.strictObject({
  form: v.literal(FORM),
  attempt,
  worker: text(200),
  /** As JSON: PostgreSQL keeps objects with their keys in another order, and files shall be the same as of one machine. */
  result: v.pipe(v.string(), v.maxLength(RESULT)),
  files,
});
const progressSchema = v.strictObject({
  attempt: v.optional(attempt),
  worker: v.optional(text(200)),
  phase: v.picklist(['training', 'testing']),
  step: batches,
  steps: batches,
  accuracy: v.optional(v.number()),
  secondsLeft: v.optional(v.pipe(v.number(), v.minValue(0))),
});
const checkpointSchema = v.strictObject({ attempt, step: batches, files });
const pieceSchema = v.strictObject({
  piece: v.pipe(v.string(), v.maxLength(Math.ceil(PIECE_BYTES / 3) * 4), v.base64()),
});

export type JobPayload = v.InferOutput<typeof jobSchema>;
export type StoredFile = v.InferOutput<typeof fileSchema>;
export type SavedCheckpoint = v.InferOutput<typeof checkpointSchema>;
/** What came of a run, and the files that were made. */
export interface Delivery {
  readonly attempt: string;
  readonly worker: string;
  readonly result: DoneRun;
  readonly files: readonly StoredFile[];
}
export interface WorkerProgress extends RunProgress {
  readonly attempt?: string | undefined;
  readonly worker?: string | undefined;
}

/** The job of a run: `queue.add('train', jobOf(run, version, false), { jobId: `run-${keyOf(run)}` })`. */
export function jobOf(
  { name, digest, args, tests }: SweepRun,
  mann: string,
  shared: boolean,
): JobPayload {
  const run = {
    name,
    digest,
    args: [...args],
    tests: tests.map((test) => ({ name: test.name, args: [...test.args] })),
  };
  return readJob({ form: FORM, mann, run, shared }, keyOf(run));
}

/** What tells one job from all others: the digest of its configuration and of its tests, in hexadecimal. */
export function keyOf({ digest, tests }: Pick<SweepRun, 'digest' | 'tests'>): string {
  return digestOf({ digest, tests });
}

/**
 * A job as it came from a queue.
 * @param key of the name that it has there
 * @throws UserError where it is not what a sweep of this version adds
 */
export function readJob(data: unknown, key: string): JobPayload {
  const { form } = Object(data) as { form?: unknown };
  if (typeof form === 'number' && form !== FORM) {
    throw new UserError(
      'this job was added by another version of mann: use the same version on all machines',
    );
  }
  const job = read(jobSchema, data, 'job');
  if (keyOf(job.run) !== key) {
    throw new UserError(
      'this job has not the name of its configuration: it was not added by mann sweep',
    );
  }
  return job;
}

/** What a worker delivers, as it goes through the queue. */
export function deliveryOf({ result, ...rest }: Delivery): object {
  const delivery = { form: FORM, ...rest, result: JSON.stringify(result) };
  readDelivery(delivery);
  return delivery;
}

/** @throws UserError where it is none */
export function readDelivery(data: unknown): Delivery {
  const { result: written, files, attempt, worker } = read(deliverySchema, data, 'result');
  const result = read(doneSchema, parsed(written), 'result') as DoneRun; // its null is what JSON has for NaN
  const checkpoint = files.find(({ name }) => name === result.checkpoint);
  if (checkpoint?.digest !== result.digest) {
    throw new UserError('the queue holds a result without its checkpoint: it is refused');
  }
  return { attempt, worker, result, files };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** How far a run is; undefined where a queue says anything else. */
export function readProgress(data: unknown): WorkerProgress | undefined {
  const found = v.safeParse(progressSchema, data);
  return found.success ? found.output : undefined;
}

/** A checkpoint to go on from; undefined where it is none. */
export function readCheckpoint(data: unknown): SavedCheckpoint | undefined {
  const found = v.safeParse(checkpointSchema, data);
  return found.success ? found.output : undefined;
}

/** @throws UserError where it is none */
export function readPiece(data: unknown): Uint8Array {
  return Buffer.from(read(pieceSchema, data, 'piece of a file').piece, 'base64');
}

export const pieceOf = (bytes: Buffer) => ({ piece: bytes.toString('base64') });

/** Why a run failed, as it came from a queue. */
export function readFailure(said: unknown): string {
  const sentence = typeof said === 'string' ? said.trim() : '';
  return new UserError((sentence || 'no reason was given').slice(0, SENTENCE)).message;
}

function read<S extends v.GenericSchema>(schema: S, data: unknown, what: string): v.InferOutput<S> {
  const found = v.safeParse(schema, data, { abortEarly: true });
  if (found.success) return found.output;
  const issue = found.issues[0];
  const path = v.getDotPath(issue);
  const where = path ? ` (at ${path.slice(0, 100)})` : '';
  throw new UserError(`the queue holds a ${what} that mann did not write${where}: it is refused`);
}
