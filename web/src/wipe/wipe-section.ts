import { answerInWords } from '../draw/words.js';
import { beginning, pathOf, type Stroke } from '../pad/strokes.js';
import type { Session } from '../session/session.js';
import { type Look, type Named, NONE, type Reading } from '../session/step.js';
import { byId, element } from '../ui/element.js';
import { thumbnail } from '../ui/thumbnail.js';
import { type Cue, Timeline } from '../ui/timeline.js';

/** What is shown: symbols that the network has seen once, and a drawing of one of them. */
export interface Plot {
  readonly symbols: readonly Named[];
  readonly asked: Look;
}

/** Milliseconds. */
const DRAWING = 1400;
const PER_SLOT = 220;

/** Ten seconds: the same drawing with the memory, without it, and with it again. */
export class WipeSection {
  readonly #opening: () => Promise<Session>;
  readonly #plot: () => Promise<Plot>;
  readonly #ink = byId('stage-ink').querySelector('path')!;
  readonly #button = byId<HTMLButtonElement>('wipe-play');
  #session: Promise<Session> | undefined;
  #timeline: Timeline | undefined;

  /**
   * @param opening a session of its own, which the visitor's does not notice
   * @param plot the visitor's symbols, or others
   */
  constructor(opening: () => Promise<Session>, plot: () => Promise<Plot>) {
    this.#opening = opening;
    this.#plot = plot;
    this.#button.addEventListener('click', () => this.#play());
    new IntersectionObserver(([one], observer) => {
      if (!one?.isIntersecting) return;
      observer.disconnect();
      this.#plot()
        .then((plot) => this.#timeline ?? this.#show(plot))
        .catch(() => undefined); // playing says so
    }).observe(byId('wipe-away'));
  }

  async #play(): Promise<void> {
    this.#timeline?.stop();
    this.#button.disabled = true;
    try {
      this.#session ??= this.#opening();
      const [session, plot] = [await this.#session, await this.#plot()];
      session.clear();
      session.teach(plot.symbols);
      const full = session.read(plot.asked)!;
      await session.empty();
      const blank = session.read(plot.asked)!;
      session.refill();
      this.#stage(plot, session, full, blank);
    } catch {
      this.#say('The network could not be loaded. Reload to try again.');
    } finally {
      this.#button.disabled = false;
    }
  }

  #stage({ symbols, asked }: Plot, session: Session, full: Reading, blank: Reading): void {
    const slots = this.#show({ symbols, asked });
    const nameOf = (id: string) => session.nameOf(id);
    const names = [
      ...session.classes.map((id) => [id, nameOf(id)] as const),
      [NONE, 'new'] as const,
    ];
    const bars = new Bars(names);
    const read = indexOfMost(full);
    const last = slots.length - 1;
    const draw = (share: number) => this.#draw(asked, share);
    const sentence = ({ answers }: Reading) => {
      const { before, name, after } = answerInWords(answers.mann, nameOf, true);
      return `${before}${name}${after}`;
    };
    const answer = (reading: Reading, says: string, lit: number) => () => {
      bars.show(reading.shares);
      slots.forEach((slot, i) => {
        slot.classList.toggle('read', i === lit);
      });
      this.#say(`${says} ${sentence(reading)}`);
    };
    const begin = (says: string) => () => {
      bars.show(undefined);
      for (const slot of slots) slot.classList.remove('read');
      this.#say(says);
    };
    const cues: Cue[] = [
      { at: 0, act: begin('With its memory:') },
      { at: 0, until: DRAWING, move: draw },
      { at: DRAWING, act: answer(full, 'With its memory:', read) },
      { at: 3400, act: begin('Now its memory is emptied. Its weights stay as they are.') },
      { at: 3400, act: () => draw(0) },
      ...slots.map((slot, i) => ({
        at: 3700 + Math.min(PER_SLOT, 1300 / slots.length) * (last - i),
        act: () => slot.classList.add('gone'),
      })),
      { at: 5300, act: begin('The same drawing again.') },
      { at: 5300, until: 5300 + DRAWING, move: draw },
      { at: 5300 + DRAWING, act: answer(blank, 'Without its memory:', -1) },
      { at: 8800, act: begin('The memory is given back.') },
      {
        at: 8800,
        act: () => {
          for (const slot of slots) slot.classList.remove('gone');
        },
      },
      { at: 9700, act: answer(full, 'The memory is back:', read) },
    ];
    this.#timeline = new Timeline(cues);
  }

  /** The slots, full, and the drawing. */
  #show({ symbols, asked }: Plot): HTMLLIElement[] {
    const slots = symbols.map(({ look }) => element('li', {}, thumbnail(look)));
    byId('stage-slots').replaceChildren(...slots);
    this.#draw(asked, 1);
    return slots;
  }

  #draw(look: Look, share: number): void {
    const pad = this.#ink.parentElement!;
    if ('strokes' in look) {
      const part = beginning(look.strokes as readonly Stroke[], share);
      this.#ink.setAttribute('d', pathOf(share >= 1 ? (look.strokes as Stroke[]) : part));
      return;
    }
    pad.parentElement!.querySelector('canvas')?.remove();
    if (share > 0) pad.parentElement!.append(thumbnail(look));
  }

  #say(text: string): void {
    byId('stage-says').textContent = text;
  }
}

class Bars {
  readonly #rows: { id: string; row: HTMLElement; bar: HTMLElement; number: HTMLElement }[];

  constructor(names: readonly (readonly [id: string, name: string])[]) {
    this.#rows = names.map(([id, name]) => {
      const bar = element('i');
      const number = element('span');
      return { id, bar, number, row: element('li', {}, element('span', {}, name), bar, number) };
    });
    byId('stage-bars').replaceChildren(...this.#rows.map(({ row }) => row));
  }

  show(shares: ReadonlyMap<string, number> | undefined): void {
    const best = Math.max(0, ...(shares?.values() ?? []));
    for (const { id, row, bar, number } of this.#rows) {
      const share = shares?.get(id);
      bar.style.transform = `scaleX(${share ?? 0})`;
      number.textContent = share === undefined ? '' : `${Math.round(100 * share)}%`;
      row.classList.toggle('best', share !== undefined && share === best);
    }
  }
}

/** The example that was read most. */
function indexOfMost({ recalled }: Reading): number {
  return recalled[0]?.observation ?? -1;
}
