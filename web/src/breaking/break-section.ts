import { CLASSES } from '../session/step.js';
import { type Settings, writeSettings } from '../settings.js';
import { byId, element } from '../ui/element.js';
import { Strip, type Tile } from '../ui/strip.js';
import type { ShippedWeights } from '../weights/load.js';
import type { Answer, Ask, Counts, Shown, Tally } from './messages.js';

/** Instances of the table. */
const COLUMNS = [1, 2, 3, 4, 5, 10];
/** Santoro et al. 2016, table 1: human performance. */
const HUMANS = [34.5, 57.3, 70.1, 71.8, 81.4, 92.4];
const PER_TILE = 60;
const MORE = 100;

/** Episodes generated at random, and accuracy by instance counting up. */
export class BreakSection {
  readonly #weights: Promise<ShippedWeights>;
  readonly #strip = new Strip(byId('episode-strip'));
  readonly #seed = byId<HTMLInputElement>('seed');
  #worker: Promise<Worker> | undefined;
  #sum: Tally | undefined;
  #episodes = 0;
  #tiles: Tile[] = [];
  #timer = 0;

  constructor(settings: Settings, weights: Promise<ShippedWeights>) {
    this.#weights = weights;
    this.#seed.value = String(settings.seed);
    this.#seed.addEventListener('change', () => this.#reset());
    byId('episode').addEventListener('click', () => {
      this.#reset();
      this.#ask(0, 1);
    });
    byId('another').addEventListener('click', () => {
      this.#seed.value = String((Number(this.#seed.value) + 1) % 1_000_000);
      this.#reset();
      this.#ask(0, 1);
    });
    byId('count').addEventListener('click', () => this.#ask(this.#episodes, MORE));
    this.#showTable();
    weights.then(
      ({ lstm }) => {
        if (lstm) return;
        byId('rival-text').textContent =
          'An LSTM of the same size stands beside it where its weights come along; here they do not.';
      },
      () => undefined,
    );
  }

  #reset(): void {
    const seed = Math.min(999_999, Math.max(0, Math.round(Number(this.#seed.value)) || 0));
    this.#seed.value = String(seed);
    writeSettings({ seed });
    clearTimeout(this.#timer);
    this.#worker?.then((worker) => worker.terminate());
    this.#worker = undefined;
    this.#sum = undefined;
    this.#episodes = 0;
    this.#tiles = [];
    this.#strip.show([]);
    this.#setBusy(false);
    byId('episode-says').textContent = '';
    this.#showTable();
  }

  async #ask(from: number, count: number): Promise<void> {
    this.#setBusy(true);
    try {
      this.#worker ??= this.#start();
      const worker = await this.#worker;
      worker.postMessage({ seed: Number(this.#seed.value), from, count } satisfies Ask);
    } catch (error) {
      this.#worker = undefined;
      this.#failed(String(error));
    }
  }

  async #start(): Promise<Worker> {
    const weights = await this.#weights;
    const worker = new Worker(new URL('./episodes-worker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }: MessageEvent<Answer>) => this.#hear(data);
    worker.onerror = () => this.#failed('its worker could not be started');
    worker.postMessage({ weights } satisfies Ask);
    return worker;
  }

  #hear(answer: Answer): void {
    if (answer.kind === 'failed') this.#failed(answer.message);
    else if (answer.kind === 'done') this.#setBusy(false);
    else this.#count(answer);
  }

  #count({ tally, shown }: Extract<Answer, { kind: 'episode' }>): void {
    this.#episodes++;
    this.#sum = {
      mann: added(this.#sum?.mann, tally.mann),
      lstm: tally.lstm && added(this.#sum?.lstm, tally.lstm),
    };
    if (shown) this.#deal(shown.map(tileOf), 0);
    else this.#showTable();
  }

  /** The drawings of the first episode, one after the other; the table counts with them. */
  #deal(tiles: Tile[], count: number): void {
    this.#tiles = tiles.slice(0, count);
    this.#strip.show(this.#tiles);
    if (count === tiles.length) {
      const seen = new Set<string>();
      const repeated = tiles.filter(({ truth }) => seen.has(truth) || !seen.add(truth));
      const right = repeated.filter(({ truth, guess }) => truth === guess?.label).length;
      byId('episode-says').textContent =
        `Of ${repeated.length} drawings whose class it had seen, it knew ${right}.`;
      this.#showTable();
      return;
    }
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    if (calm) this.#deal(tiles, tiles.length);
    else this.#timer = window.setTimeout(() => this.#deal(tiles, count + 1), PER_TILE);
  }

  #showTable(): void {
    const row = (name: string, values: readonly string[], kind = '') =>
      element(
        'tr',
        { class: kind },
        element('th', { scope: 'row' }, name),
        ...values.map((value) => element('td', {}, value)),
      );
    const percents = (counts: Counts | undefined) =>
      COLUMNS.map((instance) => {
        const total = counts?.total[instance - 1] ?? 0;
        return total > 0 ? ((100 * counts!.right[instance - 1]!) / total).toFixed(1) : '–';
      });
    const count = this.#episodes === 1 ? '1 episode' : `${this.#episodes} episodes`;
    byId('counted').textContent = this.#episodes > 0 ? `: ${count}` : '';
    byId('table')
      .querySelector('tbody')!
      .replaceChildren(
        row('MANN', percents(this.#sum?.mann), 'ours'),
        row('LSTM', percents(this.#sum?.lstm)),
        row(
          'Humans',
          HUMANS.map((value) => value.toFixed(1)),
        ),
        row(
          'Chance',
          COLUMNS.map(() => '20.0'),
          'bound',
        ),
      );
    byId<HTMLButtonElement>('count').disabled = this.#episodes === 0 || this.#isBusy;
  }

  #isBusy = false;

  #setBusy(busy: boolean): void {
    this.#isBusy = busy;
    byId<HTMLButtonElement>('count').disabled = busy || this.#episodes === 0;
    byId<HTMLButtonElement>('episode').disabled = busy;
  }

  #failed(why: string): void {
    this.#setBusy(false);
    byId('episode-says').textContent = `No episode: ${why}`;
  }
}

function added(sum: Counts | undefined, more: Counts): Counts {
  if (!sum) return more;
  return {
    right: sum.right.map((x, i) => x + more.right[i]!),
    total: sum.total.map((x, i) => x + more.total[i]!),
  };
}

function tileOf({ ink, side, truth, guess, confidence, rival }: Shown): Tile {
  return {
    look: { ink, side },
    truth: CLASSES[truth]!,
    guess: { label: CLASSES[guess]!, confidence },
    rival: rival === undefined ? undefined : { label: CLASSES[rival]!, confidence: 0 },
  };
}
