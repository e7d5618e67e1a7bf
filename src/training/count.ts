import * as v from 'valibot';

/** Upper limit of all counts. */
export const MOST = 1e9;

/** A whole number of batches, classes, ...; `what` names it in messages. */
export const count = (what: string, low = 1) =>
  v.pipe(
    v.number(`${what} must be a number`),
    v.integer(`${what} must be a whole number`),
    v.minValue(low, `${what} must be at least ${low}`),
    v.maxValue(MOST, `${what} must be at most ${MOST}`),
  );
