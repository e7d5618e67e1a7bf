import type { Machine } from '../machine/machine.js';
import { SlotRow } from '../machine/slot-row.js';
import { placesOf } from '../machine/slots.js';
import type { Frame } from '../session/frame.js';
import type { Scores } from '../session/score.js';
import { type Answers, type Check, type Look, NONE } from '../session/step.js';
import { Arcs } from '../ui/arcs.js';
import { type CardEvents, Cards, type Shown } from '../ui/cards.js';
import { byId } from '../ui/element.js';
import { Versus } from '../ui/versus.js';

/** What an episode has come to. */
export interface Scene {
  readonly symbols: readonly Shown[];
  /** Whether there is room for another symbol. */
  readonly canAdd: boolean;
  readonly examples: readonly {
    readonly look: Look;
    readonly truth: string;
    readonly frame: Frame;
  }[];
  readonly checks: readonly Check[];
  readonly nameOf: (id: string) => string;
  /** Part of the recorded example, not drawn by the visitor. */
  readonly isRecorded?: boolean;
}

/** What the network makes of the drawing at hand. */
export interface ShownGuess {
  /** By class and NONE, 0 to 1. */
  readonly shares: ReadonlyMap<string, number>;
  /** By the number of the example. */
  readonly recalled: ReadonlyMap<number, number>;
  readonly answers?: Answers;
}

const NOTHING: ReadonlyMap<number, number> = new Map();

/** All that shows an episode beside the pad: cards, slots, the other methods, and the maps below. */
export class Board {
  readonly cards: Cards;
  readonly #slots: SlotRow;
  readonly #arcs = new Arcs();
  readonly #versus = new Versus((id) => this.#nameOf(id));
  readonly #machine: Machine | undefined;
  #nameOf: Scene['nameOf'] = (id) => id;
  #canRemove = false;

  /** @param onRemove hears of the number of an example that is to go */
  constructor(
    machine: Machine | undefined,
    events: CardEvents,
    onRemove: (number: number) => void,
  ) {
    this.#machine = machine;
    this.cards = new Cards(events);
    this.#slots = new SlotRow(onRemove);
  }

  show({ symbols, canAdd, examples, checks, nameOf, isRecorded = false }: Scene): Scores {
    this.#nameOf = nameOf;
    this.#canRemove = !isRecorded;
    this.cards.show(symbols, canAdd);
    const places = placesOf(examples.map(({ frame }) => frame));
    this.#slots.show(
      examples.map(({ look, truth }, i) => ({ look, name: nameOf(truth), place: places[i]! })),
      this.#canRemove,
    );
    this.#machine?.show(
      examples.map(({ look, truth, frame }) => ({ look, truth: nameOf(truth), frame, isRecorded })),
    );
    const used = places.filter((place) => typeof place === 'object').length;
    const slots = examples[0]?.frame.usage.length ?? 0;
    byId('slots-say').textContent = sayOf(examples.length, used, slots);
    this.forgetGuess();
    return this.#versus.showChecks(checks, examples.length > 0 && !isRecorded);
  }

  /** Only what the maps below show stays: cards and slots are ready for somebody else's symbols. */
  clearCards(): void {
    this.cards.show([], true);
    this.#slots.show([], false);
    byId('slots-say').textContent = sayOf(0, 0, 0);
    this.forgetGuess();
  }

  showShares(shares: ShownGuess['shares']): void {
    this.cards.showShares(shares);
  }

  showGuess({ shares, recalled, answers }: ShownGuess): void {
    this.cards.showShares(shares);
    this.#slots.light(recalled);
    this.#versus.showAnswers(answers);
    const [best] = [...shares].reduce((most, one) => (one[1] > most[1] ? one : most));
    const [example, share] = [...recalled].reduce(
      (most, one) => (one[1] > most[1] ? one : most),
      [-1, 0],
    );
    const slot = this.#slots.of(example);
    const answer = this.cards.of(best);
    const isClear = best !== NONE && share >= 0.2;
    this.#arcs.show(isClear && slot && answer ? [byId('pad'), slot, answer] : undefined);
  }

  /** No drawing is on the pad. */
  forgetGuess(): void {
    this.cards.showShares(undefined);
    this.#slots.light(NOTHING);
    this.#arcs.show(undefined);
    this.#versus.showAnswers(undefined);
  }

  /** Whether the memory is taken away. */
  set isEmptied(emptied: boolean) {
    this.#slots.isEmptied = emptied;
  }

  /** With the colours of now. */
  repaint(): void {
    this.#slots.repaint(this.#canRemove);
  }
}

function sayOf(examples: number, used: number, slots: number): string {
  if (examples === 0) return 'Draw a symbol and name it: it gets a slot here.';
  const empty = slots - used;
  return (
    'Each example gets a slot. Its key is compared with what you draw; its value says what it was. ' +
    `The last one waits until the next drawing comes. ${empty} slots are empty.`
  );
}
