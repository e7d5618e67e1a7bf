import type { Frame } from '../session/frame.js';
import type { Look } from '../session/step.js';
import { byId, element } from '../ui/element.js';
import { thumbnail } from '../ui/thumbnail.js';
import { columnsOf, columnsText } from './columns.js';
import {
  indexOfLargest,
  isBlank,
  MemoryMap,
  restingSlot,
  shadeOf,
  writtenMost,
} from './memory-map.js';
import { paint } from './paint.js';

/** One step of an episode, as the machine shows it. */
export interface Moment {
  readonly look: Look;
  readonly truth: string;
  /** Part of the recorded example, not drawn by the visitor. */
  readonly isRecorded?: boolean;
  readonly frame: Frame;
}

type MapName = 'read' | 'write' | 'usage';
const names: readonly MapName[] = ['read', 'write', 'usage'];

/** The memory, and reading, writing and usage over time, on one scrubber. */
export class Machine {
  readonly #memory = new MemoryMap(byId('memory-map'));
  readonly #scrubber = byId<HTMLInputElement>('scrubber');
  readonly #say = byId('scrubber-says');
  readonly #facts = byId('slot-facts');
  readonly #maps: Record<
    MapName,
    { canvas: HTMLCanvasElement; cursor: HTMLElement; box: HTMLElement }
  >;
  #moments: readonly Moment[] = [];
  #resting: number | undefined;
  /** The slots that every map shows. */
  #columns: readonly number[] = [];

  constructor() {
    const made = (name: MapName) => {
      const canvas = element('canvas', { class: 'heat' });
      const cursor = element('i', { class: 'row' });
      const box = byId(`map-${name}`);
      box.append(canvas, cursor);
      box.addEventListener('pointerdown', (event) => this.#pick(event, box));
      box.addEventListener('pointermove', (event) => {
        if (event.buttons > 0) this.#pick(event, box);
      });
      return { canvas, cursor, box };
    };
    this.#maps = { read: made('read'), write: made('write'), usage: made('usage') };
    this.#scrubber.addEventListener('input', () => this.#showMoment());
    this.#paintMaps();
    this.#memory.repaint();
  }

  /** Another or a longer episode; the scrubber goes to its end. */
  show(moments: readonly Moment[]): void {
    this.#moments = moments;
    this.#resting = restingSlot(moments.map(({ frame }) => frame));
    this.#columns = columnsOf(moments.map(({ frame }) => frame));
    const N = moments[0]?.frame.usage.length ?? 0;
    byId('columns').textContent = columnsText(this.#columns, N);
    byId('resting').hidden = this.#resting === undefined;
    const last = Math.max(0, moments.length - 1);
    this.#scrubber.max = String(last);
    this.#scrubber.value = String(last);
    this.#scrubber.disabled = moments.length < 2;
    this.#paintMaps();
    this.#showMoment();
  }

  repaint(): void {
    this.#paintMaps();
    this.#memory.repaint();
  }

  #pick(event: PointerEvent, box: HTMLElement): void {
    const { top, height } = box.getBoundingClientRect();
    const row = Math.floor(((event.clientY - top) / height) * this.#moments.length);
    this.#scrubber.value = String(row);
    this.#showMoment();
  }

  #showMoment(): void {
    const T = this.#moments.length;
    const t = Math.min(Number(this.#scrubber.value), T - 1);
    const moment = this.#moments[t];
    for (const name of names) {
      const { cursor } = this.#maps[name];
      cursor.hidden = !moment;
      cursor.style.top = `${(100 * t) / T}%`;
      cursor.style.height = `${100 / T}%`;
    }
    this.#memory.show(moment?.frame, this.#columns);
    if (!moment) {
      this.#say.replaceChildren('No drawings yet.');
      this.#scrubber.removeAttribute('aria-valuetext');
      this.#facts.textContent = '';
      return;
    }
    const text = titleOf(moment, t + 1, T);
    this.#say.replaceChildren(thumbnail(moment.look), text);
    this.#scrubber.setAttribute('aria-valuetext', text);
    this.#facts.textContent = factsOf(moment.frame, this.#resting);
  }

  #paintMaps(): void {
    const T = this.#moments.length;
    const columns = this.#columns;
    for (const name of names) {
      const { canvas, box } = this.#maps[name];
      const rows = this.#moments.map(({ frame }) => frame[name]);
      const shade = shadeOf(rows, name === 'read', this.#resting);
      box.style.setProperty('--rows', String(Math.max(T, 1)));
      box.classList.toggle('many', T > 24);
      paint(canvas, Math.max(columns.length, 1), Math.max(T, 1), (x, t) =>
        t < T ? shade(rows[t]!, columns[x]!) : 0,
      );
      const letters = box.previousElementSibling!;
      letters.replaceChildren(
        ...this.#moments.map(({ truth }) => element('span', {}, truth.slice(0, 1))),
      );
    }
  }
}

function titleOf({ truth, isRecorded }: Moment, step: number, of: number): string {
  return `${isRecorded ? 'Recorded step' : 'Step'} ${step} of ${of}: ${truth}`;
}

function factsOf(frame: Frame, resting: number | undefined): string {
  if (isBlank(frame)) return `All ${frame.usage.length} slots are empty.`;
  const [first, last] = writtenMost(frame.write);
  const written = first === last ? `slot ${first + 1}` : `slots ${first + 1} to ${last + 1}`;
  const rests =
    resting === undefined
      ? ''
      : `; ${Math.round(100 * frame.read[resting]!)}% of the reading rests on slot ${resting + 1}`;
  return (
    `Strongest write: ${written}. Erased before the write: slot ${frame.written + 1}. ` +
    `Least used, so next: slot ${frame.leastUsed + 1}. ` +
    `Strongest read: slot ${indexOfLargest(frame.read, resting) + 1}${rests}.`
  );
}
