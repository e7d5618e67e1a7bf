import { instancesOf } from '../../tasks/classification/by-instance.js';
import { numStrings, readStrings, textOf } from '../../tasks/classification/string-labels.js';
import { argmax } from '../../tasks/scores.js';
import type { EpisodeRecord } from '../data.js';
import { inkPng } from '../page/png.js';

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
  const { length, height, width, pictures, labels } = episode;
  const instances = instancesOf(labels);
  return Array.from({ length }, (_, t) => {
    const { guess, confidence } = guessOf(episode, t);
    const P = height * width;
    return {
      number: t + 1,
      picture: inkPng(pictures.subarray(t * P, (t + 1) * P), height, width),
      truth: labelName(episode, labels[t]!),
      guess: labelName(episode, guess),
      confidence,
      right: guess === labels[t],
      isNew: instances[t] === 1,
      instance: instances[t]!,
    };
  });
}

/** The most probable label of a step, and its probability. */
function guessOf({ classes: C, spelling, probabilities }: EpisodeRecord, t: number) {
  const G = spelling?.characters ?? 1;
  const own = probabilities.subarray(t * G * C, (t + 1) * G * C);
  const guess = spelling ? readStrings(own, spelling)[0]! : argmax(own, 0, C);
  let confidence = 1;
  for (let g = 0; g < G; g++) confidence *= own[g * C + argmax(own, g * C, C)]!;
  return { guess, confidence };
}

/** A string as it is spelt. Others are letters while there are letters enough. */
function labelName({ classes, spelling }: EpisodeRecord, label: number): string {
  if (spelling) return label < numStrings(spelling) ? textOf(label, spelling) : 'none';
  return classes <= 26 ? String.fromCharCode(65 + label) : String(label + 1);
}

/** Classes of the episode: all that have labels, or of thousands of strings those that appear. */
export function classesOf({ classes, spelling, labels }: EpisodeRecord): number {
  return spelling ? new Set(labels).size : classes;
}
