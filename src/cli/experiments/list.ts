/** The experiments of the paper, each with its published figures in percent. */
import type { TrainFlags } from '../training/plan.js';
import type { Experiment, Features, Row } from './experiment.js';

const SANTORO = 'Santoro et al. 2016';
const INSTANCES = ['1', '2', '3', '4', '5', '10'];

/** Networks and baselines on episodes of drawings; `paper` are their figures by name. */
function drawingRows(
  episodes: TrainFlags,
  paper: Readonly<Record<string, readonly number[]>>,
  batches = 15_000,
): Row[] {
  const row = (name: string, train: TrainFlags, iterations: number, quick: number): Row => ({
    name,
    ...(paper[name] && { paper: paper[name] }),
    train: { ...episodes, ...train, iterations },
    quick,
  });
  const neighbours = (name: string, features: Features): Row => ({
    name,
    ...(paper[name] && { paper: paper[name] }),
    neighbours: features,
    train: episodes,
  });
  return [
    neighbours('Nearest neighbour, pixels', 'pixels'),
    neighbours('Nearest neighbour, autoencoder', 'autoencoder'),
    neighbours('Nearest neighbour, encoder', 'encoder'),
    row('Feed-forward', { memory: 'none', controller: 'feedforward' }, 3000, 300),
    row('LSTM', { model: 'lstm' }, 30_000, 600),
    row('MANN, feed-forward controller', { controller: 'feedforward' }, batches, 1000),
    row('MANN, NTM access', { memory: 'ntm', numReads: 4 }, batches, 1000),
    row('MANN, preset paper', { preset: 'paper' }, 20_000, 1000),
    row('MANN', {}, batches, 1500),
  ];
}

const omniglot: TrainFlags = { dataset: 'omniglot' };

const oneHot: Experiment = {
  name: 'one-hot',
  about: '5 classes with one-hot labels in episodes of 50 drawings of Omniglot (table 1)',
  source: SANTORO,
  columns: INSTANCES,
  rows: drawingRows(omniglot, {
    'Feed-forward': [24.4, 19.6, 21.1, 19.9, 22.8, 19.5],
    LSTM: [24.4, 49.5, 55.3, 61.0, 63.6, 62.5],
    MANN: [36.4, 82.8, 91.0, 92.6, 94.9, 98.1],
  }),
};

const strings5: Experiment = {
  name: 'strings-5',
  about: '5 classes with labels of five letters in episodes of 50 drawings of Omniglot (table 2)',
  source: SANTORO,
  columns: INSTANCES,
  rows: drawingRows(
    { ...omniglot, labels: 'strings' },
    {
      'Nearest neighbour, pixels': [4.0, 36.7, 41.9, 45.7, 48.1, 57.0],
      'Nearest neighbour, autoencoder': [4.0, 51.9, 61.0, 66.3, 69.3, 77.5],
      'Feed-forward': [0.0, 0.2, 0.0, 0.2, 0.0, 0.0],
      LSTM: [0.0, 9.0, 14.2, 16.9, 21.8, 25.5],
      'MANN, feed-forward controller': [0.0, 8.0, 16.2, 25.2, 30.9, 46.8],
      MANN: [0.0, 69.5, 80.4, 87.9, 88.4, 93.1],
    },
  ),
};

const strings15: Experiment = {
  name: 'strings-15',
  about: '15 classes with labels of five letters in episodes of 100 drawings of Omniglot (table 2)',
  source: SANTORO,
  columns: INSTANCES,
  rows: drawingRows(
    {
      ...omniglot,
      ...{ labels: 'strings', numClasses: 15, episodeLength: 100 },
      ...{ memoryLocations: 128, gamma: 0.95 },
    },
    {
      'Nearest neighbour, pixels': [0.5, 18.7, 23.3, 26.5, 29.1, 37.0],
      'Nearest neighbour, autoencoder': [0.4, 32.7, 41.2, 47.1, 50.6, 60.0],
      'Feed-forward': [0.0, 0.1, 0.0, 0.0, 0.0, 0.0],
      LSTM: [0.0, 2.2, 2.9, 4.3, 5.6, 12.7],
      'MANN, feed-forward controller': [0.1, 12.8, 22.3, 28.8, 32.2, 43.4],
      'MANN, NTM access': [0.0, 35.4, 61.2, 71.7, 77.7, 88.4],
      MANN: [0.1, 62.6, 79.3, 86.6, 88.7, 95.3],
    },
    10_000,
  ),
};

/** The figures of Le et al. 2020 are those of the 2nd, 3rd and 5th instance. */
const keptMemory: Experiment = {
  name: 'kept-memory',
  about: 'the memory wiped between episodes of Omniglot, or kept: 5 and 10 classes',
  source: 'Le et al. 2020',
  columns: ['2', '3', '5'],
  rows: (
    [
      [5, 50, [82.3, 88.7, 92.3], [66.2, 73.4, 81.0]],
      [10, 75, [52.7, 60.6, 64.7], [51.3, 59.2, 63.3]],
    ] as const
  ).flatMap(([numClasses, episodeLength, wiped, kept]): Row[] => {
    const train = { ...omniglot, numClasses, episodeLength, iterations: 6000 };
    return [
      { name: `${numClasses} classes, wiped`, paper: wiped, train, quick: 1000 },
      {
        name: `${numClasses} classes, kept`,
        paper: kept,
        train: { ...train, keepMemory: true },
        quick: 1000,
      },
    ];
  }),
};

const manyClasses: Experiment = {
  name: 'many-classes',
  about:
    'a curriculum that grows from 15 classes to 50, one at a time, with labels of five letters; then up to 100 classes',
  source: SANTORO,
  columns: INSTANCES,
  rows: [
    {
      name: '50 classes',
      train: {
        ...omniglot,
        ...{ labels: 'strings', numClasses: 50, curriculum: 'grow', batchSize: 4 },
        // with a slot for each drawing nothing is to be written over
        ...{ encoderWidths: [16, 32, 32], memoryLocations: 512, gamma: 1, iterations: 25_000 },
      },
      quick: 400,
    },
    ...[15, 25].map(
      (numClasses): Row => ({ name: `${numClasses} classes`, of: '50 classes', numClasses }),
    ),
    // a slot for each drawing, as in training
    ...[75, 100].map(
      (numClasses): Row => ({
        name: `${numClasses} classes`,
        ...{ of: '50 classes', numClasses, slots: 1024 },
      }),
    ),
  ],
};

/**
 * Several heads read at several distances at once. A step writes to a slot of each, so there is one of each for each of
 * 50 points; with γ = 1 none is written over while others are empty.
 */
const regressionNetwork: TrainFlags = {
  ...{ task: 'regression', fourierFeatures: 32, controller: 'feedforward', gamma: 1 },
};

/** Wide slots and two heads learn as well as four and take a quarter of the time, so they learn for longer. */
const inDimensions: Record<1 | 2 | 3, TrainFlags> = {
  1: { numReads: 2, memoryLocations: 104, memoryWordSize: 64, iterations: 40_000 },
  2: { numReads: 4, memoryLocations: 208, memoryWordSize: 32, iterations: 6000 },
  3: { numReads: 4, memoryLocations: 208, memoryWordSize: 32, iterations: 6000 },
};

/** The first row has larger batches: they bring it nearer to the exact process than more batches. */
const largeBatches: TrainFlags = { batchSize: 64, learningRate: 0.004, iterations: 28_000 };

const regression: Experiment = {
  name: 'regression',
  about: 'functions from Gaussian processes in 1, 2 and 3 dimensions, beside the exact process',
  source: `no table in ${SANTORO}; the exact process is the bound`,
  columns: ['1', '2', '5', '10', '20', '50', 'after 20'],
  rows: ([1, 2, 3] as const).flatMap((dimensions) =>
    (['fixed', 'varied'] as const).map(
      (functions): Row => ({
        name: `${dimensions} ${dimensions === 1 ? 'dimension' : 'dimensions'}, ${functions}`,
        train: {
          ...{ ...regressionNetwork, ...inDimensions[dimensions], dimensions, functions },
          ...(dimensions === 1 && functions === 'fixed' && largeBatches),
        },
        quick: 500,
      }),
    ),
  ),
};

const copy: Experiment = {
  name: 'copy',
  about: 'sequences of 1 to 20 vectors of 8 bits, copied; tested up to twice that length',
  source: 'Graves et al. 2014 show pictures',
  columns: ['1', '2', '5', '10', '15', '20', '30', '40'],
  rows: [
    {
      name: 'NTM',
      // the sizes of Graves et al.
      train: {
        ...{ task: 'copy', memory: 'ntm', controller: 'feedforward', controllerSize: 100 },
        ...{ memoryLocations: 128, memoryWordSize: 20, clip: 1, iterations: 10_000 },
      },
      quick: 2000,
    },
    {
      name: 'MANN',
      train: { task: 'copy', memoryLocations: 128, gamma: 0.95, iterations: 10_000 },
      quick: 2000,
    },
    { name: 'LSTM', train: { task: 'copy', model: 'lstm', iterations: 10_000 }, quick: 2000 },
  ],
};

/** In the order of the paper. */
export const experiments: readonly Experiment[] = [
  oneHot,
  strings5,
  strings15,
  keptMemory,
  manyClasses,
  regression,
  copy,
];
