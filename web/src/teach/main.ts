import { byId } from '../ui/element.js';
import { showExample } from './builder/example.js';
import { Form } from './builder/form.js';
import { showStarts } from './builder/starts.js';
import { Results } from './results/results.js';
import { RunList } from './runs/list.js';
import { isUnderWay } from './runs/run.js';
import { Trainer } from './runs/trainer.js';
import { instancesExercise, type Start, shotsExercise } from './task/exercises.js';
import { fragmentOf, settingsIn } from './task/fragment.js';
import type { Settings } from './task/settings.js';
import { usual } from './task/settings.js';
import { episodeInWords } from './task/words.js';

/** Milliseconds without a change after which the example is drawn anew. */
const REST = 150;

const linked = settingsIn(location.hash);
let isFirst = true;
let waiting = 0;

const results = new Results();
const trainer = new Trainer({
  changed: (structure) => {
    list.show(trainer.runs, structure);
    results.show(trainer.runs);
  },
  say: (sentence) => {
    byId('announce').textContent = sentence;
  },
  example: (settings, steps) => {
    if (fragmentOf(settings) === fragmentOf(form.settings)) showExample(steps, settings.length);
  },
  weights: (run, bytes) => results.saveNetwork(run, bytes),
  problem: (sentence) => {
    byId('problem').textContent = sentence;
  },
});
const list = new RunList(trainer, () => results.show(trainer.runs));
const form = new Form(linked ?? usual, show);

function show(settings: Settings): void {
  byId('episode-says').textContent = episodeInWords(settings);
  const fragment = fragmentOf(settings);
  byId<HTMLAnchorElement>('link').href = fragment;
  // the address of a page that was opened without settings stays as it is until some are chosen
  if (!isFirst) history.replaceState(null, '', fragment);
  isFirst = false;
  clearTimeout(waiting);
  waiting = window.setTimeout(() => trainer.askForExample(settings), REST);
}

function choose({ settings }: Start): void {
  form.show(settings);
  byId('build').scrollIntoView();
  byId('train').focus({ preventScroll: true });
}

showStarts('shots-starts', shotsExercise, choose);
showStarts('instances-starts', instancesExercise, choose);

byId('form').addEventListener('submit', (event) => {
  event.preventDefault();
  form.commit();
  if (trainer.add(form.settings)) byId('runs').scrollIntoView({ block: 'nearest' });
});
byId('copy-link').addEventListener('click', () => {
  const link = new URL(byId<HTMLAnchorElement>('link').href, location.href).href;
  list.copy(link, 'The link');
});
addEventListener('hashchange', () => {
  const settings = settingsIn(location.hash);
  if (!settings) return;
  form.show(settings);
  byId('build').scrollIntoView();
});
addEventListener('beforeunload', (event) => {
  if (trainer.runs.some(isUnderWay)) event.preventDefault();
});

if ('serviceWorker' in navigator) {
  navigator.serviceWorker.register('./service-worker.js').catch(() => {
    // Without it the page works too, only not offline.
  });
}
