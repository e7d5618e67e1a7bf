export interface TrainAsk {
  readonly seed: number;
  /** 0: the worker does all the work itself. */
  readonly threads: number;
  readonly batches: number;
}

export type TrainAnswer =
  | {
      readonly kind: 'progress';
      readonly batch: number;
      readonly batches: number;
      /** Percent by instance, means of the last 100 batches. */
      readonly accuracy: Readonly<Record<string, number>>;
      /** Batches a second. */
      readonly speed: number;
    }
  | {
      readonly kind: 'end';
      readonly batch: number;
      readonly seconds: number;
      readonly threads: number;
      readonly engine: string;
      /** A hash of the weights: the same seed gives the same, with any number of threads. */
      readonly digest: string;
      /** On characters that it was not trained with, percent by instance. */
      readonly unseen: Readonly<Record<string, number>>;
    }
  | { readonly kind: 'failed'; readonly message: string };

/** `TrainAsk` begins; this ends it after the batch at hand. */
export const STOP = 'stop';
