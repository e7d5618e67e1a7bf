/** What the runs came to: curves, the table, N-way K-shot, and files of them. */
import { byId, element } from '../../ui/element.js';
import { saveFile } from '../../ui/save-file.js';
import type { Drawn } from '../charts/panels.js';
import { isTested, type Run } from '../runs/run.js';
import { learningFile, shotsFile, showLearning, showShots } from './charts.js';
import { curvesCsv, testsCsv } from './csv.js';
import { pngOf } from './files.js';
import { showByInstance } from './table.js';

export class Results {
  readonly #ways = byId<HTMLSelectElement>('slice-ways');
  readonly #shots = byId<HTMLSelectElement>('slice-shots');
  #runs: readonly Run[] = [];
  /** What the tests have been drawn of. */
  #drawn = '';
  #frame = 0;
  /** Of a chart: known without asking for the layout at each point of a curve. */
  #width = 240;

  constructor() {
    for (const select of [this.#ways, this.#shots]) {
      select.addEventListener('change', () => showShots(this.#runs, this.#slice, this.#width));
    }
    const click = (id: string, deed: () => unknown) => byId(id).addEventListener('click', deed);
    click('curves-csv', () => saveCsv('learning-curves.csv', curvesCsv(this.#runs)));
    click('tests-csv', () => saveCsv('tests.csv', testsCsv(this.#runs)));
    click('curves-png', () => savePng('learning-curves.png', learningFile(this.#runs)));
    click('shots-png', () => savePng('n-way-k-shot.png', shotsFile(this.#runs, this.#slice)));
    new ResizeObserver(([box]) => {
      const width = Math.max(Math.floor(box!.contentRect.width), 240);
      if (width === this.#width) return;
      this.#width = width;
      this.#drawn = '';
      this.show(this.#runs);
    }).observe(byId('runs-title'));
  }

  /** Draws at the next frame, however often it is asked before. */
  show(runs: readonly Run[]): void {
    this.#runs = runs;
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#show();
    });
  }

  saveNetwork(run: Run, bytes: Uint8Array<ArrayBuffer>): void {
    const name = `${run.name.replace(/[^\w-]+/g, '-').toLowerCase()}.safetensors`;
    saveFile(name, new Blob([bytes]));
    say(`Saved ${name}. To test it in a terminal: npx mann test ${name}`);
  }

  #show(): void {
    const runs = this.#runs;
    byId('curves').hidden = runs.every(({ points }) => points.length === 0);
    if (!byId('curves').hidden) showLearning(runs, this.#width);
    const tested = runs.filter(isTested);
    byId('tested').hidden = tested.length === 0;
    byId('tests-empty').hidden = tested.length > 0;
    const drawn = tested.map(({ number, name }) => `${number} ${name}`).join('\n');
    if (drawn === this.#drawn || tested.length === 0) return;
    this.#drawn = drawn;
    showByInstance(byId('by-instance'), runs);
    this.#offer(tested);
    showShots(runs, this.#slice, this.#width);
  }

  get #slice() {
    return { ways: Number(this.#ways.value), shots: Number(this.#shots.value) };
  }

  /** The numbers of classes and drawings that some run was tested with. */
  #offer(tested: readonly (Run & { result: NonNullable<Run['result']> })[]): void {
    const all = tested.flatMap(({ result }) => result.shots);
    offer(
      this.#ways,
      all.map(({ ways }) => ways),
      5,
    );
    offer(
      this.#shots,
      all.map(({ shots }) => shots),
      1,
    );
    const least = Math.max(...all.map(({ ways }) => ways));
    byId('slice-why').textContent =
      least < 20
        ? `More than ${least} classes need a network with more one-hot labels, or with string labels.`
        : '';
  }
}

function offer(select: HTMLSelectElement, numbers: readonly number[], preferred: number): void {
  const chosen = Number(select.value) || preferred;
  const all = [...new Set(numbers)].sort((a, b) => a - b);
  select.replaceChildren(
    ...all.map((number) => element('option', { value: number }, String(number))),
  );
  const near = all.includes(chosen) ? chosen : all.includes(preferred) ? preferred : all.at(-1);
  select.value = String(near);
}

function saveCsv(name: string, text: string): void {
  saveFile(name, new Blob([text], { type: 'text/csv' }));
  say(`Saved ${name}, ${(text.split('\r\n').length - 2).toLocaleString('en')} rows.`);
}

async function savePng(name: string, { picture, width, height }: Drawn): Promise<void> {
  try {
    const png = await pngOf(picture, width, height);
    saveFile(name, png.blob);
    say(`Saved ${name}, ${png.width} × ${png.height} pixels.`);
  } catch {
    say(`${name} could not be saved: this browser cannot turn the chart into a picture.`);
  }
}

function say(text: string): void {
  byId('saved').textContent = text;
}
