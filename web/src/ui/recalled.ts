import type { Look } from '../session/step.js';
import { element } from './element.js';
import { thumbnail } from './thumbnail.js';

export interface Memory {
  readonly look: Look;
  readonly truth: string;
  /** Of the read weights, 0 to 1. */
  readonly share: number;
}

const MOST = 4;
/** Shares below this are not shown. */
const FAINTEST = 0.02;
/** What each list shows. */
const showing = new WeakMap<HTMLElement, readonly Look[]>();

/** The drawings whose slots the prediction read, the strongest first. */
export function showRecalled(list: HTMLElement, memories: readonly Memory[]): void {
  const shown = byDrawing(memories)
    .filter(({ share }) => share >= FAINTEST)
    .slice(0, MOST);
  list.parentElement!.classList.toggle('empty', shown.length === 0);
  const percent = (share: number) => `${Math.round(100 * share)}%`;
  const last = showing.get(list) ?? [];
  showing.set(
    list,
    shown.map(({ look }) => look),
  );
  // The same drawings with other shares, as while a drawing grows: only the numbers change.
  if (shown.length === last.length && shown.every(({ look }, i) => look === last[i])) {
    shown.forEach(({ truth, share }, i) => {
      list.children[i]!.lastElementChild!.textContent = `${truth} ${percent(share)}`;
    });
    return;
  }
  list.replaceChildren(
    ...shown.map(({ look, truth, share }) =>
      element('li', {}, thumbnail(look), element('span', {}, `${truth} ${percent(share)}`)),
    ),
  );
}

/** Drawings shown twice count as one. */
function byDrawing(memories: readonly Memory[]): Memory[] {
  const drawings = new Map<Look, Memory>();
  for (const { look, truth, share } of memories) {
    drawings.set(look, { look, truth, share: (drawings.get(look)?.share ?? 0) + share });
  }
  return [...drawings.values()].sort((a, b) => b.share - a.share);
}
