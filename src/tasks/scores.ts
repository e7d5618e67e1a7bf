/** How answers are scored: sums by column of a table, and how sure they are. What a column is, the task says. */

/** A column of a task's table: `{ key: '1', title: '1st' }`, the first time that a class appears. */
export interface Column {
  readonly key: string;
  readonly title: string;
}

/** Scores by the key of their column; columns without an answer are left out. */
export type Scores = Record<string, number>;

/** What a task measures, and the table that it goes into. */
export interface Measure {
  /** What it is called in JSON: `accuracy`. */
  readonly name: string;
  /** What it is called in tables, with its unit: `accuracy, %`. */
  readonly title: string;
  /** What the columns count: `instance`. */
  readonly by: string;
  readonly columns: readonly Column[];
  /** Keys of the columns of a short table. Default: all. */
  readonly shown?: readonly string[] | undefined;
  /** A score is `scale` times the mean: 100 for percentages, 1 for numbers as they are. */
  readonly scale: number;
  /** Digits behind the point, in tables. */
  readonly digits: number;
  /** The loss of a step when guessing, in nats, where that is known. */
  readonly guessing?: number | undefined;
  /** What guessing scores, where that is known. */
  readonly chance?: Scores | undefined;
  /** What cannot be beaten, where that is known, and what it is called. Default `upper bound`. */
  readonly bound?: Scores | undefined;
  readonly boundName?: string | undefined;
}

/** The columns of a short table. */
export function shownColumns({ columns, shown }: Measure): readonly Column[] {
  return shown ? columns.filter(({ key }) => shown.includes(key)) : columns;
}

/** Of the answers in each column, the sum of what they are worth (for shares: how many are right), and their number. */
export interface Counts {
  readonly sum: number[];
  readonly total: number[];
}

/** Zeros for each of `columns` columns. */
export function noCounts(columns: number): Counts {
  return { sum: new Array(columns).fill(0), total: new Array(columns).fill(0) };
}

/** Adds `more` to `counts`. */
export function addCounts(counts: Counts, more: Counts): void {
  for (let i = 0; i < counts.sum.length; i++) {
    counts.sum[i]! += more.sum[i]!;
    counts.total[i]! += more.total[i]!;
  }
}

/** The counts of all episodes together: `sumCounts(episodes, 10)`. */
export function sumCounts(episodes: Iterable<Counts>, columns: number): Counts {
  const sum = noCounts(columns);
  for (const counts of episodes) addCounts(sum, counts);
  return sum;
}

/** What the answers are worth on average: `scoresOf(counts, measure)['2']` is 96.5. */
export function scoresOf({ sum, total }: Counts, { columns, scale }: Measure): Scores {
  const scores: Scores = {};
  for (const [i, { key }] of columns.entries()) {
    if (total[i]! > 0) scores[key] = (scale * sum[i]!) / total[i]!;
  }
  return scores;
}

/** The 97.5% quantile of the standard normal distribution. */
const Z = 1.959963984540054;

/**
 * Half the width of the 95% interval of the scores. Answers of one episode hang together, so episodes are what is
 * counted: the spread of a ratio of sums over episodes (for equal numbers of answers, 1.96 sd/sqrt(n)). Where all
 * episodes agree and there is no spread to measure, the farther end of Wilson's interval over the episodes.
 */
export function ci95Of(episodes: readonly Counts[], measure: Measure): Scores {
  const { columns, scale } = measure;
  const widths: Scores = {};
  const sum = sumCounts(episodes, columns.length);
  for (const [i, { key }] of columns.entries()) {
    const total = sum.total[i]!;
    if (total === 0) continue;
    const mean = sum.sum[i]! / total;
    let n = 0;
    let squares = 0;
    for (const { sum, total } of episodes) {
      if (total[i] === 0) continue;
      n++;
      squares += (sum[i]! - mean * total[i]!) ** 2;
    }
    const deviation = n > 1 ? Math.sqrt((n / (n - 1)) * squares) / total : 0;
    widths[key] = scale * (deviation > 1e-12 ? Z * deviation : wilsonReach(mean, n));
  }
  return widths;
}

/** How far Wilson's 95% interval of a share of n goes from that share. */
function wilsonReach(share: number, n: number): number {
  const [low, high] = wilson95(share * n, n);
  return Math.max(share - low, high - share);
}

/** Wilson's 95% interval for `successes` of `n` independent trials, as shares. */
export function wilson95(successes: number, n: number): [number, number] {
  const share = Math.max(0, Math.min(1, successes / n));
  const middle = share + Z ** 2 / (2 * n);
  const reach = Z * Math.sqrt((share * (1 - share)) / n + Z ** 2 / (4 * n * n));
  const scale = 1 + Z ** 2 / n;
  return [Math.max(0, (middle - reach) / scale), Math.min(1, (middle + reach) / scale)];
}

/** The index of the largest of `count` numbers from `start`; the first of equals. */
export function argmax(numbers: ArrayLike<number>, start: number, count: number): number {
  let best = 0;
  for (let i = 1; i < count; i++) {
    if (numbers[start + i]! > numbers[start + best]!) best = i;
  }
  return best;
}

/** "1st", "2nd", "3rd", "4th", ... */
export function ordinal(n: number): string {
  const teen = n % 100 > 10 && n % 100 < 14;
  return `${n}${(!teen && ['th', 'st', 'nd', 'rd'][n % 10]) || 'th'}`;
}
