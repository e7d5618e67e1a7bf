/** What an experiment of the paper is: rows of a table, each a network or a baseline, with the paper's figures. */
import type { TrainFlags } from '../training/plan.js';

interface BaseRow {
  /** As in the table, and of its run folder. */
  readonly name: string;
  /** The published figures, at the columns of the experiment. */
  readonly paper?: readonly number[];
}

/** A network that is trained and tested. */
export interface NetworkRow extends BaseRow {
  /** Flags of `mann train`. */
  readonly train: TrainFlags;
  /** Batches of `--quick`. */
  readonly quick: number;
}

/** A network of another row, tested on more classes than it was trained on. */
export interface TransferRow extends BaseRow {
  /** The name of that row. */
  readonly of: string;
  readonly numClasses: number;
  /** Slots of the memory in this test. Default: as trained. */
  readonly slots?: number;
}

/** What nearest neighbours compare: pixels, features of an autoencoder, or embeddings of the pretrained MANN's encoder. */
export type Features = 'pixels' | 'autoencoder' | 'encoder';

/** Nearest neighbours on such features. */
export interface NeighboursRow extends BaseRow {
  readonly neighbours: Features;
  /** Flags of the episodes. */
  readonly train: TrainFlags;
}

export type Row = NetworkRow | TransferRow | NeighboursRow;

export interface Experiment {
  /** As on the command line. */
  readonly name: string;
  /** What it is, in a sentence. */
  readonly about: string;
  /** Where the figures beside ours are from. */
  readonly source: string;
  /** Keys of the columns that are shown, of the task's measure. */
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}
