/** Reports of the other tasks, made by hand, for the tests. */
import { modelConfig } from '../../dist/model/config.js';
import type {
  CopyRecord,
  EpisodeRecord,
  FunctionRecord,
  MemoryRecord,
  ReportData,
} from '../../dist/report/index.js';
import { accuracyOfStrings } from '../../dist/tasks/classification/string-labels.js';
import { copiedByLength } from '../../dist/tasks/copy/grade-copy.js';
import { densityByStep } from '../../dist/tasks/regression/grade-functions.js';
import type { Scores } from '../../dist/tasks/scores.js';
import { makeRecipe } from '../../dist/training/recipe/recipe.js';
import { sampleEpisode, sampleReport } from './sample.js';

const wave = (size: number, scale = 1) =>
  Float32Array.from({ length: size }, (_, i) => scale * Math.sin(i));

function sampleMemory(T: number): MemoryRecord {
  const [N, W, R] = [6, 3, 1];
  return {
    ...{ slots: N, wordSize: W, heads: R },
    memory: wave(T * N * W),
    readWeights: wave(T * R * N).map(Math.abs),
    writeWeights: wave(T * R * N).map(Math.abs),
    usage: wave(T * N).map(Math.abs),
  };
}

/** Each column's score by its index. */
const scoresOf = (columns: readonly { key: string }[], score: (i: number) => number): Scores =>
  Object.fromEntries(columns.map(({ key }, i) => [key, score(i)]));

/** Labels aaaab, aaaac and eeeee; the right one is said from the second appearance on. */
export function sampleStrings(): EpisodeRecord {
  const names = [1, 2, 3124];
  const letters = [
    [0, 0, 0, 0, 1],
    [0, 0, 0, 0, 2],
    [4, 4, 4, 4, 4],
  ];
  const episode = sampleEpisode();
  const [G, C] = [5, 5];
  const probabilities = new Float32Array(episode.length * G * C).fill(0.05);
  const seen = new Set<number>();
  for (const [t, label] of episode.labels.entries()) {
    for (const [g, letter] of letters[seen.has(label) ? label : 0]!.entries()) {
      probabilities[(t * G + g) * C + letter] = 0.8;
    }
    seen.add(label);
  }
  return {
    ...episode,
    classes: C,
    spelling: { characters: G, alphabet: C },
    labels: episode.labels.map((label) => names[label]!),
    probabilities,
  };
}

export function stringsReport(changes: Partial<ReportData> = {}): ReportData {
  return sampleReport({
    config: modelConfig({ output: 'strings', numClasses: 5, inputHeight: 4, inputWidth: 5 }),
    measure: accuracyOfStrings(),
    test: {
      episodes: 1600,
      scores: { 1: 0, 2: 81.5, 3: 90, 4: 91, 5: 92, 10: 95 },
      ci95: { 1: 0.2, 2: 0.9, 3: 0.8, 4: 0.7, 5: 0.7, 10: 0.5 },
      loss: 30,
    },
    episode: sampleStrings(),
    ...changes,
  });
}

/** @param T points of the function */
export function sampleFunction(dimensions = 1, T = 100): FunctionRecord {
  const grid = dimensions === 1 ? Float32Array.from({ length: 9 }, (_, i) => i / 2 - 2) : [];
  const normals = (count: number, deviation: number) => ({
    means: Float64Array.from(wave(count)),
    deviations: new Float64Array(count).fill(deviation),
  });
  const views = [1, 2, 5, 10, 20, 50].filter((known) => known <= T);
  return {
    kind: 'regression',
    ...{ length: T, dimensions },
    points: wave(T * dimensions, 2),
    values: wave(T).map((value) => value + 0.25),
    network: normals(T, 0.5),
    exact: normals(T, 0.1),
    grid: Float32Array.from(grid),
    views:
      dimensions > 1
        ? []
        : views.map((known) => ({ known, network: normals(9, 9), exact: normals(9, 0.1) })),
    memory: sampleMemory(Math.min(T, 60)),
  };
}

/** @param gap how far the network is from the exact process */
export function regressionReport({ dimensions = 1, T = 100, gap = 0.12 } = {}): ReportData {
  const measure = densityByStep(T);
  const { columns } = measure;
  const best = (i: number) => 0.5 * i - 1.4;
  return sampleReport({
    config: modelConfig({
      ...{ output: 'gaussian', inputHeight: 1, inputWidth: dimensions },
      ...{ encoder: 'mlp', encoderWidths: [8], lstmSize: 7 },
    }),
    recipe: makeRecipe({
      ...{ numClasses: 0, episodeLength: T, iterations: 400 },
      ...{ curriculum: 'none', augment: false },
    }),
    dataset: { name: 'regression', trained: 'functions', tested: 'new functions' },
    measure,
    test: {
      episodes: 320,
      scores: scoresOf(columns, (i) => best(i) - gap),
      ci95: scoresOf(columns, () => 0.05),
      loss: -120,
      bound: scoresOf(columns, best),
    },
    curve: [100, 200, 300, 400].map((batch) => ({
      batch,
      loss: 140 - batch,
      scores: scoresOf(columns, (i) => (i * batch) / 1000 - 1.4),
    })),
    episode: sampleFunction(dimensions, T),
  });
}

/** Sequences of 4 and 8 vectors of 3 bits; of the second two bits are wrong, and one is neither 0 nor 1. */
export function sampleCopies(): CopyRecord {
  const sequence = (vectors: number) => {
    const asked = Float32Array.from({ length: 3 * vectors }, (_, i) => (i * i) % 2);
    return { vectors, asked, answers: asked.map((bit) => 0.1 + 0.8 * bit) };
  };
  const [first, second] = [sequence(4), sequence(8)];
  for (const i of [0, 7]) second.answers[i] = 1 - second.answers[i]!;
  second.answers[20] = 0.5;
  return { kind: 'copy', bits: 3, sequences: [first, second], memory: sampleMemory(9) };
}

/** @param scores by column: 1, 2, 3-5 and 6-8 vectors */
export function copyReport(scores: readonly number[] = [100, 100, 97, 12]): ReportData {
  const measure = copiedByLength(8);
  const { columns } = measure;
  return sampleReport({
    config: modelConfig({
      ...{ output: 'bits', targetSize: 3, inputHeight: 1, inputWidth: 4 },
      ...{ encoder: 'none', binding: 'controller' },
    }),
    recipe: makeRecipe({
      ...{ numClasses: 0, episodeLength: 4, iterations: 400 },
      ...{ curriculum: 'none', augment: false },
    }),
    dataset: { name: 'copy', trained: 'sequences', tested: 'new sequences' },
    measure,
    test: {
      episodes: 320,
      scores: scoresOf(columns, (i) => scores[i]!),
      ci95: scoresOf(columns, () => 2),
      loss: 2,
    },
    curve: [100, 200].map((batch) => ({
      batch,
      loss: 5 - batch / 100,
      scores: { 1: batch / 2, 2: batch / 4, 5: batch / 10 },
    })),
    episode: sampleCopies(),
  });
}
