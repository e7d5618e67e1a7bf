import type { Checkpoint } from 'mann';
import type { Means } from './network.js';

export interface TrainAsk {
  readonly seed: number;
  /** Of the processor. 0: the worker does all the work itself. */
  readonly threads: number;
  /** Undefined: as many as suit what trains. */
  readonly batches: number | undefined;
  /** Undefined: whichever is faster. */
  readonly means: Means | undefined;
}

/** What trains, and what it was chosen over. */
export interface Machine {
  readonly means: Means;
  /** Threads of the processor, also where it was only measured. */
  readonly threads: number;
  /** The library's name for the engine on the processor: `relaxed` or `simd`. */
  readonly engine: string;
  /** The name of the graphics processor that trains. */
  readonly gpu?: string | undefined;
  /** Episodes a second on the processor, measured beforehand where a graphics processor trains. */
  readonly processorSpeed?: number | undefined;
  /** Why the processor trains though there is, or was to be, a graphics processor. */
  readonly why?: string | undefined;
}

export type TrainAnswer =
  | {
      /** A graphics processor is there and is made ready. */
      readonly kind: 'preparing';
    }
  | {
      /** Training begins, for the second time where a graphics processor has failed in the midst of it. */
      readonly kind: 'begin';
      readonly machine: Machine;
      readonly batches: number;
      /** Episodes in a batch. */
      readonly episodes: number;
    }
  | {
      readonly kind: 'progress';
      readonly batch: number;
      /** Percent by instance, means of the last 100 batches. */
      readonly accuracy: Readonly<Record<string, number>>;
      /** Batches a second. */
      readonly speed: number;
    }
  | {
      /** The network as it is then: before the first batch, after some, and at the end. */
      readonly kind: 'snapshot';
      readonly checkpoint: Checkpoint;
    }
  | {
      readonly kind: 'end';
      readonly batch: number;
      readonly seconds: number;
      /** A hash of the weights: the same seed gives the same, with any number of threads. */
      readonly digest: string;
      /** On characters that it was not trained with, percent by instance. */
      readonly unseen: Readonly<Record<string, number>>;
      /** Batches of the test that `unseen` is from. */
      readonly tested: number;
      /** The network as a file that `mann test` and the library read. */
      readonly file: Uint8Array<ArrayBuffer>;
    }
  | { readonly kind: 'failed'; readonly message: string };

/** `TrainAsk` begins; this ends it after the batch at hand. */
export const STOP = 'stop';
