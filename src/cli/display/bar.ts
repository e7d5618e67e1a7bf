import colours from 'picocolors';
import { wrapped } from './wrapped.js';

const INDENT = '  ';

/** A bar with its share and what is counted, under each other where a line is too short. */
export function barLines(share: number, counted: string, width: number): string[] {
  const percent = `${Math.floor(100 * share)}%`.padStart(4);
  const room = width - `${INDENT} ${percent}  ${counted}`.length;
  const long = Math.max(10, Math.min(40, room));
  const drawn = `${INDENT}${colours.cyan(bar(share, Math.min(long, width - 7)))} ${colours.bold(percent)}`;
  return room >= 10
    ? [`${drawn}  ${counted}`]
    : [drawn, ...wrapped(counted, width, { indent: INDENT, cut: true })];
}

function bar(share: number, width: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * width);
  return '█'.repeat(full) + '░'.repeat(width - full);
}
