import { CLASSES } from '../session/step.js';
import { type Settings, writeSettings } from '../settings.js';
import { byId, element } from '../ui/element.js';
import { Strip, type Tile } from '../ui/strip.js';
import { fetchFive } from '../weights/load.js';
import type { Answer, Ask, Counts, EpisodeWeights, Shown, Tally } from './messages.js';

/** Instances of the table. */
const COLUMNS = [1, 2, 3, 4, 5, 10];
/** Santoro et al. 2016, table 1: human performance. */
const HUMANS = [34.5, 57.3, 70.1, 71.8, 81.4, 92.4];
const PER_TILE = 60;
const MORE = 100;

/** Random episodes of generated characters, and accuracy by instance over all of them. */
export class BreakSection {
  readonly #lstm: Promise<ArrayBuffer | undefined>;
  /** Fetched when the first episode is asked for. */
  #weights: EpisodeWeights | undefined;
  readonly #strip = new Strip(byId('episode-strip'));
  readonly #seed = byId<HTMLInputElement>('seed');
  #worker: Promise<Worker> | undefined;
  #sum: Tally | undefined;
  #episodes = 0;
  /** Where a count ends; 0 when none is under way. */
  #goal = 0;
  #tiles: Tile[] = [];
  #timer = 0;

  constructor(settings: Settings, lstm: Promise<ArrayBuffer | undefined>) {
    this.#lstm = lstm;
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
    byId('count').addEventListener('click', () => {
      this.#goal = this.#episodes + MORE;
      this.#ask(this.#episodes, MORE);
    });
    this.#showTable();
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
    this.#goal = 0;
    this.#tiles = [];
    this.#strip.show([]);
    this.#setBusy(false);
    this.#say('');
    this.#showTable();
  }

  async #ask(from: number, count: number): Promise<void> {
    this.#setBusy(true);
    this.#say('Loading the networks…');
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
    this.#weights ??= { mann: await fetchFive(), lstm: await this.#lstm };
    const weights = this.#weights;
    const worker = new Worker(new URL('./episodes-worker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }: MessageEvent<Answer>) => this.#hear(data);
    worker.onerror = () => this.#failed('this browser could not start its worker');
    worker.postMessage({ weights } satisfies Ask);
    return worker;
  }

  #hear(answer: Answer): void {
    if (answer.kind === 'failed') this.#failed(answer.message);
    else if (answer.kind === 'done') this.#done();
    else this.#count(answer);
  }

  #done(): void {
    this.#setBusy(false);
    if (this.#goal > 0) this.#say(`Counted ${this.#episodes} episodes.`);
    this.#goal = 0;
  }

  #count({ tally, shown }: Extract<Answer, { kind: 'episode' }>): void {
    this.#episodes++;
    this.#sum = {
      mann: added(this.#sum?.mann, tally.mann),
      lstm: tally.lstm && added(this.#sum?.lstm, tally.lstm),
    };
    if (this.#goal > 0) this.#say(`Counting: ${this.#episodes} of ${this.#goal} episodes…`);
    if (shown && this.#goal === 0) this.#deal(shown.map(tileOf), 0);
    else this.#showTable();
  }

  /** Shows the drawings of the first episode one after the other, then the table. */
  #deal(tiles: Tile[], count: number): void {
    this.#tiles = tiles.slice(0, count);
    this.#strip.show(this.#tiles);
    if (count === tiles.length) {
      const seen = new Set<string>();
      const repeated = tiles.filter(({ truth }) => seen.has(truth) || !seen.add(truth));
      const right = repeated.filter(({ truth, guess }) => truth === guess?.label).length;
      this.#say(
        `The MANN classified ${right} of ${repeated.length} drawings of classes it had seen before correctly.`,
      );
      this.#showTable();
      return;
    }
    this.#say('The label is below each drawing; beside it the MANN’s answer, below it the LSTM’s.');
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
    byId('table-box').hidden = this.#episodes === 0;
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
  }

  #setBusy(busy: boolean): void {
    byId<HTMLButtonElement>('count').disabled = busy;
    byId<HTMLButtonElement>('episode').disabled = busy;
  }

  #failed(why: string): void {
    this.#setBusy(false);
    this.#goal = 0;
    this.#say(`No episode could be run: ${why}.`);
  }

  #say(text: string): void {
    byId('episode-says').textContent = text;
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
