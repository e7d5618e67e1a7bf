/** What is said of any network and its training. */
import type { ModelConfig } from '../../model/config.js';
import type { ReportData } from '../data.js';
import { html, type Markup } from './html.js';
import { count } from './numbers.js';

export function modelName({ memory }: ModelConfig): string {
  return { lrua: 'MANN', ntm: 'NTM', none: 'LSTM' }[memory];
}

/** What this is, in a paragraph. */
export function introduction(data: ReportData): string {
  const { config, recipe, dataset, machine, date, seconds } = data;
  const when = date.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });
  return (
    `This is ${networkInWords(config)}. It was trained on ${dataset.trained} for ${count(recipe.iterations)} ` +
    `batches of ${recipe.batchSize} episodes (${count(recipe.iterations * recipe.batchSize)} episodes) and tested on ${dataset.tested} on ${when}` +
    `${seconds === undefined ? '' : ` after ${duration(seconds)} of training`}. Machine: ${machine}.`
  );
}

function networkInWords(config: ModelConfig): string {
  const encoder = { none: '', mlp: 'an MLP encoder, ', conv: 'a convolutional encoder, ' }[
    config.encoder
  ];
  const isLstm = config.controller === 'lstm';
  if (config.memory === 'none') {
    const layers = config.numLayers > 1 ? `${config.numLayers} layers of ` : '';
    return (
      `${isLstm ? 'an LSTM' : 'a feed-forward network'} without external memory, the usual baseline ` +
      `(${encoder}${layers}${config.lstmSize} units)`
    );
  }
  const kind =
    config.memory === 'ntm' ? 'a Neural Turing Machine' : 'a memory-augmented neural network';
  return (
    `${kind} (${encoder}${isLstm ? 'an LSTM' : 'a feed-forward'} controller of ${config.lstmSize} units, ` +
    `a memory of ${config.memorySize} slots × ${config.memoryDim} numbers, ` +
    `${config.nbReads} read ${config.nbReads === 1 ? 'head' : 'heads'})`
  );
}

function duration(seconds: number): string {
  if (seconds < 100) return `${Math.round(seconds)} seconds`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 100) return `${minutes} minutes`;
  return `${(minutes / 60).toFixed(1)} hours`;
}

/** The list of settings. @param own those of the task */
export function settings(
  { config, recipe, seed, test }: ReportData,
  own: Readonly<Record<string, string | number>>,
): Markup {
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
    ...own,
    Encoder: config.encoder,
    Controller: `${config.controller}, ${config.lstmSize} units`,
    ...memory,
    'Batch size': recipe.batchSize,
    Batches: count(recipe.iterations),
    'Learning rate': `${recipe.learningRate}, ${recipe.schedule}`,
    'Random seed': seed,
    'Test loss': test.loss.toFixed(2),
  };
  return html`<dl>${Object.entries(entries).map(
    ([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`,
  )}</dl>`;
}
