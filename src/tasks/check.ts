import { inWords } from '../common/bytes.js';
import { UserError } from '../common/errors.js';

/**
 * Checks a number that a program gave: `checkWhole('length of a function', length, 1)`.
 * @throws RangeError if it is not a whole number from `least` to `most`
 */
export function checkWhole(
  what: string,
  value: number,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  const range = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`;
  throw new RangeError(`${what} must be a whole number ${range}, not ${value}`);
}

/** The most bytes that fit into an engine. */
const LARGEST_BATCH = 2 ** 32;

/**
 * Checks that a batch can be had: `checkRoomFor({ batchSize: 16, episodeLength: 50 }, 405, 'drawings')`.
 * @param numbers of the input of a step
 * @param what the steps show
 * @throws UserError
 */
export function checkRoomFor(
  recipe: { readonly batchSize: number; readonly episodeLength: number },
  numbers: number,
  what: 'drawings' | 'points' | 'steps',
): void {
  const { batchSize, episodeLength } = recipe;
  const bytes = 4 * batchSize * episodeLength * numbers;
  if (bytes <= LARGEST_BATCH) return;
  const smaller = what === 'drawings' ? '--batch-size, --num-samples' : '--batch-size';
  throw new UserError(
    `a batch of ${batchSize} episodes of ${episodeLength} ${what} has ${inWords(bytes)}, ` +
      `and ${inWords(LARGEST_BATCH)} is the limit: give a smaller ${smaller} or --episode-length`,
  );
}
