/** The mean of episodes, and half of its 95% interval. Predictions of one episode hang together: what counts are episodes. */
export function meanOf(values: readonly number[]): { mean: number; interval: number } {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, interval: 1.96 * Math.sqrt(squares / (n - 1) / n) };
}

/** The chance that a number of `high` is larger than one of `low` (area under the ROC curve); equal ones count half. */
export function auroc(high: readonly number[], low: readonly number[]): number {
  const sorted = [...low].sort((a, b) => a - b);
  const below = (value: number, orEqual: boolean) => {
    let [from, to] = [0, sorted.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (orEqual ? sorted[middle]! <= value : sorted[middle]! < value) from = middle + 1;
      else to = middle;
    }
    return from;
  };
  const sum = high.reduce((all, value) => all + below(value, false) + below(value, true), 0);
  return sum / 2 / high.length / low.length;
}
