import type { Recalled } from 'mann';
import type { Stroke } from '../pad/strokes.js';
import type { Frame } from './frame.js';

/** The five names; the network knows positions only. */
export const CLASSES = ['A', 'B', 'C', 'D', 'E'] as const;
export type ClassName = (typeof CLASSES)[number];

/** In the place of a class: the drawing shows none of those that have an example. */
export const NONE = 'none';

/** What a drawing was taken for. */
export interface Guess {
  /** A class name, or {@link NONE}. */
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
  /** Before it had a label; undefined when there was no class to choose from. */
  readonly guess: Guess | undefined;
  /** The LSTM's answer. */
  readonly rival?: Guess | undefined;
  /** Not a new example, but an earlier one observed once more. */
  readonly again: boolean;
  /** Number of the visitor's action that this belongs to: all of an action is undone together. */
  readonly action: number;
  readonly frame: Frame;
}

/** What the network says to a drawing that has no label yet. */
export interface Reading {
  /** The largest of `shares`. */
  readonly answer: Guess;
  /** By class name and {@link NONE}, 0 to 1; they sum to 1. */
  readonly shares: ReadonlyMap<string, number>;
  readonly recalled: readonly Recalled[];
  /** [N]: read weights, mean over the heads. */
  readonly read: Float32Array;
  readonly rival: Guess | undefined;
}

/** A symbol as it travels between parts of the page, and in links: one drawing and what the visitor calls it. */
export interface Named {
  readonly name: string;
  readonly look: Look;
}
