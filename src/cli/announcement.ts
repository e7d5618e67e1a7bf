import colours from 'picocolors';
import { printable } from '../common/printable.js';
import type { Engine } from '../engine/engine.js';
import { kindOf } from '../model/config.js';
import { tensorSpecs } from '../model/tensors.js';
import { tasksInWords } from '../training/recipe.js';
import { wrappedFor } from './display/wrapped.js';
import { machineName } from './engine.js';
import { count } from './format.js';
import type { Plan } from './training-plan.js';

/** What is going to happen, before it does. */
export function announcement(engine: Engine, plan: Plan, path: string): string {
  const { config, recipe, data, seed, resume } = plan;
  const weights = tensorSpecs(config).reduce((sum, { size }) => sum + size, 0);
  const network =
    kindOf(config) === 'mann'
      ? `MANN: ${config.lstmSize} LSTM units, memory of ${config.memorySize} slots × ${config.memoryDim}, ${config.nbReads} read ${config.nbReads === 1 ? 'head' : 'heads'}`
      : `LSTM: ${config.numLayers > 1 ? `${config.numLayers} layers of ` : ''}${config.lstmSize} units`;
  const easier = recipe.curriculum.map(
    ({ batches, tasks }) => `${count(batches)} batches of ${tasksInWords(tasks)}`,
  );
  const task =
    `episodes of ${count(recipe.episodeLength)} drawings of ${recipe.numClasses} classes` +
    (easier.length > 0 ? ` (after a curriculum: ${easier.join(', ')}; classes × drawings)` : '');
  const lines = {
    Network: `${network}; ${count(weights)} weights`,
    Data: `${printable(data.name)}, ${data.split} split: ${count(data.trainClasses)} classes to train on, ${count(data.testClasses)} to test on`,
    Task: task,
    Training: `${count(recipe.iterations)} batches of ${recipe.batchSize} episodes, seed ${seed}${resume ? `, resumed after batch ${count(resume.step)}` : ''}`,
    Machine: machineName(engine),
    Folder: path,
  };
  return Object.entries(lines)
    .map(([title, text]) => {
      const heading = title.padEnd(10);
      const wrapping = { indent: ' '.repeat(heading.length), first: colours.bold(heading) };
      return wrappedFor(process.stderr, text, wrapping);
    })
    .join('\n');
}
