/** Round numbers from 0 to about `to`: at most five, the largest no greater than it. */
export function ticksTo(to: number): number[] {
  if (to <= 0) return [0];
  const rough = to / 4;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = unit * [1, 2, 2.5, 5, 10].find((factor) => factor * unit >= rough)!;
  return Array.from({ length: Math.floor(to / step + 1e-9) + 1 }, (_, i) => i * step);
}
