import { instancesOf } from '../tasks/classification/by-instance.js';
import { argmax } from '../tasks/scores.js';
import type { EpisodeRecord } from './data.js';
import { inkPng } from './png.js';

/** One drawing of an episode and how the network classified it. */
export interface EpisodeStep {
  /** From 1. */
  readonly number: number;
  /** A PNG data URI, black on a transparent background. */
  readonly picture: string;
  readonly truth: string;
  readonly guess: string;
  /** The probability of the guess, 0 to 1. */
  readonly confidence: number;
  readonly right: boolean;
  /** Whether its class appears for the first time: its label can only be guessed. */
  readonly isNew: boolean;
  /** Which appearance of its class it is, from 1. */
  readonly instance: number;
}

export function episodeSteps(episode: EpisodeRecord): EpisodeStep[] {
  const { length, height, width, classes, pictures, labels, probabilities } = episode;
  const instances = instancesOf(labels);
  return Array.from({ length }, (_, t) => {
    const guess = argmax(probabilities, t * classes, classes);
    const P = height * width;
    return {
      number: t + 1,
      picture: inkPng(pictures.subarray(t * P, (t + 1) * P), height, width),
      truth: labelName(labels[t]!, classes),
      guess: labelName(guess, classes),
      confidence: probabilities[t * classes + guess]!,
      right: guess === labels[t],
      isNew: instances[t] === 1,
      instance: instances[t]!,
    };
  });
}

/** Labels are letters while there are letters enough. */
function labelName(label: number, classes: number): string {
  return classes <= 26 ? String.fromCharCode(65 + label) : String(label + 1);
}

/** A share in whole percent. */
export function percent(share: number): string {
  return `${Math.round(100 * share)}%`;
}
