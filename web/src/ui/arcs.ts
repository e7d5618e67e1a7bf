import { byId, svg } from './element.js';

/** Lines from the pad to the slot that was read, and from there to the answer. */
export class Arcs {
  readonly #picture = byId('arcs') as unknown as SVGSVGElement;
  readonly #in = svg('path', { class: 'arc' });
  readonly #out = svg('path', { class: 'arc' });
  #ends: readonly [HTMLElement, HTMLElement, HTMLElement] | undefined;

  constructor() {
    this.#picture.append(this.#in, this.#out);
    const place = () => this.#place();
    addEventListener('resize', place);
    document.addEventListener('scroll', place, { capture: true, passive: true });
  }

  /** Undefined: none. */
  show(
    ends: readonly [pad: HTMLElement, slot: HTMLElement, answer: HTMLElement] | undefined,
  ): void {
    this.#ends = ends;
    this.#picture.classList.toggle('shown', ends !== undefined);
    this.#place();
  }

  #place(): void {
    if (!this.#ends) return;
    const [pad, slot, answer] = this.#ends.map((one) => one.getBoundingClientRect()) as [
      DOMRect,
      DOMRect,
      DOMRect,
    ];
    const box = this.#picture.getBoundingClientRect();
    const at = (x: number, y: number) => [x - box.left, y - box.top] as const;
    const [sx, sy] = at(slot.left + slot.width / 2, slot.top);
    const list = this.#ends[1].parentElement!.getBoundingClientRect();
    const isSeen =
      slot.left + slot.width / 2 >= list.left && slot.left + slot.width / 2 <= list.right;
    this.#picture.classList.toggle('shown', isSeen);
    const isBeside = slot.left > pad.right;
    const [px, py] = isBeside
      ? at(pad.right, pad.bottom - pad.height / 12)
      : at(pad.left + pad.width / 2, pad.bottom);
    const [ax, ay] = at(answer.left + answer.width / 2, answer.bottom);
    this.#in.setAttribute('d', isBeside ? turn(px, py, sx, sy) : bow(px, py, sx, sy));
    this.#out.setAttribute('d', bow(sx, sy, ax, ay));
  }
}

/** Leaves level and arrives upright. */
function turn(x0: number, y0: number, x1: number, y1: number): string {
  return `M${round(x0)} ${round(y0)}Q${round(x1)} ${round(y0)} ${round(x1)} ${round(y1)}`;
}

/** Leaves and arrives upright. */
function bow(x0: number, y0: number, x1: number, y1: number): string {
  const middle = round((y0 + y1) / 2);
  return `M${round(x0)} ${round(y0)}C${round(x0)} ${middle} ${round(x1)} ${middle} ${round(x1)} ${round(y1)}`;
}

const round = (x: number) => x.toFixed(1);
