import { bytesOf } from '../../../dist/common/numbers/base64.js';
import type { Stroke } from '../pad/strokes.js';
import type { Frame } from '../session/frame.js';

/** A recorded episode, as `web/scripts/record-episode.ts` writes it. */
export interface Recording {
  /** Of Omniglot, who drew it, and with which weights. */
  readonly source: string;
  /** Slots, their width, and how many numbers of that are the key. */
  readonly shape: readonly number[];
  /** The memory's scale: the number that 127 stands for. */
  readonly scale: number;
  readonly steps: readonly RecordedStep[];
}

export interface RecordedStep {
  readonly strokes: readonly Stroke[];
  /** The class, 0 to 4. */
  readonly truth: number;
  /** After each quarter of the drawing: confidences in percent by class; empty before there are labels. */
  readonly guesses: readonly (readonly number[])[];
  /** Pairs: a step that the last guess was recalled from, and its share in percent. */
  readonly recalled: readonly (readonly number[])[];
  readonly written: number;
  readonly leastUsed: number;
  /** [N] each, base64 of bytes: weights 0 to 1 as 0 to 255, usage 0 to 4 as 0 to 255. */
  readonly read: string;
  readonly write: string;
  readonly usage: string;
  /** Slots that changed since the step before, and their words (int8, base64). */
  readonly slots: readonly number[];
  readonly words: string;
}

/** Usage above this looks the same. */
export const USAGE_TOP = 4;

/** The memory after each recorded step. */
export function framesOf({ shape, scale, steps }: Recording): Frame[] {
  const [N, W, keySize] = shape as [number, number, number];
  let memory = new Float32Array(N * W);
  return steps.map((step) => {
    memory = memory.slice();
    const numbers = bytesOf(step.words);
    step.slots.forEach((slot, k) => {
      for (let i = 0; i < W; i++) {
        memory[slot * W + i] = (((numbers[k * W + i]! << 24) >> 24) * scale) / 127;
      }
    });
    return {
      memory,
      keySize,
      read: Float32Array.from(bytesOf(step.read), (byte) => byte / 255),
      write: Float32Array.from(bytesOf(step.write), (byte) => byte / 255),
      usage: Float32Array.from(bytesOf(step.usage), (byte) => (byte * USAGE_TOP) / 255),
      written: step.written,
      leastUsed: step.leastUsed,
    };
  });
}
