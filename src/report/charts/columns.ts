import type { Column } from '../../tasks/scores.js';

/** A column's title where there is little room: `2` for `2nd`. */
export function shortTitle({ title }: Column): string {
  return title.replace(/^(\d+)(?:st|nd|rd|th)$/, '$1');
}

/** So many of them at most, evenly, the first and the last among them. */
export function thinned<T>(all: readonly T[], most: number): T[] {
  if (all.length <= most) return [...all];
  return Array.from(
    { length: most },
    (_, i) => all[Math.round((i * (all.length - 1)) / (most - 1))]!,
  );
}
