import { createLogUpdate } from 'log-update';
import colours from 'picocolors';
import { printable } from '../common/printable.js';
import type { LoadProgress } from '../data/progress.js';
import { bar, count } from './format.js';

/** Milliseconds between two pictures. */
const FRAME = 100;

/** Milliseconds that pass in silence where every line stays. */
const PATIENCE = 1000;

/** Shows how far loading has come: a bar on a terminal, a line at each quarter elsewhere. */
export function loadProgress(stream = process.stderr): {
  update: LoadProgress;
  done(): void;
} {
  const inPlace = stream.isTTY && createLogUpdate(stream, { showCursor: true });
  const started = Date.now();
  let last = 0;
  let quarter = 0;
  let doing = '';
  return {
    update(done, total, source) {
      const what = printable(source);
      const share = total > 0 ? done / total : 0;
      if (inPlace) {
        if (done < total && Date.now() - last < FRAME) return;
        last = Date.now();
        const amount = total > 0 ? `${Math.floor(100 * share)}%` : count(done);
        inPlace(`  ${colours.cyan(bar(share, 24))} ${amount.padStart(4)}  ${what}`);
        return;
      }
      if (what !== doing) quarter = 0;
      doing = what;
      if (Math.floor(4 * share) <= quarter || Date.now() - started < PATIENCE) return;
      quarter = Math.floor(4 * share);
      stream.write(`${what}: ${Math.floor(100 * share)}%\n`);
    },
    done() {
      if (!inPlace) return;
      inPlace.clear();
      inPlace.done();
    },
  };
}
