import { html, type Markup } from '../page/html.js';
import { percent } from '../page/numbers.js';
import type { EpisodeStep } from './steps.js';

/** The episode as a list of drawings with guess, confidence and truth, for the page. */
export function stripList(steps: readonly EpisodeStep[]): Markup {
  return html`<ol class="strip">${steps.map(
    (step) => html`
  <li class="${step.right ? 'right' : 'wrong'}${step.isNew && ' new'}">
    <span class="tile"><img src="${step.picture}" alt="Drawing ${step.number}, class ${step.truth}">${
      step.isNew && html`<b class="badge">new</b>`
    }</span>
    <i class="bar" aria-hidden="true"><i style="width:${percent(step.confidence)}"></i></i>
    <span class="guess"><span aria-hidden="true">${step.right ? '✓' : '✗'}</span>
      <b>${step.guess}</b> ${percent(step.confidence)}</span>
    <span class="truth">${step.right ? html`<span class="hidden">correct</span>` : html`is ${step.truth}`}</span>
  </li>`,
  )}</ol>`;
}
