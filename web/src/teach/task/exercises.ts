/** The settings that the two exercises begin with. */
import { type Settings, usual } from './settings.js';

export interface Start {
  readonly name: string;
  /** What is to be seen with it. */
  readonly about: string;
  readonly settings: Settings;
}

/** String labels, so that a network can be tested with other numbers of classes than it was trained with. */
const strings: Settings = { ...usual, labels: 'strings' };
/** What networks learn that stay at chance with five classes. */
const easier: Settings = { ...usual, classes: 2, length: 10, encoder: 'mlp' };

/** N-way K-shot. */
export const shotsExercise: readonly Start[] = [
  {
    name: '5 classes',
    about: 'Trained on episodes of 5 classes; string labels let you test it on 2 to 20.',
    settings: strings,
  },
  {
    name: '10 classes',
    about: 'Trained on episodes of 10 classes. Is it better on 20?',
    settings: { ...strings, classes: 10 },
  },
  {
    name: '16 memory slots',
    about: 'Fewer slots than labelled drawings. What is forgotten?',
    settings: { ...strings, slots: 16 },
  },
  {
    name: 'LSTM, 2 classes',
    about: 'The network of the homework: no memory beside its own state. 3,000 batches.',
    settings: { ...easier, memory: 'none', batches: 3000 },
  },
];

/** Accuracy by instance: one task, and networks that differ in one part. */
export const instancesExercise: readonly Start[] = [
  {
    name: 'MANN',
    about: 'A memory with LRUA access, an LSTM controller and a convolutional encoder.',
    settings: usual,
  },
  {
    name: 'LSTM',
    about: 'No memory beside its own state; an mlp encoder.',
    settings: { ...usual, memory: 'none', encoder: 'mlp' },
  },
  {
    name: 'Feed-forward',
    about: 'No memory and no state.',
    settings: { ...usual, memory: 'none', controller: 'feedforward', encoder: 'mlp' },
  },
  {
    name: 'NTM access',
    about: 'Addressing by content and location in place of LRUA.',
    settings: { ...usual, memory: 'ntm' },
  },
  {
    name: 'NTM access, 2 classes',
    about: 'An easier task: 10 drawings, an mlp encoder, 2,000 batches.',
    settings: { ...easier, memory: 'ntm', batches: 2000 },
  },
  {
    name: 'Memory kept',
    about: 'MANN, not wiped between episodes. Do old drawings disturb it?',
    settings: { ...usual, between: 'kept' },
  },
];
