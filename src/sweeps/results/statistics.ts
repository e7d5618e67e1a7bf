/** Means of a few runs and how sure they are. */

/** The 97.5% quantile of Student's t distribution, for 1, 2, 3, ... degrees of freedom. */
const T_975 = [
  12.7062, 4.30265, 3.18245, 2.77645, 2.57058, 2.44691, 2.36462, 2.306, 2.26216, 2.22814, 2.20099,
  2.17881, 2.16037, 2.14479, 2.13145, 2.11991, 2.10982, 2.10092, 2.09302, 2.08596, 2.07961, 2.07387,
  2.06866, 2.0639, 2.05954, 2.05553, 2.05183, 2.04841, 2.04523, 2.04227,
];
/** Of the normal distribution. */
const Z = 1.959963984540054;

/**
 * The 97.5% quantile of Student's t distribution: `tQuantile(2)` is 4.303. Beyond the table it is the expansion by
 * Cornish and Fisher, which there is exact to 6 digits.
 * @param freedom degrees of freedom, a whole number of at least 1
 */
export function tQuantile(freedom: number): number {
  const listed = T_975[freedom - 1];
  if (listed !== undefined) return listed;
  const [z3, z5, z7] = [Z ** 3, Z ** 5, Z ** 7];
  return (
    Z +
    (z3 + Z) / (4 * freedom) +
    (5 * z5 + 16 * z3 + 3 * Z) / (96 * freedom ** 2) +
    (3 * z7 + 19 * z5 + 17 * z3 - 15 * Z) / (384 * freedom ** 3)
  );
}

/** What several runs scored. */
export interface Spread {
  /** How many. */
  readonly n: number;
  readonly mean: number;
  readonly lowest: number;
  readonly highest: number;
  /** Of the runs as a sample of all seeds (divided by n - 1); none of a single run. */
  readonly deviation?: number;
  /** Half the width of the 95% interval of the mean, by Student's t; none of a single run. */
  readonly ci95?: number;
}

/** `spreadOf([95, 97])`. */
export function spreadOf(values: readonly number[]): Spread {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const range = { lowest: Math.min(...values), highest: Math.max(...values) };
  if (n < 2) return { n, mean, ...range };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / (n - 1));
  return { n, mean, ...range, deviation, ci95: (tQuantile(n - 1) * deviation) / Math.sqrt(n) };
}
