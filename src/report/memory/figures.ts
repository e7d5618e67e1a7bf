/**
 * The memory of one episode as pictures, in the page's orientation and colours: a column is a slot, the same one in
 * every map, and a row of a map over time is one step.
 */
import type { ModelConfig } from '../../model/config.js';
import type { MemoryRecord } from '../data.js';
import { html, type Markup } from '../page/html.js';
import { meanOverHeads, oneHead } from './grids.js';
import { snapshots } from './snapshots.js';
import { type Film, LABELLED, timeMap } from './time-map.js';

/** The section's figures. */
export function memoryFigures(
  memory: MemoryRecord,
  config: ModelConfig,
  beside: Film | undefined,
): Markup {
  const isNtm = config.memory === 'ntm';
  const { slots: N, heads: R } = memory;
  const T = memory.usage.length / N;
  const film = T <= LABELLED ? beside : undefined;
  const overTime = (title: string, text: string, what: string, values: Float32Array) =>
    timeMap({ title, text, what, values, N, T, film });
  return html`
${snapshots(memory, T)}
${overTime(
  'Write weights',
  isNtm
    ? 'Where each step erases and writes. Each head finds slots by content or moves on from where it wrote last.'
    : `Where each step writes: into the ${R === 1 ? 'least used slot' : `${R} least used slots`}, which makes the diagonal${config.writing === 'gated' ? ', or into slots that it has just read' : ''}.`,
  'Write weights, mean over heads',
  meanOverHeads(memory.writeWeights, T, R, N),
)}
${overTime(
  'Read weights',
  isNtm
    ? 'Where each step reads. Each head finds slots by content or moves on from where it read last. A dark cell is a slot that it reads.'
    : 'Where each step reads: it compares its key with every slot. A dark cell is a slot that matches; an even tint means that none does.',
  'Read weights, mean over heads',
  meanOverHeads(memory.readWeights, T, R, N),
)}
${
  R > 1 &&
  html`<details><summary>Each of the ${R} read heads</summary><div class="heads">${Array.from(
    { length: R },
    (_, r) =>
      timeMap({
        title: `Head ${r + 1}`,
        text: '',
        what: `Read weights of head ${r + 1}`,
        values: oneHead(memory.readWeights, T, R, N, r),
        N,
        T,
      }),
  )}</div></details>`
}
${
  !isNtm &&
  overTime(
    'Usage',
    'Reading and writing raise the usage of a slot, and it decays with every step. The least used slots are overwritten next.',
    'Usage',
    memory.usage,
  )
}`;
}
