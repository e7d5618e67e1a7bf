import colours from 'picocolors';
import { kindOf, type ModelConfig } from '../../model/config.js';
import { tensorSpecs } from '../../model/tensors.js';
import { stagesInWords } from '../../training/recipe/curriculum.js';
import { count } from '../display/format.js';
import { wrappedFor } from '../display/wrapped.js';
import { type ChosenEngine, machineName } from '../networks/engine.js';
import type { Plan } from './plan.js';

/** What is going to happen, before it does. */
export function announcement({ engine, why }: ChosenEngine, plan: Plan, path: string): string {
  const { config, recipe, task, seed, resume } = plan;
  const weights = tensorSpecs(config).reduce((sum, { size }) => sum + size, 0);
  const easier = stagesInWords(recipe.curriculum);
  const episodes =
    `episodes of ${task.episodeInWords(recipe)}` +
    (easier.length > 0 ? ` (after a curriculum: ${easier.join(', ')}; classes × drawings)` : '');
  const lines = {
    Network: `${networkInWords(config)}; ${count(weights)} weights`,
    Data: task.about,
    Task: episodes,
    Training: `${count(recipe.iterations)} batches of ${recipe.batchSize} episodes, seed ${seed}${resume ? `, resumed after batch ${count(resume.step)}` : ''}`,
    Machine: machineName(engine) + (why ? ` (${why})` : ''),
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

/** Such as: MANN: conv encoder 16-16-16 to 64, 200 LSTM units, memory of 64 slots × 64, 1 read head. */
function networkInWords(config: ModelConfig): string {
  const { encoder, encoderWidths, embeddingSize, lstmSize, nbReads } = config;
  const parts: string[] = [];
  if (encoder !== 'none') {
    parts.push(`${encoder} encoder ${encoderWidths.join('-')} to ${embeddingSize}`);
  }
  const layers = config.numLayers > 1 ? `${config.numLayers} layers of ` : '';
  const units = config.controller === 'lstm' ? 'LSTM' : 'feed-forward';
  parts.push(`${layers}${lstmSize} ${units} units`);
  if (config.memory !== 'none') {
    parts.push(
      `memory of ${config.memorySize} ${config.memorySize === 1 ? 'slot' : 'slots'} × ${config.memoryDim}`,
    );
    parts.push(`${nbReads} read ${nbReads === 1 ? 'head' : 'heads'}`);
  }
  const names = { mann: 'MANN', ntm: 'NTM', lstm: 'LSTM', feedforward: 'Feed-forward network' };
  return `${names[kindOf(config)]}: ${parts.join(', ')}`;
}
