import { svg } from '../ui/element.js';
import { PEN, pathOf, SIDE, type Stroke } from './strokes.js';

export interface PadEvents {
  /** Somebody takes the pen. */
  readonly onStart: () => void;
  /** There is more, or less, ink. */
  readonly onChange: () => void;
  /** The pen was lifted, or strokes were taken back. */
  readonly onRest: () => void;
  /** Undo by keyboard, with nothing on the pad. */
  readonly onUndoBlank: () => void;
}

/** Points closer than this add nothing, in the pad's units. */
const CLOSE = 6;
/** A press of an arrow key, and with shift. */
const STEP = 40;
const SMALL_STEP = 10;

/**
 * Where drawings are made, by mouse, finger, pen or keyboard: arrow keys move a cursor, the space bar
 * lowers and lifts the pen.
 */
export class Pad {
  #strokes: number[][] = [];
  readonly #root: HTMLElement;
  readonly #events: PadEvents;
  readonly #path = svg('path', { class: 'ink', 'stroke-width': PEN });
  readonly #cursor = svg('circle', { class: 'cursor', r: 26, cx: SIDE / 2, cy: SIDE / 2 });
  #pointer: number | undefined;
  /** Where the keyboard's pen is, and whether it is down. */
  #key = { x: SIDE / 2, y: SIDE / 2, down: false };

  constructor(root: HTMLElement, events: PadEvents) {
    this.#root = root;
    root.tabIndex = 0;
    this.#events = events;
    root.append(
      svg(
        'svg',
        { viewBox: `0 0 ${SIDE} ${SIDE}`, 'aria-hidden': 'true', focusable: 'false' },
        this.#path,
        this.#cursor,
      ),
    );
    root.addEventListener('pointerdown', (event) => this.#down(event));
    root.addEventListener('pointermove', (event) => this.#move(event));
    for (const name of ['pointerup', 'pointercancel', 'lostpointercapture'] as const) {
      root.addEventListener(name, (event) => this.#up(event));
    }
    root.addEventListener('keydown', (event) => this.#press(event));
    root.addEventListener('blur', () => this.#lift());
  }

  get strokes(): Stroke[] {
    return this.#strokes.map((stroke) => [...stroke]);
  }

  get isEmpty(): boolean {
    return this.#strokes.length === 0;
  }

  /** Takes strokes as if they had been drawn here. */
  load(strokes: readonly Stroke[]): void {
    this.clear();
    this.#strokes = strokes.map((stroke) => [...stroke]);
    this.#draw();
  }

  /** Shows a drawing that was not made here. */
  show(strokes: readonly Stroke[]): void {
    this.#path.setAttribute('d', pathOf(strokes));
  }

  clear(): void {
    this.#strokes = [];
    this.#pointer = undefined;
    this.#lift();
    this.#draw();
  }

  undo(): void {
    this.#strokes.pop();
    this.#lift();
    this.#draw();
    this.#events.onRest();
  }

  #down(event: PointerEvent): void {
    if (event.button !== 0 || this.#pointer !== undefined) return;
    event.preventDefault();
    this.#root.focus({ preventScroll: true, focusVisible: false } as FocusOptions);
    this.#events.onStart();
    this.#lift();
    this.#pointer = event.pointerId;
    this.#root.setPointerCapture(event.pointerId);
    this.#strokes.push([]);
    this.#add(event);
  }

  #move(event: PointerEvent): void {
    if (event.pointerId !== this.#pointer) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const one of events.length > 0 ? events : [event]) this.#add(one);
  }

  #up(event: PointerEvent): void {
    if (event.pointerId !== this.#pointer) return;
    this.#pointer = undefined;
    this.#events.onRest();
  }

  #add(event: PointerEvent): void {
    const box = this.#root.getBoundingClientRect();
    const unit = (at: number, from: number, size: number) => ((at - from) / size) * SIDE;
    this.#point(unit(event.clientX, box.left, box.width), unit(event.clientY, box.top, box.height));
  }

  #point(x: number, y: number): void {
    const stroke = this.#strokes.at(-1)!;
    const inside = (value: number) => Math.max(0, Math.min(SIDE, Math.round(value)));
    const [u, v] = [inside(x), inside(y)];
    if (stroke.length > 0 && Math.hypot(u - stroke.at(-2)!, v - stroke.at(-1)!) < CLOSE) return;
    stroke.push(u, v);
    this.#draw();
    this.#events.onChange();
  }

  #draw(): void {
    this.show(this.#strokes);
  }

  #press(event: KeyboardEvent): void {
    const { key, shiftKey, ctrlKey, metaKey, altKey } = event;
    if (altKey) return;
    if (ctrlKey || metaKey) {
      if (key.toLowerCase() !== 'z') return;
      event.preventDefault();
      if (this.isEmpty) this.#events.onUndoBlank();
      else this.#takeBack();
      return;
    }
    const step = shiftKey ? SMALL_STEP : STEP;
    const moves: Record<string, readonly [number, number]> = {
      ArrowLeft: [-step, 0],
      ArrowRight: [step, 0],
      ArrowUp: [0, -step],
      ArrowDown: [0, step],
    };
    const move = moves[key];
    if (move) this.#keyMove(...move);
    else if (key === ' ') this.#toggle();
    else if (key === 'Backspace') this.#takeBack();
    else if (key === 'Delete') {
      this.#events.onStart();
      this.clear();
      this.#events.onRest();
    } else return;
    event.preventDefault();
  }

  #takeBack(): void {
    this.#events.onStart();
    this.undo();
  }

  #keyMove(dx: number, dy: number): void {
    const inside = (value: number) => Math.max(0, Math.min(SIDE, value));
    this.#key.x = inside(this.#key.x + dx);
    this.#key.y = inside(this.#key.y + dy);
    this.#cursor.setAttribute('cx', String(this.#key.x));
    this.#cursor.setAttribute('cy', String(this.#key.y));
    this.#root.classList.add('keys');
    if (this.#key.down) this.#point(this.#key.x, this.#key.y);
  }

  #toggle(): void {
    this.#root.classList.add('keys');
    if (this.#key.down) {
      this.#lift();
      this.#events.onRest();
      return;
    }
    this.#events.onStart();
    this.#key.down = true;
    this.#root.classList.add('down');
    this.#strokes.push([]);
    this.#point(this.#key.x, this.#key.y);
  }

  #lift(): void {
    this.#key.down = false;
    this.#root.classList.remove('down');
  }
}
