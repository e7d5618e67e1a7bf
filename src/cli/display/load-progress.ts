import { printable } from '../../common/printable.js';
import type { LoadProgress } from '../../data/progress.js';
import { barLines } from './bar.js';
import { count } from './format.js';
import { LiveText } from './live-text.js';
import { drawsInPlace } from './terminal.js';
import { wrapped } from './wrapped.js';

/** Milliseconds between two frames. */
const FRAME = 100;

/** Milliseconds that pass in silence where every line stays. */
const PATIENCE = 1000;

/** Shows how far loading has come: a bar on a terminal, a line at each quarter elsewhere. */
export function loadProgress(stream: NodeJS.WriteStream = process.stderr): {
  update: LoadProgress;
  done(): void;
} {
  return drawsInPlace(stream) ? inPlace(stream) : inLines(stream);
}

function inPlace(stream: NodeJS.WriteStream): ReturnType<typeof loadProgress> {
  const live = new LiveText(stream);
  let last = 0;
  return {
    update(done, total, source) {
      if (done < total && Date.now() - last < FRAME) return;
      last = Date.now();
      const what = printable(source);
      live.show(
        total > 0
          ? barLines(done / total, what, live.width)
          : wrapped(`${what}: ${count(done)}`, live.width, { indent: '  ', cut: true }),
      );
    },
    done: () => live.clear(),
  };
}

function inLines(stream: NodeJS.WriteStream): ReturnType<typeof loadProgress> {
  const started = Date.now();
  let quarter = 0;
  let doing = '';
  return {
    update(done, total, source) {
      const what = printable(source);
      const share = total > 0 ? done / total : 0;
      if (what !== doing) quarter = 0;
      doing = what;
      if (Math.floor(4 * share) <= quarter || Date.now() - started < PATIENCE) return;
      quarter = Math.floor(4 * share);
      stream.write(`${what}: ${Math.floor(100 * share)}%\n`);
    },
    done() {},
  };
}
