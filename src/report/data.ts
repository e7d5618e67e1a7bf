/** What a report is made from: plain data, nothing of engines or files. */
import type { ModelConfig } from '../model/config.js';
import type { Scores } from '../tasks/scores.js';
import type { Recipe } from '../training/recipe.js';

/** The network's memory during one episode. Arrays are row-major. */
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

/** One episode, step by step, as one network saw it. */
export interface EpisodeRecord {
  /** T drawings of height x width pixels. */
  readonly length: number;
  readonly height: number;
  readonly width: number;
  /** C possible labels. */
  readonly classes: number;
  /** [T, P]: the drawings, foreground 1 on background 0. */
  readonly pictures: Float32Array;
  /** [T]: the true labels. */
  readonly labels: readonly number[];
  /** [T, C]: the network's probability of each label, before it is given the true one. */
  readonly probabilities: Float32Array;
  /** Absent for a network without memory. */
  readonly memory?: MemoryRecord;
}

/** One row of the training table: means over the batches since the row before. */
export interface CurvePoint {
  readonly batch: number;
  /** Mean over episodes of the sum over drawings of the cross entropy. */
  readonly loss: number;
  /** By column of the task's measure. */
  readonly scores: Scores;
}

/** A test on unseen classes. */
export interface TestResult {
  readonly episodes: number;
  /** By column of the task's measure, and half the widths of their 95% intervals. */
  readonly scores: Scores;
  readonly ci95: Scores;
  readonly loss: number;
}

export interface ReportData {
  readonly config: ModelConfig;
  readonly recipe: Recipe;
  readonly dataset: {
    /** As on the command line: `omniglot`, `glyphs` or a folder. */
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
  readonly test: TestResult;
  /** Empty where there is no log of the training. */
  readonly curve: readonly CurvePoint[];
  /** One episode of test classes. */
  readonly episode: EpisodeRecord;
}
