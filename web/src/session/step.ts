import type { Recalled } from 'mann';
import type { Stroke } from '../pad/strokes.js';
import type { Frame } from './frame.js';

/** The most symbols that the network tells apart, and what they are called until they have names. */
export const CLASSES = [...'ABCDEFGHIJKLMNOPQRST'] as readonly ClassName[];
/** A symbol, whatever its name: its letter from A to T. */
export type ClassName = string & { readonly isClass?: never };

/** In the place of a class: the drawing shows none of those that have an example. */
export const NONE = 'none';

/** What a drawing was taken for. */
export interface Guess {
  /** A class, or {@link NONE}. */
  readonly label: string;
  /** 0 to 1. */
  readonly confidence: number;
}

/** A drawing as it is shown: strokes of the pen, or the pixels of a picture. */
export type Look =
  | { readonly strokes: readonly Stroke[] }
  | { readonly ink: Float32Array; readonly side: number };

/** A symbol as it travels between parts of the page, and in links: one drawing and what the visitor calls it. */
export interface Named {
  readonly name: string;
  readonly look: Look;
}

/** A labelled drawing that the networks have observed. */
export interface Example {
  readonly look: Look;
  readonly truth: ClassName;
  /** Number of the visitor's action that this belongs to: all of an action is undone together. */
  readonly action: number;
  /** The memory after it. */
  readonly frame: Frame;
}

/** What the network and its rivals take one drawing for; undefined: this one has no answer to give. */
export interface Answers {
  readonly mann: Guess;
  readonly lstm: Guess | undefined;
  readonly pixels: Guess | undefined;
}

/** A drawing of which the visitor has said what it is, after the network had answered. */
export interface Check {
  readonly look: Look;
  /** A class, or {@link NONE}. */
  readonly truth: string;
  readonly answers: Answers;
  /** How many examples of its class the network had seen. */
  readonly seen: number;
  readonly action: number;
}

/** What the network says to a drawing that has no label yet. */
export interface Reading {
  readonly answers: Answers;
  /** By class and {@link NONE}, 0 to 1; they sum to 1. */
  readonly shares: ReadonlyMap<string, number>;
  readonly recalled: readonly Recalled[];
}
