import type { MemoryRecord } from '../data.js';
import { html, type Markup } from '../page/html.js';
import { binned, nearlyLargest, transposed } from './grids.js';
import { LARGEST, legend, picture } from './picture.js';

/** M_t after a few steps: a column is a slot, a row one number of its word. */
export function snapshots({ memory, slots: N, wordSize: W }: MemoryRecord, T: number): Markup {
  const columns = Math.min(N, LARGEST);
  const rows = Math.min(W, LARGEST);
  const shown = [...new Set([1, 2, 5, 10, 25, T].filter((t) => t <= T))];
  const maps = shown.map((t) =>
    binned(transposed(memory.subarray((t - 1) * N * W, t * N * W), N, W), W, N, rows, columns),
  );
  const max = Math.max(...maps.map(nearlyLargest));
  return html`<figure class="heat">
<h3>Memory contents</h3>
<p>Each column is one of ${N} slots, each row one of the ${W} numbers of its word. The memory starts
empty and fills up step by step.</p>
<div class="film">${shown.map(
    (t, i) =>
      html`<div><span>after ${t} ${t === 1 ? 'step' : 'steps'}</span><div class="map">${picture(
        maps[i]!,
        rows,
        columns,
        max,
        `Heat map: the memory's ${N} slots of ${W} numbers after ${t} ${t === 1 ? 'step' : 'steps'}`,
      )}</div></div>`,
  )}</div>
<figcaption>Memory ${legend(`−${max.toFixed(2)}`, `${max.toFixed(2)} and above`, true)}</figcaption>
</figure>`;
}
