import { stagesInWords } from '../training/recipe/curriculum.js';
import { learningCurve } from './charts/curve.js';
import { scoresChart } from './charts/scores.js';
import type { ReportData } from './data.js';
import { memoryFigures } from './memory/figures.js';
import { html, type Markup, Markup as Raw } from './page/html.js';
import { introduction, modelName, settings } from './page/network.js';
import { style } from './page/style.js';
import { boundNameOf, resultTable } from './result/table.js';
import type { TaskView } from './tasks/view.js';
import { viewOf } from './tasks/view-of.js';

/** One self-contained HTML page about a trained network: no scripts, no requests to anywhere. */
export async function renderReport(data: ReportData): Promise<string> {
  const view = viewOf(data);
  const title = `${modelName(data.config)} on ${view.name}, seed ${data.seed}`;
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
<h1>${view.headline}</h1>
<p class="lead">${introduction(data)}</p>
</header>
${result(data, view)}
${data.curve.length > 1 && training(data, view)}

<section aria-labelledby="episode">
<h2 id="episode">${view.episodeTitle}</h2>
${view.episode}
</section>
${memory(data, view)}

<section aria-labelledby="again">
<h2 id="again">Reproducing this result</h2>
<pre><code>${data.command}</code></pre>
${settings(data, view.settings)}
</section>
<footer>Santoro, Bartunov, Botvinick, Wierstra, Lillicrap: Meta-Learning with Memory-Augmented Neural
Networks, ICML 2016. ${view.sources}</footer>
</main>
</body>
</html>
`;
  return page.text;
}

function result({ measure, test }: ReportData, view: TaskView): Markup {
  const bounded = measure.bound ?? test.bound;
  return html`
<section aria-labelledby="result">
<h2 id="result">${view.result}</h2>
${resultTable(measure, test, view.table)}
<figure class="chart">${scoresChart(measure, test, view.scores)}
<figcaption>Dots: this network, with 95% confidence intervals (often smaller than the dot).${
    bounded && ` Short lines: ${boundNameOf(measure)}.`
  }</figcaption></figure>
</section>`;
}

function training({ curve, recipe, measure }: ReportData, view: TaskView): Markup {
  const { numClasses: C, curriculum } = recipe;
  const isDotted = measure.chance !== undefined || view.curve.loss.guessing !== undefined;
  return html`
<section aria-labelledby="learning">
<h2 id="learning">Training</h2>
<p>${view.training}</p>
<figure class="chart">${learningCurve(curve, recipe, measure, view.curve)}
<figcaption>${
    curriculum.length > 0 &&
    `Shaded: the curriculum (${stagesInWords(curriculum).join(', then ')}; classes × drawings), before the full task of ${C}×${recipe.episodeLength}. `
  }${isDotted && 'Dotted: chance.'}</figcaption></figure>
</section>`;
}

function memory({ episode, config }: ReportData, view: TaskView): Markup | false {
  if (!episode.memory) return false;
  const { text, row, film } = view.memory;
  return html`
<section aria-labelledby="memory">
<h2 id="memory">Memory</h2>
<p>${text} Each column is one slot, the same in every map; each row of the maps over time is
one ${row}. Slot 1 is where the start state reads, and heads that look for nothing stay there. It has the second
colour, at half strength, and the scales leave it out.</p>
${memoryFigures(episode.memory, config, film)}
</section>`;
}
