import type { Recalled } from 'mann';
import type { Stroke } from '../pad/strokes.js';
import type { Frame } from './frame.js';

/** The five names; the network knows positions only. */
export const CLASSES = ['A', 'B', 'C', 'D', 'E'] as const;
export type ClassName = (typeof CLASSES)[number];

/** What a drawing was taken for. */
export interface Guess {
  readonly label: string;
  /** 0 to 1. */
  readonly confidence: number;
}

/** A drawing as it is shown: strokes of the pen, or the pixels that the network sees. */
export type Look =
  | { readonly strokes: readonly Stroke[] }
  | { readonly ink: Float32Array; readonly side: number };

/** A drawing with all that the network made of it. */
export interface Step {
  readonly look: Look;
  readonly truth: string;
  /** Before the truth was told; undefined where there was nothing to choose from. */
  readonly guess: Guess | undefined;
  /** What the network without memory said. */
  readonly rival?: Guess | undefined;
  /** Shown once more by the page itself. */
  readonly again: boolean;
  readonly frame: Frame;
}

/** What the network says to a drawing that has no label yet. */
export interface Reading {
  readonly guess: Guess;
  /** By class name, 0 to 1. */
  readonly confidences: ReadonlyMap<string, number>;
  readonly known: boolean;
  readonly recalled: readonly Recalled[];
  /** [N]: read weights, mean over the heads. */
  readonly read: Float32Array;
  readonly rival: Guess | undefined;
}
