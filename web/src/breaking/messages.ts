/** Both networks in their compact form; the baseline may be missing. */
export interface EpisodeWeights {
  readonly mann: ArrayBuffer;
  readonly lstm: ArrayBuffer | undefined;
}

/** To the worker: the weights once, then episodes of a seed by their numbers. */
export type Ask =
  | { readonly weights: EpisodeWeights }
  | { readonly seed: number; readonly from: number; readonly count: number };

export type Answer =
  | {
      readonly kind: 'episode';
      readonly number: number;
      readonly tally: Tally;
      readonly shown: Shown[] | undefined;
    }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly message: string };

/** Right and all answers by instance; index 0 is the 1st. */
export interface Counts {
  readonly right: number[];
  readonly total: number[];
}

export interface Tally {
  readonly mann: Counts;
  readonly lstm: Counts | undefined;
}

/** A drawing of the first episode, and what was said to it. */
export interface Shown {
  readonly ink: Float32Array;
  readonly side: number;
  readonly truth: number;
  readonly guess: number;
  readonly confidence: number;
  readonly rival: number | undefined;
}
