/** Settings in words. */
import { GPU_BATCH } from './network.js';
import { type Settings, usual } from './settings.js';

/** `LRUA memory, LSTM controller, conv encoder`, and sizes that are not the usual ones. */
export function networkInWords({ memory, controller, encoder, units, slots }: Settings): string {
  const sizes = [
    ...(units === usual.units ? [] : [`${units} units`]),
    ...(memory === 'none' || slots === usual.slots ? [] : [`${slots} slots`]),
  ];
  return [
    { lrua: 'LRUA memory', ntm: 'NTM memory', none: 'No memory' }[memory],
    { lstm: 'LSTM controller', feedforward: 'feed-forward controller' }[controller],
    `${encoder === 'none' ? 'no' : encoder} encoder`,
    ...sizes,
  ].join(', ');
}

/** `MANN, 5 classes`: short, for the legend, with what is not usual of the task. */
export function shortName({ memory, controller, classes, labels, between }: Settings): string {
  const isForward = controller === 'feedforward';
  const kind = memory === 'none' ? (isForward ? 'Feed-forward' : 'LSTM') : kinds[memory];
  return [
    kind,
    ...(memory !== 'none' && isForward ? ['feed-forward'] : []),
    `${classes} classes`,
    ...(labels === 'strings' ? ['strings'] : []),
    ...(between === 'kept' ? ['kept'] : []),
  ].join(', ');
}

const kinds = { lrua: 'MANN', ntm: 'NTM' } as const;

/** `5 classes, 50 drawings, one-hot labels`. */
export function taskInWords({ classes, length, labels, between }: Settings): string {
  const kept = between === 'kept' ? ', memory kept' : '';
  return `${classes} classes, ${length} drawings, ${labels === 'strings' ? 'string' : 'one-hot'} labels${kept}`;
}

/** `500 batches of 16 episodes, seed 1`. */
export function trainingInWords({ batches, batch, seed }: Settings): string {
  return `${count(batches)} batches of ${batch} episodes, seed ${seed}`;
}

export const count = (number: number) => number.toLocaleString('en');

/** What an episode is, for the builder: a few sentences. */
export function episodeInWords(settings: Settings): string {
  const { classes, length } = settings;
  const each = length / classes;
  const mean = Number.isInteger(each) ? each : `about ${each.toFixed(1)}`;
  return (
    `Each episode: ${length} drawings of ${classes} classes, in random order; ${mean} of each class on average. ` +
    `${labelsInWords(settings)} The label comes one step late. ${memoryInWords(settings)}`
  );
}

function labelsInWords({ classes, labels }: Settings): string {
  return labels === 'strings'
    ? 'In each episode a class gets a new string of five letters from a to e as its label.'
    : `In each episode the ${classes} labels are dealt out anew.`;
}

function memoryInWords({ memory, controller, between }: Settings): string {
  if (memory !== 'none') {
    return between === 'kept'
      ? 'The memory is kept: it still holds what earlier episodes left.'
      : 'The memory is empty at the start.';
  }
  return controller === 'lstm'
    ? 'There is no memory: only the state of the LSTM goes from one drawing to the next.'
    : 'There is no memory and no state: the network knows nothing but the drawing and the label that came last.';
}

/** Why a control is off; undefined of those that are on. */
export function reasonsOff({ memory }: Settings): Partial<Record<keyof Settings, string>> {
  if (memory !== 'none') return {};
  return {
    between: 'This network has no memory that could be kept.',
    slots: 'This network has no memory slots.',
  };
}

/** What somebody should know before training so; most settings need no word. */
export function advice({
  classes,
  length,
  memory,
  controller,
  encoder,
  batch,
  between,
}: Settings): string {
  const sentences: string[] = [];
  if (length < 10 * classes) {
    sentences.push(
      'In such short episodes few classes appear ten times, so the 10th instance is a mean of few answers.',
    );
  }
  if (memory === 'none' && encoder === 'conv') {
    sentences.push(
      'Without a memory networks learn hardly anything through a convolutional encoder; mlp is better.',
    );
  }
  const hasShaders = memory !== 'ntm' && controller === 'lstm' && between === 'wiped';
  if (batch >= GPU_BATCH && hasShaders) {
    sentences.push(
      'Batches of this size train on your graphics processor, if the browser has WebGPU.',
    );
  }
  return sentences.join(' ');
}
