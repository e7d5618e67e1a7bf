import { UserError } from '../common/errors.js';
import { quoted } from '../common/printable.js';
import { Random } from '../common/random.js';
import type { DataSet } from './drawings.js';

/** Training classes and test classes, as indices into the data set's classes. */
export interface Split {
  readonly train: readonly number[];
  readonly test: readonly number[];
}

export type SplitKind = 'random' | 'alphabets';

/** The seed of the random split. It is not the seed of a training, so every training has the same test classes. */
const SPLIT_SEED = 1623;

/** The share of training classes: 1,200 of Omniglot's 1,623. */
const TRAINING_SHARE = 1200 / 1623;

/**
 * Splits the classes of a data set into training and test classes: `splitClasses(data, 'random')`.
 *
 * `random` shuffles the sorted list of classes and takes 1,200 of every 1,623 for training (as in the paper);
 * `alphabets` takes Omniglot's background and evaluation alphabets, which is harder.
 * @throws UserError if the data set has no such split, or fewer than two classes
 */
export function splitClasses(data: DataSet, kind: SplitKind = 'random', seed = SPLIT_SEED): Split {
  if (kind === 'alphabets') {
    if (data.alphabets) return data.alphabets;
    throw new UserError(
      `${data.name} has no background and evaluation alphabets (only omniglot has): use --split random`,
    );
  }
  if (kind !== 'random') {
    throw new UserError(`split must be random or alphabets, not ${quoted(String(kind))}`);
  }
  const classes = data.classes.length;
  if (classes < 2) {
    throw new UserError(
      `${data.name} has ${classes} classes: at least two are needed, to train on and to test on`,
    );
  }
  const order = new Random(seed, 'split').shuffle([...data.classes.keys()]);
  const training = Math.min(Math.max(Math.round(classes * TRAINING_SHARE), 1), classes - 1);
  const sorted = (part: number[]) => part.sort((a, b) => a - b);
  return { train: sorted(order.slice(0, training)), test: sorted(order.slice(training)) };
}

/**
 * Holds out `count` of the training classes for validation: `holdOut(splitClasses(data).train, 10)`.
 * @throws UserError unless some are left to train on
 */
export function holdOut(train: readonly number[], count: number, seed = SPLIT_SEED): Split {
  if (!Number.isInteger(count) || count < 1) {
    throw new UserError(`classes to hold out must be a whole number from 1, not ${count}`);
  }
  if (count >= train.length) {
    throw new UserError(`${count} classes to hold out leave none of ${train.length} to train on`);
  }
  const order = new Random(seed, 'hold out').shuffle([...train]);
  return { train: order.slice(count), test: order.slice(0, count) };
}
