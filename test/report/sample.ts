/** A small episode and report, made by hand, for the tests. */
import { modelConfig } from '../../dist/model/config.js';
import type { EpisodeRecord, ReportData } from '../../dist/report/index.js';
import { accuracyByInstance } from '../../dist/tasks/classification/by-instance.js';
import { makeRecipe } from '../../dist/training/recipe/recipe.js';

const labels = [0, 1, 0, 2, 1, 0, 2, 0];

export function sampleEpisode({ memory = true } = {}): EpisodeRecord {
  const T = labels.length;
  const [height, width, classes, N, W, R] = [4, 5, 3, 6, 3, 2];
  const P = height * width;
  const wave = (size: number) => Float32Array.from({ length: size }, (_, i) => Math.sin(i));
  const probabilities = new Float32Array(T * classes).fill(0.1);
  // Right from the second appearance on, but for the last step.
  const guesses = [1, 1, 0, 0, 1, 0, 2, 1];
  guesses.forEach((guess, t) => {
    probabilities[t * classes + guess] = 0.8;
  });
  return {
    kind: 'drawings',
    length: T,
    height,
    width,
    classes,
    pictures: Float32Array.from({ length: T * P }, (_, i) => (i % 7) / 6),
    labels,
    probabilities,
    ...(memory && {
      memory: {
        slots: N,
        wordSize: W,
        heads: R,
        memory: wave(T * N * W),
        readWeights: wave(T * R * N).map(Math.abs),
        writeWeights: wave(T * R * N).map(Math.abs),
        usage: wave(T * N).map(Math.abs),
      },
    }),
  };
}

export function sampleReport(changes: Partial<ReportData> = {}): ReportData {
  const config = modelConfig({
    numClasses: 3,
    inputHeight: 4,
    inputWidth: 5,
    lstmSize: 7,
    memorySize: 6,
    memoryDim: 3,
    nbReads: 2,
  });
  return {
    config,
    recipe: makeRecipe({ numClasses: 3, episodeLength: 8, iterations: 400 }),
    dataset: { name: 'glyphs', trained: '1200 classes', tested: '423 unseen classes' },
    seed: 3,
    machine: 'reference engine, 1 thread',
    date: new Date('2025-05-04T12:00:00Z'),
    seconds: 61,
    command: 'mann train --seed 3',
    measure: accuracyByInstance((changes.config ?? config).numClasses),
    test: {
      episodes: 1600,
      scores: { 1: 40.25, 2: 81.5, 3: 90, 4: 91, 5: 92 },
      ci95: { 1: 1.25, 2: 0.9, 3: 0.8, 4: 0.7, 5: 0.7 },
      loss: 3.25,
    },
    curve: [100, 200, 300, 400].map((batch) => ({
      batch,
      loss: 9 - batch / 100,
      scores: { 1: 33, 2: 33 + batch / 10, 5: 35 + batch / 9 },
    })),
    episode: sampleEpisode(),
    ...changes,
  };
}
