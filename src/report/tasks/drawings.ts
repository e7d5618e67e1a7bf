/** Drawings and their labels, one-hot or strings. */
import { ceiling } from '../../tasks/classification/by-instance.js';
import { numStrings, type Spelling } from '../../tasks/classification/string-labels.js';
import { meanLength } from '../../training/recipe/curriculum.js';
import { WINDOW } from '../../training/running-statistics.js';
import type { EpisodeRecord, ReportData } from '../data.js';
import { type EpisodeStep, episodeSteps } from '../episode/steps.js';
import { stripList } from '../episode/strip-list.js';
import type { Film } from '../memory/time-map.js';
import { html, type Markup } from '../page/html.js';
import { count } from '../page/numbers.js';
import { othersOnOmniglot } from '../result/on-omniglot.js';
import type { TableInWords } from '../result/table.js';
import type { TaskView } from './view.js';

/** The instances that the learning curve draws. */
const CURVE_INSTANCES: readonly string[] = ['1', '2', '3', '5', '10'];

type Data = ReportData<EpisodeRecord>;

export function viewOfDrawings(data: Data): TaskView {
  const { config, recipe, dataset, measure, episode } = data;
  const { spelling } = episode;
  const steps = episodeSteps(episode);
  return {
    name: spelling ? `${dataset.name} with labels as strings` : dataset.name,
    headline: headline(data),
    result: 'Accuracy',
    table: table(data),
    scores: {
      label: 'Accuracy by instance',
      columns: 'instance (nth time of a class in the episode)',
    },
    training: `Accuracy on the training classes, by instance. A flat start near chance is normal. Once the network
makes use of its memory, the accuracy at the 2nd and later instances rises quickly; at the 1st it stays ${
      spelling
        ? 'at 0'
        : `below
its upper bound`
    }.`,
    curve: {
      label: 'Accuracy during training',
      columns: measure.columns.filter(({ key }) => CURVE_INSTANCES.includes(key)),
      loss: {
        unit: 'drawing',
        guessing: measure.guessing,
        perEpisode: (batch) => meanLength(recipe, Math.max(0, batch - WINDOW), batch),
      },
    },
    episodeTitle: 'One test episode',
    episode: oneEpisode(data, steps),
    memory: {
      text: 'The memory during the same episode. The weights of the network do not change here: everything it knows about\nthese classes is in the memory.',
      row: 'drawing',
      film: filmOf(episode, steps),
    },
    settings: {
      Classes: recipe.numClasses,
      ...(recipe.distractors > 0 && { 'Classes without a label': recipe.distractors }),
      ...(spelling && { Labels: `${spelling.characters} letters of ${spelling.alphabet}` }),
      'Episode length': recipe.episodeLength,
      Pixels: `${config.inputHeight}×${config.inputWidth}`,
    },
    sources: 'Omniglot: Lake, Salakhutdinov, Tenenbaum, Science 2015.',
  };
}

/** The result in one sentence. */
function headline({ recipe, test }: Data): string {
  const second = test.scores[2];
  if (second === undefined) {
    return `${(test.scores[1] ?? 0).toFixed(1)}% accuracy on unseen symbols`;
  }
  const last = test.scores[10] !== undefined ? 10 : 5;
  const later = test.scores[last];
  // An accuracy that needs no memory of the drawing does not show that anything was recognised.
  if (second < ceiling(recipe.numClasses, 1) / 2 + 50 / recipe.numClasses) {
    return `It does not recognise new symbols yet: ${second.toFixed(0)}% accuracy at the 2nd instance`;
  }
  return `After one example of a new symbol, it recognises the next drawing ${second.toFixed(0)}% of the time${
    later === undefined
      ? ''
      : `; after ${last === 10 ? 'nine' : 'four'} examples, ${later.toFixed(0)}%`
  }`;
}

function table({ config, dataset, episode }: Data): TableInWords {
  const C = config.numClasses;
  const caption =
    'Accuracy in percent by instance (the 1st, 2nd, ... time a class appears in an episode)';
  if (episode.spelling) return { caption, note: noteOnStrings(episode.spelling) };
  const compares = C === 5;
  return {
    caption,
    note: `The first time a class appears, its label cannot be known. A network can only notice that the
class is new and guess among the labels not used yet, which is correct ${ceiling(C, 1).toFixed(1)}% of the time.${
      compares
        ? '\n LSTM without memory: the pretrained network lstm-omniglot-5way, random split. People and MANN, Santoro et al. ' +
          '2016: as published. The splits of Omniglot differ, so small differences mean nothing.'
        : ''
    }`,
    ...(compares && othersOnOmniglot(dataset.name === 'omniglot')),
  };
}

function noteOnStrings(spelling: Spelling): string {
  return `Each label is a string of ${spelling.characters} letters, drawn anew for every episode out of
${count(numStrings(spelling))}. It counts as correct only if all of its letters are. The first time a class appears, its label
can neither be known nor guessed, so the accuracy at the 1st instance stays at 0.`;
}

function oneEpisode({ recipe, episode }: Data, steps: readonly EpisodeStep[]): Markup {
  const right = steps.filter((step) => step.right).length;
  const known = steps.filter((step) => !step.isNew);
  const { spelling } = episode;
  return html`<p>${episode.length} drawings of ${recipe.numClasses} classes that the network has never seen, in order. It classifies each drawing
first and is given the true label afterwards. A drawing marked “new” is the first of its class, so its label ${
    spelling
      ? 'cannot\nbe known yet'
      : `can
only be guessed`
  }. The network classified ${right} of ${episode.length} drawings correctly${
    known.length > 0 &&
    `, and ${known.filter((step) => step.right).length} of the ${known.length} whose class had appeared before`
  }.</p>
${stripList(steps)}
<p class="note" style="margin-top:1.2rem">Under each drawing: the predicted ${spelling ? 'label' : 'class'} with its confidence${
    spelling && ' (the product of the probabilities of its letters)'
  };
✓ correct, ✗ wrong, with the true ${spelling ? 'label' : 'class'}.</p>`;
}

/** The drawings, each beside its class. */
function filmOf({ height, width, pictures }: EpisodeRecord, steps: readonly EpisodeStep[]): Film {
  return {
    ...{ pictures, height, width, aspect: width / height },
    alt: 'The drawings of the episode in order',
    texts: steps.map(({ truth, right }) => ({ text: truth, right })),
  };
}
