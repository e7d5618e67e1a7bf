/** Sequences of random bits that are to be copied. */

import type { Column } from '../../tasks/scores.js';
import { thinned } from '../charts/columns.js';
import { MOST_LINES } from '../charts/curve.js';
import type { CopyRecord, ReportData, SequenceRecord } from '../data.js';
import { copiesFigure, wrongBits } from '../episode/copies.js';
import type { Film } from '../memory/time-map.js';
import { html, type Markup } from '../page/html.js';
import type { TaskView } from './view.js';

type Data = ReportData<CopyRecord>;

export function viewOfCopies(data: Data): TaskView {
  const { recipe, measure, curve, episode } = data;
  const { bits } = episode;
  const longest = recipe.episodeLength;
  const trained = measure.columns.filter(({ key }) =>
    curve.some(({ scores }) => scores[key] !== undefined),
  );
  return {
    name: 'the copy task',
    headline: headline(data),
    result: 'Copied sequences',
    table: {
      caption:
        'Sequences that were copied without a wrong bit, in percent, by their length in vectors',
      note: `In training, sequences had 1 to ${longest} ${longest === 1 ? 'vector' : 'vectors'} of ${bits} bits. Longer ones test whether the network has learned
to copy, or only to copy sequences of these lengths.`,
    },
    scores: { label: 'Copied sequences by length', columns: 'vectors of the sequence' },
    training:
      'Training sequences that were copied without a wrong bit, by length. Short sequences are learned first. The loss falls long before whole sequences are right.',
    curve: {
      label: 'Copied sequences during training',
      columns: thinned(trained, MOST_LINES),
      loss: {
        unit: 'bit',
        guessing: Math.LN2,
        perEpisode: () => (bits * (1 + longest)) / 2,
      },
    },
    episodeTitle: 'Two test sequences',
    episode: sequences(data),
    memory: {
      text: `The memory while the first of them was copied. Vectors go in during the first ${episode.sequences[0]?.vectors} steps, then the delimiter, and after it the copy comes out.`,
      row: 'step',
      film: filmOf(episode),
    },
    settings: {
      'Bits of a vector': bits,
      'Longest in training': `${longest} vectors`,
      'Longest in tests': `${measure.columns.at(-1)?.key} vectors`,
    },
    sources: 'Copy task: Graves, Wayne, Danihelka, Neural Turing Machines, 2014.',
  };
}

/** The result in one sentence. */
function headline({ recipe, measure, test: { scores } }: Data): string {
  const scored = measure.columns.filter(({ key }) => scores[key] !== undefined);
  const longest = recipe.episodeLength;
  const beyond = scored.at(-1);
  const long = scored.find(({ key }) => Number(key) >= longest) ?? beyond;
  if (!long || !beyond) return 'No sequence was tested';
  const score = ({ key }: Column) => scores[key]!;
  const percent = (column: Column) => `${score(column).toFixed(0)}%`;
  if (beyond !== long && scored.every((column) => score(column) >= 99.5)) {
    return `It copies new sequences of up to ${beyond.key} vectors without a wrong bit; in training none was longer than ${longest}`;
  }
  if (score(long) >= 5) {
    const longer = `; of ${lengths(beyond)}, longer than any in training, ${percent(beyond)}`;
    return `It copies ${percent(long)} of new sequences of ${lengths(long)} without a wrong bit${beyond === long ? '' : longer}`;
  }
  const able = scored.findLast((column) => score(column) >= 50);
  return able
    ? `It copies ${percent(able)} of new sequences of ${lengths(able)} without a wrong bit, but ${percent(long)} of those of ${lengths(long)}`
    : `It does not copy sequences yet: ${percent(long)} of those of ${lengths(long)} are without a wrong bit`;
}

function lengths({ title }: Column): string {
  return title === '1' ? '1 vector' : `${title.replace('-', ' to ')} vectors`;
}

function sequences({ episode: { sequences, bits } }: Data): Markup {
  return html`<p>The network gets random vectors of ${bits} bits, one a step, and then a delimiter. After that nothing goes in, and it
is asked for the vectors in the same order. The first sequence here is as long as the longest in training, the second
twice as long. ${sequences.map((sequence, i) => `${i > 0 ? ' ' : ''}${resultOf(sequence, i)}`)}</p>
${copiesFigure(sequences)}`;
}

function resultOf(sequence: SequenceRecord, i: number): string {
  const wrong = wrongBits(sequence).length;
  const all = sequence.asked.length;
  const which = i === 0 ? 'first' : 'second';
  if (wrong === 0) return `Of the ${which} all ${all} bits are right.`;
  return `Of the ${which} ${wrong} of ${all} bits ${wrong === 1 ? 'is' : 'are'} wrong.`;
}

/** The bits that went in, and after the delimiter those that came out. */
function filmOf({ sequences: [first], bits }: CopyRecord): Film | undefined {
  if (!first) return undefined;
  const { vectors: L, asked, answers } = first;
  const pictures = new Float32Array((2 * L + 1) * bits);
  pictures.set(asked);
  pictures.set(answers, (L + 1) * bits);
  return {
    ...{ pictures, height: 1, width: bits, aspect: Math.min(5, bits / 2), sharp: true },
    alt: 'The vectors that went in, and below them those that came out',
    texts: [],
  };
}
