import { UserError } from '../common/errors.js';
import { Random } from '../common/random.js';
import type { DataSet } from './drawings.js';

/** Classes to train on and classes never seen in training, as indices into the data set's classes. */
export interface Split {
  readonly train: readonly number[];
  readonly test: readonly number[];
}

export type SplitKind = 'random' | 'alphabets';

/** The seed of the random split, apart from the training seed: every training has the same test classes. */
const SPLIT_SEED = 1623;

/** The training classes' share: 1,200 of Omniglot's 1,623. */
const TRAINING_SHARE = 1200 / 1623;

/**
 * Splits the classes of a data set.
 * `random`: the sorted class list, shuffled, 1,200 of every 1,623 classes for training (the paper);
 * `alphabets`: Omniglot's own background and evaluation alphabets, which is harder.
 * @throws UserError where the data set has no such split
 */
export function splitClasses(data: DataSet, kind: SplitKind = 'random', seed = SPLIT_SEED): Split {
  if (kind === 'alphabets') {
    if (data.alphabets) return data.alphabets;
    throw new UserError(
      `${data.name} has no background and evaluation alphabets (only omniglot has): use --split random`,
    );
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

/** Holds `count` of the training classes out, to choose recipes by: the test classes are for the end. */
export function holdOut(train: readonly number[], count: number, seed = SPLIT_SEED): Split {
  const order = new Random(seed, 'hold out').shuffle([...train]);
  return { train: order.slice(count), test: order.slice(0, count) };
}
