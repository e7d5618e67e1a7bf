/** One run in the list: its name, how far it is, and what can be done with it. */
import { element, svg } from '../../ui/element.js';
import { INSTANCES, ORDINALS } from '../charts/learning.js';
import { DASHES, onPage } from '../charts/theme.js';
import { fragmentOf } from '../task/fragment.js';
import { commandOf } from '../task/network.js';
import { count, networkInWords, taskInWords, trainingInWords } from '../task/words.js';
import { isUnderWay, type Run } from './run.js';

export interface Deeds {
  stop(run: Run): void;
  goOn(run: Run): void;
  remove(run: Run): void;
  rename(run: Run, name: string): void;
  weights(run: Run): void;
  copy(text: string, what: string): void;
}

export class Card {
  readonly root: HTMLLIElement;
  readonly #run: Run;
  readonly #state = element('p', { class: 'says' });
  readonly #bar = element('progress', { max: 1, value: 0 });
  readonly #stop = button('Stop');
  readonly #goOn = button('Go on');
  readonly #weights = button('Save network');

  constructor(run: Run, deeds: Deeds) {
    this.#run = run;
    const { settings } = run;
    const name = element('input', {
      type: 'text',
      value: run.name,
      maxlength: 60,
      'aria-label': 'Name of the run',
    });
    name.addEventListener('input', () =>
      deeds.rename(run, name.value.trim() || `Run ${run.number}`),
    );
    this.#bar.setAttribute('aria-label', 'Progress of the training');
    const remove = button('Remove');
    const copy = button('Copy command');
    this.#stop.addEventListener('click', () => deeds.stop(run));
    this.#goOn.addEventListener('click', () => deeds.goOn(run));
    this.#weights.addEventListener('click', () => deeds.weights(run));
    remove.addEventListener('click', () => deeds.remove(run));
    copy.addEventListener('click', () => deeds.copy(commandOf(settings), 'The command'));
    this.root = element(
      'li',
      { class: 'run' },
      element('div', { class: 'run-name' }, swatch(run.place), name),
      element(
        'p',
        { class: 'note' },
        `${networkInWords(settings)}. ${taskInWords(settings)}. ${trainingInWords(settings)}.`,
      ),
      this.#bar,
      this.#state,
      element('div', { class: 'tools' }, this.#stop, this.#goOn, this.#weights, remove),
      element(
        'details',
        {},
        element('summary', {}, 'Repeat it'),
        element('p', { class: 'note' }, 'In a terminal, with the same result on the same backend:'),
        element('pre', { tabindex: 0 }, commandLine(commandOf(settings))),
        element(
          'div',
          { class: 'tools' },
          copy,
          element(
            'a',
            { class: 'plain', href: fragmentOf(settings) },
            'Set the builder to these settings',
          ),
        ),
      ),
    );
    this.show();
  }

  show(): void {
    const run = this.#run;
    const { state, batch, settings, tested } = run;
    const words = stateInWords(run);
    if (this.#state.textContent !== words) this.#state.textContent = words;
    this.#bar.value = tested ?? batch / settings.batches;
    this.#bar.hidden = !isUnderWay(run) && state !== 'stopped';
    // focus goes on from a button that is hidden to the one in its place
    const hadFocus = [this.#stop, this.#goOn].includes(document.activeElement as HTMLButtonElement);
    this.#stop.hidden = state !== 'training' && state !== 'waiting' && state !== 'stopping';
    this.#stop.setAttribute('aria-disabled', String(state === 'stopping'));
    this.#goOn.hidden = state !== 'stopped';
    this.#weights.hidden = state !== 'finished';
    if (hadFocus) [this.#stop, this.#goOn].find(({ hidden }) => !hidden)?.focus();
  }
}

/** Lines break between options, not within one. */
function commandLine(command: string): HTMLElement {
  const options = command
    .split(/ (?=--)/)
    .map((option) => element('span', { class: 'option' }, option));
  return element('code', {}, ...options.flatMap((option, i) => (i > 0 ? [' ', option] : [option])));
}

function button(name: string): HTMLButtonElement {
  return element('button', { type: 'button', class: 'tool' }, name);
}

/** A piece of the run's line. */
function swatch(place: number): SVGSVGElement {
  const line = svg('path', {
    ...{ d: 'M0 6h36', stroke: onPage.runs[place]!, 'stroke-width': 4 },
    'stroke-dasharray': DASHES[place] || undefined,
  });
  return svg('svg', { viewBox: '0 0 36 12', width: 36, height: 12, 'aria-hidden': 'true' }, line);
}

function stateInWords(run: Run): string {
  const { state, batch, secondsLeft, tested, settings, machine, seconds, why } = run;
  const done = `batch ${count(batch)} of ${count(settings.batches)}`;
  const on = machine ? ` Trains ${machine}.` : '';
  const now = accuracyInWords(run);
  if (state === 'waiting') return 'Waits for the run before it.';
  if (state === 'stopping') return 'Stopping…';
  if (state === 'stopped') return batch > 0 ? `Stopped after ${done}.${now}` : 'Stopped.';
  if (state === 'failed') return `Failed: ${why}.`;
  if (state === 'finished') return `Trained in ${duration(seconds)} ${machine}, and tested.`;
  if (tested !== undefined) return 'Testing on new classes…';
  if (batch === 0) return 'Generating drawings…';
  return `${done[0]!.toUpperCase()}${done.slice(1)}, ${duration(secondsLeft)} left.${now}${on}`;
}

/** The end of its curves. */
function accuracyInWords({ points }: Run): string {
  const accuracy = points.at(-1)?.accuracy ?? {};
  const known = INSTANCES.filter((instance) => accuracy[instance] !== undefined);
  if (known.length === 0) return '';
  const each = known.map((it) => `${ORDINALS[it]} ${Math.round(accuracy[it]!)}%`);
  return ` Accuracy by instance: ${each.join(', ')}.`;
}

function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 90) return `${whole} s`;
  return whole < 5400 ? `${Math.round(whole / 60)} min` : `${(whole / 3600).toFixed(1)} h`;
}
