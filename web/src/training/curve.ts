import { svg } from '../ui/element.js';

/** At most: on a phone as wide as it is, so that the letters keep their size. */
const WIDEST = 720;
const HEIGHT = 260;
/** Points that a line keeps, or twice as many. */
const POINTS = 360;
const LEFT = 42;
const RIGHT = 44;
const BOTTOM = 26;
/** Between the names of two lines. */
const APART = 14;
const INSTANCES = ['1', '2', '5'];
const NAMES: Readonly<Record<string, string>> = { 1: '1st', 2: '2nd', 5: '5th' };

/** Accuracy by batch: a line for each instance. */
export class Curve {
  readonly #lines = new Map<string, SVGPathElement>();
  readonly #names = new Map<string, SVGTextElement>();
  readonly #end: SVGTextElement;
  #points: { batch: number; accuracy: Readonly<Record<string, number>> }[] = [];
  #batches = 1;
  readonly #width: number;

  constructor(root: HTMLElement, chance: number) {
    this.#width = Math.min(WIDEST, root.clientWidth || WIDEST);
    const picture = svg('svg', { viewBox: `0 0 ${this.#width} ${HEIGHT}`, role: 'img' });
    picture.setAttribute('aria-label', 'Accuracy in percent by batch of training');
    for (const percent of [0, 50, 100]) {
      const y = yOf(percent);
      picture.append(svg('path', { class: 'grid', d: `M${LEFT} ${y}H${this.#width - RIGHT}` }));
      const text = percent === 100 ? '100%' : String(percent);
      picture.append(label(text, LEFT - 6, y + 4, 'end'));
    }
    picture.append(
      svg('path', { class: 'chance', d: `M${LEFT} ${yOf(chance)}H${this.#width - RIGHT}` }),
    );
    for (const instance of INSTANCES) {
      const line = svg('path', { class: `line i${instance}` });
      const name = label('', this.#width - RIGHT + 6, 0, 'start');
      this.#lines.set(instance, line);
      this.#names.set(instance, name);
      picture.append(line, name);
    }
    this.#end = label('', this.#width - RIGHT, HEIGHT - 4, 'end');
    picture.append(this.#end, label('batch 0', LEFT, HEIGHT - 4, 'start'));
    root.replaceChildren(picture);
    this.reset(undefined);
  }

  /** @param batches undefined: it is not known yet how many there will be */
  reset(batches: number | undefined): void {
    this.#batches = batches ?? 1;
    this.#points = [];
    this.#end.textContent = batches?.toLocaleString('en') ?? '';
    this.#draw();
  }

  add(batch: number, accuracy: Readonly<Record<string, number>>): void {
    this.#points.push({ batch, accuracy });
    // Twice as many as can be told apart: every second one goes.
    if (this.#points.length > 2 * POINTS) this.#points = this.#points.filter((_, i) => i % 2 === 1);
    this.#draw();
  }

  #draw(): void {
    const ends: { instance: string; x: number; y: number }[] = [];
    for (const instance of INSTANCES) {
      const points = this.#points
        .filter(({ accuracy }) => accuracy[instance] !== undefined)
        .map(({ batch, accuracy }) => ({ x: this.#xOf(batch), y: yOf(accuracy[instance]!) }));
      const path = points.map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`);
      this.#lines.get(instance)!.setAttribute('d', path.length > 0 ? `M${path.join('L')}` : '');
      this.#names.get(instance)!.textContent = points.length > 0 ? NAMES[instance]! : '';
      const last = points.at(-1);
      if (last) ends.push({ instance, ...last });
    }
    this.#placeNames(ends);
  }

  /** Names stand where their lines end, one below the other where lines come close. */
  #placeNames(ends: { instance: string; x: number; y: number }[]): void {
    ends.sort((a, b) => a.y - b.y);
    let free = 0;
    for (const [i, { instance, x, y }] of ends.entries()) {
      const below = ends.length - 1 - i; // that need room too
      const at = Math.max(free, Math.min(y, yOf(0) - below * APART));
      const name = this.#names.get(instance)!;
      name.setAttribute('x', String(x + 6));
      name.setAttribute('y', String(at + 4));
      free = at + APART;
    }
  }

  #xOf(batch: number): number {
    return LEFT + (batch / this.#batches) * (this.#width - LEFT - RIGHT);
  }
}

const yOf = (percent: number) => 8 + (HEIGHT - BOTTOM - 8) * (1 - percent / 100);

function label(text: string, x: number, y: number, anchor: string): SVGTextElement {
  const made = svg('text', { x, y, 'text-anchor': anchor });
  made.textContent = text;
  return made;
}
