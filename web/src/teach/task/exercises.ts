/** The settings that the two exercises begin with. */
import { type Settings, usual } from './settings.js';

export interface Start {
  readonly name: string;
  readonly settings: Settings;
}

/** N-way K-shot: string labels, so that a network can be tested with other numbers of classes than it was trained with. */
export const shotsExercise: readonly Start[] = [
  { name: '5 classes', settings: { ...usual, labels: 'strings' } },
  { name: '10 classes', settings: { ...usual, labels: 'strings', classes: 10, length: 50 } },
  {
    name: '5 classes, fewer slots than drawings',
    settings: { ...usual, labels: 'strings', slots: 16 },
  },
];

/** What networks learn that stay at chance with five classes. */
const easier: Settings = { ...usual, classes: 2, length: 10, encoder: 'mlp' };

/** Accuracy by instance: one task, and networks that differ in one part. */
export const instancesExercise: readonly Start[] = [
  { name: 'MANN', settings: usual },
  { name: 'LSTM', settings: { ...usual, memory: 'none', encoder: 'mlp' } },
  {
    name: 'Feed-forward',
    settings: { ...usual, memory: 'none', controller: 'feedforward', encoder: 'mlp' },
  },
  { name: 'NTM access', settings: { ...usual, memory: 'ntm' } },
  { name: 'Memory kept', settings: { ...usual, between: 'kept' } },
  {
    name: 'LSTM, an easier task and more batches',
    settings: { ...easier, memory: 'none', batches: 3000 },
  },
  {
    name: 'NTM access, an easier task and more batches',
    settings: { ...easier, memory: 'ntm', batches: 2000 },
  },
];
