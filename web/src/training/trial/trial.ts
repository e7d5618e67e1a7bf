import { type Checkpoint, messageOf, UserError } from 'mann';
import { Pace } from '../../draw/pace.js';
import { Pad } from '../../pad/pad.js';
import type { Named } from '../../session/step.js';
import { byId } from '../../ui/element.js';
import { inPercent, nameOf, Rows } from './rows.js';
import { type Opinion, Snapshots } from './snapshots.js';
import { standIns } from './stand-ins.js';

/** Symbols that the small network tells apart. */
const COUNT = 3;

/** A pad for the network that is trained here: what it says of a drawing, and what it said earlier in its training. */
export class Trial {
  readonly #given: () => readonly Named[];
  readonly #snapshots = new Snapshots();
  readonly #rows = new Rows(byId<HTMLTableElement>('trial-table'));
  readonly #pace = new Pace(() => this.#guess());
  readonly #pad: Pad;
  #symbols: readonly Named[] = [];
  #isDone = false;

  /** @param symbols the visitor's own, in the order in which they came */
  constructor(symbols: () => readonly Named[]) {
    this.#given = symbols;
    const root = byId('trial-pad');
    this.#pad = new Pad(root, {
      onStart: () => this.refresh(),
      onChange: () => this.#pace.ask(),
      onRest: () => this.#rest(),
      onUndoBlank: () => undefined,
    });
    for (const event of ['pointerenter', 'focus']) {
      root.addEventListener(event, () => this.refresh());
    }
    byId('trial-clear').addEventListener('click', () => {
      this.#pad.clear();
      this.#rest();
    });
  }

  /** A training begins. */
  begin(): void {
    this.#isDone = false;
    this.#snapshots.clear();
    this.refresh();
    this.#showNetworks();
    byId('trial').hidden = false;
  }

  /** The network as it is now. */
  async take(checkpoint: Checkpoint): Promise<void> {
    try {
      this.refresh();
      await this.#snapshots.add(checkpoint);
    } catch (error) {
      // The training goes on: only this network is not to be seen.
      byId('trial-says').textContent = `This network could not be shown: ${messageOf(error)}.`;
      return;
    }
    this.#showNetworks();
  }

  /** The training has ended. */
  end(): void {
    this.#isDone = true;
    this.#showNetworks();
  }

  /** Takes up the visitor's symbols, if they are others than before. */
  refresh(): void {
    const given = oneOfEachName(this.#given());
    const isOwn = given.length >= COUNT;
    const symbols = (isOwn ? given : standIns).slice(0, COUNT);
    if (sameAs(symbols, this.#symbols)) return;
    this.#symbols = symbols;
    this.#snapshots.show(symbols);
    this.#rows.showSymbols(symbols);
    byId('trial-symbols').textContent = isOwn
      ? 'Each network was shown your first three symbols, one drawing of each.'
      : 'You have not drawn three symbols above yet, so each network was shown these three, one drawing of each.';
    this.#showNetworks();
  }

  #showNetworks(): void {
    this.#rows.showNetworks(this.#snapshots.batches, this.#isDone);
    this.#say(this.#guess());
  }

  /** @returns what the networks say; none of a blank pad */
  #guess(): Opinion[] {
    const opinions = this.#pad.isEmpty ? [] : this.#opinions();
    this.#rows.showOpinions(opinions);
    return opinions;
  }

  /** The pen was lifted. */
  #rest(): void {
    this.#pace.cancel();
    this.#say(this.#guess());
  }

  /** In words what the newest network and the oldest make of the drawing. */
  #say(opinions: readonly Opinion[]): void {
    const [first, last] = [opinions[0], opinions.at(-1)];
    const said = first && last && first !== last ? [last, first] : last ? [last] : [];
    byId('trial-says').textContent =
      said.map((one) => this.#inWords(one)).join(' ') || 'Draw one of the three again.';
  }

  /** `After 2,000 batches: A, 97%.` */
  #inWords({ batch, shares }: Opinion): string {
    const best = Math.max(...shares);
    const { name } = this.#symbols[shares.indexOf(best)]!;
    return `${nameOf(batch)}: ${name}, ${inPercent(best)}.`;
  }

  #opinions(): Opinion[] {
    try {
      return this.#snapshots.opinionsOf(this.#pad.strokes);
    } catch (error) {
      if (error instanceof UserError) return []; // too little ink to be a drawing
      throw error;
    }
  }
}

/** Names are what the network tells apart: of two symbols with one name the first counts. */
function oneOfEachName(symbols: readonly Named[]): Named[] {
  return symbols.filter(({ name }, i) => symbols.findIndex((one) => one.name === name) === i);
}

function sameAs(some: readonly Named[], others: readonly Named[]): boolean {
  return (
    some.length === others.length &&
    some.every(({ name, look }, i) => name === others[i]!.name && look === others[i]!.look)
  );
}
