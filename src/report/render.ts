import { ceiling, ordinal } from '../training/metrics.js';
import { type Recipe, tasksInWords } from '../training/recipe.js';
import { instanceChart, learningCurve } from './charts.js';
import type { ReportData } from './data.js';
import { memoryFigures } from './heatmaps.js';
import { html, type Markup, Markup as Raw } from './html.js';
import { episodeSteps } from './steps.js';
import { stripList } from './strip.js';
import { style } from './style.js';
import { resultTable } from './table.js';

/** One self-contained HTML page about a trained network: no scripts, no requests to anywhere. */
export async function renderReport(data: ReportData): Promise<string> {
  const { config, dataset, test, episode, curve, recipe } = data;
  const C = config.numClasses;
  const steps = episodeSteps(episode);
  const right = steps.filter((step) => step.right).length;
  const known = steps.filter((step) => !step.isNew);
  const title = `${modelName(data)} on ${dataset.name}, seed ${data.seed}`;

  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="mann">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${new Raw(style)}</style>
</head>
<body>
<main>
<header>
<p class="eyebrow">${title}</p>
<h1>${headline(data)}</h1>
<p class="lead">${introduction(data)}</p>
</header>

<section aria-labelledby="result">
<h2 id="result">How often it is right</h2>
${resultTable(data)}
<figure>${await instanceChart(test, C)}
<figcaption>Dots: this network, with 95% intervals (often smaller than the dot). Short lines: the most
that is possible.</figcaption></figure>
</section>
${
  curve.length > 1 &&
  html`
<section aria-labelledby="learning">
<h2 id="learning">How it learnt</h2>
<p>Accuracy on the training classes while it learnt, by how often a class had come up.
A flat start near chance is normal: for a good while nothing seems to happen, then the network finds
out that remembering helps, and the curves part: the 1st stays where it must, the others climb.</p>
<figure>${await learningCurve(curve, recipe)}
<figcaption>${
    recipe.curriculum.length > 0 &&
    `Shaded: easier episodes to begin with (${easierInWords(recipe)}; classes × drawings), then the full task of ${C}×${recipe.episodeLength}. `
  }Dotted: guessing.</figcaption></figure>
</section>`
}

<section aria-labelledby="episode">
<h2 id="episode">One test episode</h2>
<p>${episode.length} drawings of ${C} classes that it had never seen, in order. Before each it is told
the right label of the one before, and no more. A class that appears for the first time is marked
“new”: its label can only be guessed. Here it named ${right} of ${episode.length} drawings right${
    known.length > 0 &&
    `, ${known.filter((step) => step.right).length} of the ${known.length} whose class it had met`
  }.</p>
${stripList(steps)}
<p class="note" style="margin-top:1.2rem">Under each drawing its guess and how sure it was;
✓ right, ✗ wrong, with the true label.</p>
</section>
${
  episode.memory &&
  html`
<section aria-labelledby="memory">
<h2 id="memory">Inside its memory</h2>
<p>The same episode, seen from within. Nothing here was trained on these classes: the weights stood
still, and all that was learnt about them is what the pictures below show.</p>
${memoryFigures(episode, episode.memory, steps)}
</section>`
}

<section aria-labelledby="again">
<h2 id="again">To make it again</h2>
<pre><code>${data.command}</code></pre>
${settings(data)}
</section>
<footer>Santoro, Bartunov, Botvinick, Wierstra, Lillicrap: Meta-Learning with Memory-Augmented Neural
Networks, ICML 2016. Omniglot: Lake, Salakhutdinov, Tenenbaum, Science 2015.</footer>
</main>
</body>
</html>
`;
  return page.text;
}

function modelName({ config }: ReportData): string {
  return config.memory === 'none' ? 'LSTM' : 'MANN';
}

/** The result in one sentence. */
function headline({ config, test }: ReportData): string {
  const second = test.accuracy[2];
  if (second === undefined) {
    return `Right ${(test.accuracy[1] ?? 0).toFixed(1)}% of the time on symbols it has never seen`;
  }
  const last = test.accuracy[10] !== undefined ? 10 : 5;
  const later = test.accuracy[last];
  // Below what guessing without any memory of the drawing can reach, nothing was recognised.
  if (second < ceiling(config.numClasses, 1) / 2 + 50 / config.numClasses) {
    return `It does not recognise new symbols yet: ${second.toFixed(0)}% right at the second look`;
  }
  return `Shown a new symbol once, it names the next drawing of it right ${second.toFixed(0)}% of the time${
    later === undefined ? '' : `; the ${ordinal(last)}, ${later.toFixed(0)}%`
  }`;
}

/** What this is, in a paragraph. */
function introduction(data: ReportData): string {
  const { config, recipe, dataset, machine, date, seconds } = data;
  const network =
    config.memory !== 'none'
      ? `a memory-augmented neural network (a controller of ${config.lstmSize} units, a memory of ${config.memorySize} slots of ${config.memoryDim} numbers, ${config.nbReads} read ${config.nbReads === 1 ? 'head' : 'heads'})`
      : `an LSTM without external memory (${config.numLayers > 1 ? `${config.numLayers} layers of ` : ''}${config.lstmSize} units), the baseline that a memory is measured against`;
  const when = date.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });
  const episodes = (recipe.iterations * recipe.batchSize).toLocaleString('en');
  return (
    `This is ${network}. It was trained on ${dataset.trainClasses.toLocaleString('en')} classes of ` +
    `${dataset.name} (${dataset.split} split) for ${recipe.iterations.toLocaleString('en')} ` +
    `batches of ${recipe.batchSize} episodes, ${episodes} in all, and tested on ` +
    `${dataset.testClasses.toLocaleString('en')} classes it had never seen, on ${when}` +
    `${seconds === undefined ? '' : ` after ${duration(seconds)} of training`} (${machine}).`
  );
}

/** The stages before the full task. */
function easierInWords({ curriculum }: Recipe): string {
  return curriculum
    .map(
      ({ batches, tasks }) => `${batches.toLocaleString('en')} batches of ${tasksInWords(tasks)}`,
    )
    .join(', then ');
}

function duration(seconds: number): string {
  if (seconds < 100) return `${Math.round(seconds)} seconds`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 100) return `${minutes} minutes`;
  return `${(minutes / 60).toFixed(1)} hours`;
}

function settings({ config, recipe, seed, dataset, test }: ReportData): Markup {
  const memory =
    config.memory !== 'none'
      ? {
          'Memory slots': config.memorySize,
          'Numbers in a slot': config.memoryDim,
          'Read heads': config.nbReads,
          'Usage decay γ': config.gamma,
          'Controller sees': config.controllerInput.replace('-', ' '),
          'Key strength': config.keyStrength,
        }
      : { Layers: config.numLayers };
  const entries: Record<string, string | number> = {
    Classes: config.numClasses,
    'Drawings in an episode': recipe.episodeLength,
    Pixels: `${config.inputHeight}×${config.inputWidth}`,
    'Controller units': config.lstmSize,
    ...memory,
    'Batch size': recipe.batchSize,
    Batches: recipe.iterations.toLocaleString('en'),
    'Learning rate': `${recipe.learningRate}, ${recipe.schedule}`,
    Split: dataset.split,
    Seed: seed,
    'Test loss': test.loss.toFixed(2),
  };
  return html`<dl>${Object.entries(entries).map(
    ([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`,
  )}</dl>`;
}
