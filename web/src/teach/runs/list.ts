import { byId } from '../../ui/element.js';
import { Card, type Deeds } from './card.js';
import type { Run } from './run.js';
import type { Trainer } from './trainer.js';

/** All runs, and what their buttons do. */
export class RunList implements Deeds {
  readonly #trainer: Trainer;
  readonly #onRenamed: () => void;
  readonly #cards = new Map<Run, Card>();

  constructor(trainer: Trainer, onRenamed: () => void) {
    this.#trainer = trainer;
    this.#onRenamed = onRenamed;
  }

  /** @param structure runs may have come or gone */
  show(runs: readonly Run[], structure: boolean): void {
    const root = byId('run-list');
    if (structure) {
      for (const [run, card] of this.#cards) {
        if (runs.includes(run)) continue;
        card.root.remove();
        this.#cards.delete(run);
      }
      for (const run of runs) {
        if (this.#cards.has(run)) continue;
        const card = new Card(run, this);
        this.#cards.set(run, card);
        root.append(card.root);
      }
      root.hidden = runs.length === 0;
      byId('runs-empty').hidden = runs.length > 0;
    }
    for (const card of this.#cards.values()) card.show();
  }

  stop(run: Run): void {
    this.#trainer.stop(run);
  }

  goOn(run: Run): void {
    this.#trainer.goOn(run);
  }

  remove(run: Run): void {
    this.#trainer.remove(run);
    byId('runs-title').focus();
  }

  rename(run: Run, name: string): void {
    run.name = name;
    this.#onRenamed();
  }

  weights(run: Run): void {
    this.#trainer.askForWeights(run);
  }

  /** Says so in one sentence, also where the browser does not let a page copy. */
  async copy(text: string, what: string): Promise<void> {
    const announce = byId('announce');
    const problem = byId('problem');
    problem.textContent = '';
    try {
      await navigator.clipboard.writeText(text);
      announce.textContent = `${what} was copied.`;
    } catch {
      problem.textContent = `${what} could not be copied: this browser does not let the page do that.`;
    }
  }
}
