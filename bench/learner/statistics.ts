/** The mean of episodes, and half of its 95% interval. Predictions of one episode hang together: what counts are episodes. */
export function meanOf(values: readonly number[]): { mean: number; interval: number } {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, interval: 1.96 * Math.sqrt(squares / (n - 1) / n) };
}
