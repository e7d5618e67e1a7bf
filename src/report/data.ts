/** What a report is made from: plain data, nothing of engines or files. */
import type { ModelConfig } from '../model/config.js';
import type { Spelling } from '../tasks/classification/string-labels.js';
import type { Measure, Scores } from '../tasks/scores.js';
import type { Recipe } from '../training/recipe/recipe.js';

/** The network's memory during one episode of T steps. Arrays are row-major. */
export interface MemoryRecord {
  /** N, W and R. */
  readonly slots: number;
  readonly wordSize: number;
  readonly heads: number;
  /** [T, N, W]: M_t after each step. */
  readonly memory: Float32Array;
  /** [T, R, N]: w^r_t. */
  readonly readWeights: Float32Array;
  /** [T, R, N]: w^w_t. */
  readonly writeWeights: Float32Array;
  /** [T, N]: u_t; zeros of an NTM. */
  readonly usage: Float32Array;
}

/** One episode of drawings, step by step, as one network saw it. */
export interface EpisodeRecord {
  readonly kind: 'drawings';
  /** T drawings of height x width pixels. */
  readonly length: number;
  readonly height: number;
  readonly width: number;
  /** C possible labels; of strings the letters of their alphabet. */
  readonly classes: number;
  /** How labels are spelt, where they are strings of G letters. */
  readonly spelling?: Spelling | undefined;
  /** [T, P]: the drawings, foreground 1 on background 0. */
  readonly pictures: Float32Array;
  /** [T]: the true labels; of strings their numbers. */
  readonly labels: readonly number[];
  /** [T, C], of strings [T, G, C]: the network's probability of each label or letter, before it is given the true one. */
  readonly probabilities: Float32Array;
  /** Absent for a network without memory. */
  readonly memory?: MemoryRecord;
}

/** Normal distributions, one for each of a list of values. */
export interface Normals {
  readonly means: Float64Array;
  /** Standard deviations of an observation, noise included. */
  readonly deviations: Float64Array;
}

/** What is predicted of a function of one number after its first points. */
export interface FunctionView {
  /** The points that have been observed. */
  readonly known: number;
  /** For each number of the record's `grid`. */
  readonly network: Normals;
  readonly exact: Normals;
}

/** One function, point by point. */
export interface FunctionRecord {
  readonly kind: 'regression';
  /** T points of D numbers. */
  readonly length: number;
  readonly dimensions: number;
  /** [T, D] and [T]: the points, and the values observed there. */
  readonly points: Float32Array;
  readonly values: Float32Array;
  /** [T]: each value as it was predicted from those before it, by the network and by the process it was drawn from. */
  readonly network: Normals;
  readonly exact: Normals;
  /** Numbers at which a function of one number is predicted, and the predictions after more and more points. */
  readonly grid: Float32Array;
  readonly views: readonly FunctionView[];
  /** Of the first steps. Absent for a network without memory. */
  readonly memory?: MemoryRecord;
}

/** One sequence of vectors that a network was to copy. */
export interface SequenceRecord {
  /** L */
  readonly vectors: number;
  /** [L, D]: the bits that were asked for. */
  readonly asked: Float32Array;
  /** [L, D]: the network's probability that each is 1. */
  readonly answers: Float32Array;
}

/** Sequences that a network copied. */
export interface CopyRecord {
  readonly kind: 'copy';
  /** D bits of a vector. */
  readonly bits: number;
  /** The longest of training, and a longer one. */
  readonly sequences: readonly SequenceRecord[];
  /** While the first of them was copied. Absent for a network without memory. */
  readonly memory?: MemoryRecord;
}

/** What a report shows of one test. */
export type TestRecord = EpisodeRecord | FunctionRecord | CopyRecord;

/** One row of the training table: means over the batches since the row before. */
export interface CurvePoint {
  readonly batch: number;
  /** Mean over episodes of the loss, summed over the steps. */
  readonly loss: number;
  /** By column of the task's measure. */
  readonly scores: Scores;
}

/** A test on unseen classes, new functions or new sequences. */
export interface TestResult {
  readonly episodes: number;
  /** By column of the task's measure, and half the widths of their 95% intervals. */
  readonly scores: Scores;
  readonly ci95: Scores;
  readonly loss: number;
  /** What the best possible answers to these episodes would score, where the task knows. */
  readonly bound?: Scores | undefined;
}

export interface ReportData<Episode extends TestRecord = TestRecord> {
  readonly config: ModelConfig;
  readonly recipe: Recipe;
  readonly dataset: {
    /** As on the command line: `omniglot`, `glyphs`, a folder, or the task where there is no data set. */
    readonly name: string;
    /** What the network was trained and tested on, in words: `1,200 classes of omniglot (random split)`. */
    readonly trained: string;
    readonly tested: string;
  };
  readonly seed: number;
  /** Where it ran, in words: `simd engine, 2 threads, Node 20.19 on x64 Linux`. */
  readonly machine: string;
  readonly date: Date;
  /** Seconds of training, where known. */
  readonly seconds?: number;
  /** The commands that reproduce this result, one a line. */
  readonly command: string;
  /** What scores are. */
  readonly measure: Measure;
  readonly test: TestResult;
  /** Empty where there is no log of the training. */
  readonly curve: readonly CurvePoint[];
  /** One test, to be looked at. */
  readonly episode: Episode;
}
