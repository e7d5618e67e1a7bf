import { ceiling } from '../tasks/classification/by-instance.js';
import { stagesInWords } from '../training/curriculum.js';
import { instanceChart, learningCurve } from './charts.js';
import type { ReportData } from './data.js';
import { html, type Markup, Markup as Raw } from './html.js';
import { memoryFigures } from './memory/figures.js';
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
<h2 id="result">Accuracy</h2>
${resultTable(data)}
<figure class="chart">${await instanceChart(test, C)}
<figcaption>Dots: this network, with 95% confidence intervals (often smaller than the dot). Short lines: upper
bound.</figcaption></figure>
</section>
${
  curve.length > 1 &&
  html`
<section aria-labelledby="learning">
<h2 id="learning">Training</h2>
<p>Accuracy on the training classes, by instance. A flat start near chance is normal. Once the network
makes use of its memory, the accuracy at the 2nd and later instances rises quickly; at the 1st it stays below
its upper bound.</p>
<figure class="chart">${await learningCurve(curve, recipe)}
<figcaption>${
    recipe.curriculum.length > 0 &&
    `Shaded: the curriculum (${stagesInWords(recipe.curriculum).join(', then ')}; classes × drawings), before the full task of ${C}×${recipe.episodeLength}. `
  }Dotted: chance.</figcaption></figure>
</section>`
}

<section aria-labelledby="episode">
<h2 id="episode">One test episode</h2>
<p>${episode.length} drawings of ${C} classes that the network has never seen, in order. It classifies each drawing
first and is given the true label afterwards. A drawing marked “new” is the first of its class, so its label can
only be guessed. The network classified ${right} of ${episode.length} drawings correctly${
    known.length > 0 &&
    `, and ${known.filter((step) => step.right).length} of the ${known.length} whose class had appeared before`
  }.</p>
${stripList(steps)}
<p class="note" style="margin-top:1.2rem">Under each drawing: the predicted class with its confidence;
✓ correct, ✗ wrong, with the true class.</p>
</section>
${
  episode.memory &&
  html`
<section aria-labelledby="memory">
<h2 id="memory">Memory</h2>
<p>The memory during the same episode. The weights of the network do not change here: everything it knows about
these classes is in the memory. Each column is one slot, the same in every map; each row of the maps over time is
one drawing. Slot 1 is where the start state reads, and heads that look for nothing stay there. It has the second
colour, at half strength, and the scales leave it out.</p>
${memoryFigures(episode, episode.memory, steps, config)}
</section>`
}

<section aria-labelledby="again">
<h2 id="again">Reproducing this result</h2>
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
  return { lrua: 'MANN', ntm: 'NTM', none: 'LSTM' }[config.memory];
}

/** The result in one sentence. */
function headline({ config, test }: ReportData): string {
  const second = test.scores[2];
  if (second === undefined) {
    return `${(test.scores[1] ?? 0).toFixed(1)}% accuracy on unseen symbols`;
  }
  const last = test.scores[10] !== undefined ? 10 : 5;
  const later = test.scores[last];
  // An accuracy that needs no memory of the drawing does not show that anything was recognised.
  if (second < ceiling(config.numClasses, 1) / 2 + 50 / config.numClasses) {
    return `It does not recognise new symbols yet: ${second.toFixed(0)}% accuracy at the 2nd instance`;
  }
  return `After one example of a new symbol, it recognises the next drawing ${second.toFixed(0)}% of the time${
    later === undefined
      ? ''
      : `; after ${last === 10 ? 'nine' : 'four'} examples, ${later.toFixed(0)}%`
  }`;
}

/** What this is, in a paragraph. */
function introduction(data: ReportData): string {
  const { config, recipe, dataset, machine, date, seconds } = data;
  const encoder = { none: '', mlp: 'an MLP encoder, ', conv: 'a convolutional encoder, ' }[
    config.encoder
  ];
  const controller = config.controller === 'lstm' ? 'an LSTM' : 'a feed-forward network';
  const network =
    config.memory !== 'none'
      ? `${config.memory === 'ntm' ? 'a Neural Turing Machine' : 'a memory-augmented neural network'} (${encoder}${config.controller === 'lstm' ? 'an LSTM' : 'a feed-forward'} controller of ${config.lstmSize} units, a memory of ${config.memorySize} slots × ${config.memoryDim} numbers, ${config.nbReads} read ${config.nbReads === 1 ? 'head' : 'heads'})`
      : `${controller} without external memory, the usual baseline (${encoder}${config.numLayers > 1 ? `${config.numLayers} layers of ` : ''}${config.lstmSize} units)`;
  const when = date.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });
  const episodes = (recipe.iterations * recipe.batchSize).toLocaleString('en');
  return (
    `This is ${network}. It was trained on ${dataset.trained} for ${recipe.iterations.toLocaleString('en')} ` +
    `batches of ${recipe.batchSize} episodes (${episodes} episodes) and tested on ${dataset.tested} on ${when}` +
    `${seconds === undefined ? '' : ` after ${duration(seconds)} of training`}. Machine: ${machine}.`
  );
}

function duration(seconds: number): string {
  if (seconds < 100) return `${Math.round(seconds)} seconds`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 100) return `${minutes} minutes`;
  return `${(minutes / 60).toFixed(1)} hours`;
}

function settings({ config, recipe, seed, test }: ReportData): Markup {
  const memory =
    config.memory !== 'none'
      ? {
          'Memory slots': config.memorySize,
          'Slot width': config.memoryDim,
          'Read heads': config.nbReads,
          'Controller input': config.controllerInput.replace('-', ' '),
          ...(config.memory === 'lrua' && {
            'Usage decay γ': config.gamma,
            'Key strength': config.keyStrength,
            Writing: config.writing,
            Lookup: config.lookup.replace('-', ' '),
          }),
        }
      : { Layers: config.numLayers };
  const entries: Record<string, string | number> = {
    Classes: config.numClasses,
    'Episode length': recipe.episodeLength,
    Pixels: `${config.inputHeight}×${config.inputWidth}`,
    Encoder: config.encoder,
    Controller: `${config.controller}, ${config.lstmSize} units`,
    ...memory,
    'Batch size': recipe.batchSize,
    Batches: recipe.iterations.toLocaleString('en'),
    'Learning rate': `${recipe.learningRate}, ${recipe.schedule}`,
    'Random seed': seed,
    'Test loss': test.loss.toFixed(2),
  };
  return html`<dl>${Object.entries(entries).map(
    ([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`,
  )}</dl>`;
}
