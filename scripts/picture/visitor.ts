import type { Page } from 'playwright-core';
import { type Drawing, distance, ease, type Point, smooth } from './hand.js';

/** Between two frames. */
export const FRAME_MS = 100;
/** Movements of the mouse in that time. */
const MOVES = 5;

/** Of the pen on the paper, and of the mouse elsewhere, pixels a frame. */
const PEN_SPEED = 100;
const AIR_SPEED = 230;

/** Someone at the mouse of a page, whose clock goes on only while they do something. */
export class Visitor {
  readonly #page: Page;
  readonly #record: () => Promise<void>;
  #at: Point = [0, 0];
  #moves = 0;

  /** @param record is called after every frame's time */
  constructor(page: Page, record: () => Promise<void>) {
    this.#page = page;
    this.#record = record;
  }

  /** Shows where the mouse is, which screenshots do not. */
  async showHand(): Promise<void> {
    await this.#page.evaluate(() => {
      const hand = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
      hand.setAttribute('viewBox', '0 0 20 26');
      hand.innerHTML =
        '<path d="M2 1v20l5-5 4 9 4-2-4-8.5h7z" fill="#23211d" stroke="#fff" stroke-width="1.6"/>';
      Object.assign(hand.style, {
        position: 'fixed',
        left: '-2px',
        top: '-1px',
        width: '20px',
        height: '26px',
        pointerEvents: 'none',
        zIndex: '9',
      });
      document.body.append(hand);
      for (const type of ['pointermove', 'pointerdown'] as const) {
        addEventListener(
          type,
          ({ clientX, clientY }) => {
            hand.style.transform = `translate(${clientX}px, ${clientY}px)`;
          },
          { capture: true },
        );
      }
    });
  }

  async draw(drawing: Drawing): Promise<void> {
    const box = (await this.#page.getByLabel('Drawing pad').boundingBox())!;
    const onPad = ([x, y]: Point): Point => [box.x + box.width * x, box.y + box.height * y];
    for (const stroke of drawing) {
      const line = smooth(stroke).map(onPad);
      await this.#go([this.#at, line[0]!], AIR_SPEED);
      await this.#page.mouse.down();
      await this.#go(line, PEN_SPEED);
      await this.#page.mouse.up();
    }
  }

  async tap(name: string): Promise<void> {
    const box = (await this.#page.getByRole('button', { name, exact: true }).boundingBox())!;
    // Where the mouse does not hide what the card shows.
    const spot: Point = [box.x + 0.62 * box.width, box.y + 0.6 * box.height];
    await this.#go([this.#at, spot], AIR_SPEED);
    await this.#page.mouse.down();
    await this.wait(FRAME_MS);
    await this.#page.mouse.up();
  }

  async wait(milliseconds: number): Promise<void> {
    for (let time = 0; time < milliseconds; time += FRAME_MS) await this.#frame();
  }

  /** Along a line. @param speed pixels a frame */
  async #go(line: readonly Point[], speed: number): Promise<void> {
    const lengths = [0];
    for (const [i, point] of line.slice(1).entries()) {
      lengths.push(lengths[i]! + distance(line[i]!, point));
    }
    const length = lengths.at(-1)!;
    const moves = Math.max(2, Math.round((MOVES * length) / speed));
    for (let move = 1; move <= moves; move++) {
      const far = ease(move / moves) * length;
      const i = Math.max(
        1,
        lengths.findIndex((one) => one >= far - 1e-9),
      );
      const [from, to] = [line[i - 1]!, line[i]!];
      const share = (far - lengths[i - 1]!) / (lengths[i]! - lengths[i - 1]! || 1);
      await this.#move([from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])]);
    }
  }

  async #move(to: Point): Promise<void> {
    // Whole pixels, as mice have: of fractions, events that come together and alone don't say the same.
    this.#at = [Math.round(to[0]), Math.round(to[1])];
    await this.#page.mouse.move(...this.#at);
    this.#moves += 1;
    if (this.#moves % MOVES === 0) await this.#frame();
  }

  async #frame(): Promise<void> {
    await this.#page.clock.runFor(FRAME_MS);
    await this.#record();
  }
}
