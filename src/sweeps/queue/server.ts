/**
 * A queue's server (Node): Redis, Valkey or PostgreSQL, behind BullMQ. The packages are loaded when a queue is asked for.
 *
 * There is one queue of trainings, and one for each training with what belongs to it: its files in pieces, and notes.
 * The latter nobody works on. It is a table that every one of the servers can keep, and that goes in one piece.
 */
import type { IQueueBackend, Job, Queue, QueueEvents, Worker } from 'bullmq';
import { messageOf, UserError } from '../../common/errors.js';
import type { QueueAddress } from './address.js';
import { isRefusal, mayPass, saidOf } from './trouble.js';

/** The queue of trainings. */
const TRAININGS = 'mann-trainings';
/** Of keys in Redis; in PostgreSQL the schema. */
const NAMESPACE = 'mann';
/** Milliseconds in which a server must answer at first. */
const PATIENCE = 15_000;
/** Milliseconds between two attempts at an operation. */
const PAUSES = [200, 500, 1000, 2000, 3000];

export interface Timing {
  /** Milliseconds after which a worker that gave no sign of life has lost its job. */
  readonly lock: number;
  /** Milliseconds between two looks for such jobs. */
  readonly stalled: number;
  /** Milliseconds between two looks whether a sweep still waits for a run, and at everything that a sweep waits for. */
  readonly look: number;
  /** Milliseconds between two copies of a checkpoint. */
  readonly publish: number;
}

export const TIMING: Timing = { lock: 30_000, stalled: 15_000, look: 5000, publish: 30_000 };

/** A job may lose its worker so often. */
export const DEATHS = 100;

export interface ServerOptions {
  readonly timing?: Partial<Timing> | undefined;
  /** Told in a sentence when the connection is lost, and when it is back. */
  readonly say?: ((sentence: string) => void) | undefined;
}

type BullMq = typeof import('bullmq');

/** A connection to a queue: `const server = await QueueServer.open(queueAddress('redis://localhost'))`. */
export class QueueServer {
  readonly address: QueueAddress;
  readonly timing: Timing;
  /** The queue of trainings. */
  readonly trainings: Queue;
  readonly #bullmq: BullMq;
  readonly #say: (sentence: string) => void;
  readonly #closing = new AbortController();
  #isLost = false;
  #outages = 0;

  private constructor(bullmq: BullMq, address: QueueAddress, { timing, say }: ServerOptions) {
    this.#bullmq = bullmq;
    this.address = address;
    this.timing = { ...TIMING, ...timing };
    this.#say = say ?? (() => undefined);
    this.trainings = new bullmq.Queue(TRAININGS, this.#options(), this.#factory());
  }

  /**
   * Connects.
   * @throws UserError where a package is missing, the server can't be reached or does not let us in
   */
  static async open(address: QueueAddress, options: ServerOptions = {}): Promise<QueueServer> {
    const bullmq = await loadPackages(address);
    const server = new QueueServer(bullmq, address, options);
    const { trainings } = server;
    let timer: NodeJS.Timeout | undefined;
    try {
      await new Promise<unknown>((resolve, reject) => {
        trainings.once('error', reject);
        trainings.waitUntilReady().then(resolve, reject);
        timer = setTimeout(() => reject(new Error('it does not answer')), PATIENCE);
      });
    } catch (error) {
      trainings.on('error', () => undefined);
      await withinSeconds(1, trainings.close());
      throw new UserError(
        `cannot use the queue at ${address.shown}: ${address.conceal(saidOf(error))}: ` +
          'is the server running, and are the address, user and password right?',
        { cause: error },
      );
    } finally {
      clearTimeout(timer);
    }
    trainings.on('error', (error) => server.#lost(error));
    return server;
  }

  /** What belongs to one training. It needs no closing. */
  belongings(key: string): Queue {
    const name = `mann-run-${key}`;
    const backend = this.trainings.getBackend() as IQueueBackend;
    const factory = () => backend.forQueue(name) as never;
    const queue = new this.#bullmq.Queue(
      name,
      { ...this.#options(), skipMetasUpdate: true },
      factory,
    );
    return queue;
  }

  /** Removes everything that belongs to a training. */
  async forget(key: string): Promise<void> {
    const queue = this.belongings(key);
    for (let attempt = 1; ; attempt++) {
      try {
        await this.insist(() => queue.obliterate({ force: true }));
        return;
      } catch (error) {
        // Another sweep does the same at the same moment.
        if (attempt === 5 || !/obliterate/.test(messageOf(error))) throw error;
        await pause(50 * attempt);
      }
    }
  }

  /** Takes trainings from the queue, by hand: `getNextJob`. */
  worker(): Worker {
    const { lock, stalled } = this.timing;
    const options = {
      ...this.#options(),
      autorun: false,
      lockDuration: lock,
      stalledInterval: stalled,
      maxStalledCount: DEATHS,
      drainDelay: 2,
    };
    const worker = new this.#bullmq.Worker(TRAININGS, null, options, this.#factory());
    worker.on('error', (error) => this.#lost(error));
    return worker;
  }

  /** What happens to the trainings. */
  async events(): Promise<QueueEvents> {
    const options = { ...this.#options(), autorun: false };
    const events = new this.#bullmq.QueueEvents(TRAININGS, options, this.#factory());
    events.on('error', (error) => this.#lost(error));
    // Closed before it has a connection, BullMQ would open one that nobody closes.
    await this.insist(() => (events.getBackend() as IQueueBackend).setName(TRAININGS));
    events.run().catch((error: unknown) => this.#lost(error));
    return events;
  }

  /** An error after which a job is not tried again. */
  final(sentence: string): Error {
    return new this.#bullmq.UnrecoverableError(sentence);
  }

  /** Whether the server was away when it was last heard of. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** How often it went away. */
  get outages(): number {
    return this.#outages;
  }

  /**
   * Tries an operation until the server has answered: `await server.insist(() => queue.add(...))`. It must be one that
   * may be done twice.
   * @throws what the server answered, as where it refuses; or where the signal was aborted
   */
  async insist<T>(operation: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        const result = await operation();
        this.#found();
        return result;
      } catch (error) {
        if (isRefusal(error)) throw error;
        if (!mayPass(error)) throw this.#answer(error);
        if (this.#closing.signal.aborted || signal?.aborted) throw error;
        this.#lost(error);
        await pause(PAUSES[Math.min(attempt, PAUSES.length - 1)]!, [signal, this.#closing.signal]);
      }
    }
  }

  /** Whether a job is in that state now. */
  async stateOf(job: Job): Promise<string> {
    return this.insist(() => job.getState());
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await withinSeconds(2, this.trainings.close());
    await withinSeconds(1, this.trainings.disconnect());
  }

  #options() {
    const connection = this.address.connection();
    if (this.address.kind === 'postgres') {
      return {
        connection: {
          ...connection,
          schema: NAMESPACE,
          migrate: true,
          max: 4,
          keepAlive: true,
          connectionTimeoutMillis: 10_000,
          query_timeout: 30_000,
        } as never,
      };
    }
    return {
      prefix: NAMESPACE,
      connection: {
        ...connection,
        // A server that is silent, as behind a cut wire, is one that is away.
        socketTimeout: 20_000,
        retryStrategy: (times: number) => Math.min(200 * times, 2000),
      },
    };
  }

  #factory() {
    return (
      this.address.kind === 'postgres' ? this.#bullmq.createPostgresBackend : undefined
    ) as never;
  }

  /** What the server said, such as that the user may not write, or what BullMQ could not read. */
  #answer(error: unknown): unknown {
    const isOurs = /^(Type|Reference)Error$/.test((error as Error | undefined)?.name ?? '');
    if (error instanceof UserError || isOurs) return error;
    const said = this.address.conceal(saidOf(error));
    return new UserError(`the queue at ${this.address.shown} can't be used: ${said}`, {
      cause: error,
    });
  }

  #lost(error: unknown): void {
    if (this.#isLost || this.#closing.signal.aborted || isRefusal(error)) return;
    this.#isLost = true;
    this.#outages++;
    const why = this.address.conceal(saidOf(error));
    this.#say(`The queue at ${this.address.shown} can't be reached (${why}): trying again.`);
  }

  #found(): void {
    if (!this.#isLost) return;
    this.#isLost = false;
    this.#say(`The queue at ${this.address.shown} is back.`);
  }
}

async function loadPackages({ kind }: QueueAddress): Promise<BullMq> {
  const driver = kind === 'redis' ? 'ioredis' : 'pg';
  try {
    const [bullmq] = await Promise.all([import('bullmq'), import(driver)]);
    return bullmq;
  } catch (error) {
    const [said] = messageOf(error).split('\n');
    const sentence = /^Cannot find (package|module)/.test(said!)
      ? `--queue with a ${kind} URL needs the packages bullmq and ${driver}: npm install bullmq ${driver}`
      : `the packages bullmq and ${driver} can't be loaded: ${said}`;
    throw new UserError(sentence, { cause: error });
  }
}

/** Waits, or less where one of the signals is aborted. */
export async function pause(
  milliseconds: number,
  signals: readonly (AbortSignal | undefined)[] = [],
): Promise<void> {
  const given = signals.filter((signal) => signal !== undefined);
  if (given.some(({ aborted }) => aborted)) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer);
      for (const signal of given) signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    for (const signal of given) signal.addEventListener('abort', done, { once: true });
  });
}

/** Waits for something that may never come, but no longer than that. */
export async function withinSeconds(seconds: number, work: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  await Promise.race([
    work.then(
      () => over.abort(),
      () => over.abort(),
    ),
    pause(seconds * 1000, [over.signal]),
  ]);
}
