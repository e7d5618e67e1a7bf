import type { Settings } from '../task/settings.js';

/** To the worker. A run has a number, by which answers are told apart. */
export type Ask =
  | {
      readonly kind: 'train';
      readonly run: number;
      readonly settings: Settings;
      readonly threads: number;
    }
  /** Ends what runs after the batch at hand. A training that was stopped goes on with `train` of the same number. */
  | { readonly kind: 'stop' }
  /** Lets go of a run's weights. */
  | { readonly kind: 'forget'; readonly run: number }
  /** A trained network as a file. */
  | { readonly kind: 'weights'; readonly run: number }
  /** The first episode of these settings, as it looks. */
  | { readonly kind: 'example'; readonly settings: Settings };

export type Answer =
  | {
      readonly kind: 'example';
      readonly settings: Settings;
      readonly steps: readonly ExampleStep[];
    }
  | { readonly kind: 'begin'; readonly run: number; readonly machine: string }
  | {
      readonly kind: 'progress';
      readonly run: number;
      readonly batch: number;
      readonly secondsLeft: number;
      /** Since the last message. */
      readonly points: readonly Point[];
    }
  | { readonly kind: 'testing'; readonly run: number; readonly done: number }
  | { readonly kind: 'stopped'; readonly run: number }
  | {
      readonly kind: 'end';
      readonly run: number;
      readonly seconds: number;
      readonly result: Result;
    }
  | { readonly kind: 'weights'; readonly run: number; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'failed'; readonly run: number | undefined; readonly message: string };

/** A drawing of the example, and its label. */
export interface ExampleStep {
  /** [side, side], 0 background to 1. */
  readonly pixels: Float32Array;
  readonly side: number;
  readonly label: string;
  /** It is the first of its class. */
  readonly isNew: boolean;
}

/** Percent by instance, `1` to `10`; one that has not appeared is missing. */
export type ByInstance = Readonly<Record<string, number>>;

/** A point of a learning curve: means of the last batches. */
export interface Point {
  readonly batch: number;
  readonly episodes: number;
  readonly accuracy: ByInstance;
}

/** Accuracy in percent, and half the width of its 95% interval. */
export interface Score {
  readonly accuracy: number;
  readonly ci95: number;
}

/** The test of a trained network on classes that it was not trained on, and nearest neighbours on the same episodes. */
export interface Result {
  readonly episodes: number;
  readonly byInstance: Readonly<Record<string, Score>>;
  readonly neighbours: Readonly<Record<string, Score>>;
  readonly shots: readonly Shot[];
}

/** One cell of the test of N-way K-shot classification. */
export interface Shot {
  /** N. */
  readonly ways: number;
  /** K. */
  readonly shots: number;
  readonly episodes: number;
  readonly network: Score;
  readonly neighbours: Score;
}
