/** Functions that are new in each episode. */

import { ordinal } from '../../tasks/scores.js';
import { functionChart } from '../charts/functions.js';
import { predictedChart } from '../charts/predicted.js';
import type { FunctionRecord, Normals, ReportData } from '../data.js';
import { html, type Markup } from '../page/html.js';
import { fixed } from '../page/numbers.js';
import type { TaskView } from './view.js';

/** The steps that the learning curve draws. */
const CURVE_STEPS: readonly string[] = ['1', '2', '5', '20', 'after 20'];

/** So many points are known before the ones that are looked at all together. */
const KNOWN = 20;

/** A network that has come less of the way from knowing nothing to the best possible has not learned much. */
const LEARNED = 0.5;

type Data = ReportData<FunctionRecord>;

export function viewOfRegression(data: Data): TaskView {
  const { recipe, measure, episode } = data;
  const { dimensions } = episode;
  const isLong = recipe.episodeLength > KNOWN;
  return {
    name: `functions in ${dimensions} ${dimensions === 1 ? 'dimension' : 'dimensions'}`,
    headline: headline(data),
    result: 'Log density',
    table: {
      caption: `Log density of the true value in nats (higher is better) at the 1st, 2nd, ... point of a function${
        isLong ? `, and its mean over all points after the ${KNOWN}th` : ''
      }`,
      note: `The network predicts each value as a normal distribution before it is told the value. The log density says how
probable the true value was under that prediction: 0.69 nats more is twice as probable. The exact process is the Gaussian
process that the functions are drawn from, with the length scale and scale of each function, which the network is not
told; no prediction is better on average. Its numbers are for the same episodes.`,
    },
    scores: { label: 'Log density by point', columns: 'point of the function' },
    training:
      'Log density on the training functions, by point. It stays at the same value for all points until the network learns to predict new values from earlier ones.',
    curve: {
      label: 'Log density during training',
      columns: measure.columns.filter(({ key }) => CURVE_STEPS.includes(key)),
      loss: { unit: 'point', perEpisode: () => recipe.episodeLength },
    },
    episodeTitle: 'One test function',
    episode: dimensions === 1 ? pictures(episode) : predictions(episode),
    memory: {
      text: 'The memory during the same function. The weights of the network do not change here: what it knows about this function is in the memory and in the state of its controller.',
      row: 'point',
    },
    settings: {
      Dimensions: dimensions,
      'Points of a function': recipe.episodeLength,
    },
    sources: '',
  };
}

/** The result in one sentence. */
function headline({ test: { scores, bound = {} }, measure }: Data): string {
  const { key } = measure.columns.at(-1)!;
  const [score, best, nothing] = [scores[key], bound[key], bound[1]];
  const known = key === `after ${KNOWN}` ? KNOWN : Number(key) - 1;
  const points = `${known} ${known === 1 ? 'point' : 'points'}`;
  if (score === undefined || best === undefined || nothing === undefined || known === 0) {
    return `Log density of ${fixed(score ?? Number.NaN, 2)} nats on new functions`;
  }
  const gap = best - score;
  if (score < nothing + LEARNED * (best - nothing)) {
    return `It does not predict new functions well yet: after ${points} it is ${fixed(gap, 2)} nats short of the best possible`;
  }
  return gap < 0.005
    ? `After ${points} of a new function it predicts as well as possible`
    : `After ${points} of a new function it predicts within ${fixed(gap, 2)} nats of the best possible`;
}

/** A function of one number, after more and more points. */
function pictures(episode: FunctionRecord): Markup {
  return html`<p>A function that the network has never seen, and what it predicts of it everywhere as more and more points are
observed. The points are sampled uniformly at random, and the network is told each value only after it has predicted it.${errors(episode)}</p>
<figure class="chart">${functionChart(episode)}
<figcaption>Line and band: the network’s mean and two standard deviations up and down. Dashed: the same for the exact
process. Dots: the observed points.</figcaption></figure>`;
}

/** A function of more numbers, which can't be drawn as a line. */
function predictions(episode: FunctionRecord): Markup {
  const known = knownOf(episode);
  return html`<p>A function that the network has never seen: its ${episode.length - known} values after the ${ordinal(known)} point, and what the network
predicted of each from the points before it. The points are sampled uniformly at random, and the network is told each
value only after it has predicted it.${errors(episode)}</p>
<figure class="chart">${predictedChart(episode, known)}
<figcaption>Dots: predicted means. Bars: two standard deviations up and down. Dashed: where predictions are the true
values.</figcaption></figure>`;
}

/** How far predictions are off, in a sentence. */
function errors(episode: FunctionRecord): string {
  const { length, network, exact } = episode;
  const known = knownOf(episode);
  if (known === length) return '';
  return ` After the ${ordinal(known)} point its predictions are off by ${fixed(meanError(network, episode, known), 2)} on average, those of
the exact process by ${fixed(meanError(exact, episode, known), 2)}.`;
}

function meanError({ means }: Normals, { values, length }: FunctionRecord, known: number): number {
  let sum = 0;
  for (let t = known; t < length; t++) sum += Math.abs(means[t]! - values[t]!);
  return sum / (length - known);
}

/** Of short functions half of the points are known. */
function knownOf({ length }: FunctionRecord): number {
  return length > KNOWN ? KNOWN : Math.ceil(length / 2);
}
