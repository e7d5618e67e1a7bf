import { kindOf, type ModelConfig, modelConfig } from '../model/config.js';
import {
  DRAWINGS_PER_CLASS,
  makeRecipe,
  type Recipe,
  type RecipeOptions,
} from '../training/recipe.js';
import { commandLine } from './invocation.js';

/** The command that makes a training again: every flag whose value is not the default. */
export function trainCommandOf(
  config: ModelConfig,
  recipe: Recipe,
  data: readonly string[],
  seed: number,
): string {
  const flags: string[] = [...data, '--seed', String(seed)];
  const add = (flag: string, value: unknown, usual: unknown) => {
    if (value !== usual) flags.push(flag, String(value));
  };
  const network = modelConfig();
  const model = kindOf(config);
  add('--model', model, 'mann');
  add('--num-classes', config.numClasses, network.numClasses);
  const { numClasses, episodeLength, batchSize, iterations } = recipe;
  if (episodeLength % numClasses === 0) {
    add('--num-samples', episodeLength / numClasses, DRAWINGS_PER_CLASS);
  } else flags.push('--episode-length', String(episodeLength));
  add('--input-height', config.inputHeight, network.inputHeight);
  add('--input-width', config.inputWidth, network.inputWidth);
  add('--controller-size', config.lstmSize, network.lstmSize);
  if (config.memory === 'none') add('--num-layers', config.numLayers, network.numLayers);
  else {
    add('--memory-locations', config.memorySize, network.memorySize);
    add('--memory-word-size', config.memoryDim, network.memoryDim);
    add('--num-reads', config.nbReads, network.nbReads);
    add('--gamma', config.gamma, network.gamma);
    add('--controller-input', config.controllerInput, network.controllerInput);
    add('--key-strength', config.keyStrength, network.keyStrength);
    add('--start', config.start, network.start);
  }
  const sizes: RecipeOptions = {
    ...{ model: model === 'mann' ? 'mann' : 'lstm', numClasses, episodeLength, batchSize },
  };
  const usual = makeRecipe(sizes);
  add('--batch-size', batchSize, makeRecipe().batchSize);
  add('--iterations', iterations, usual.iterations);
  add('--learning-rate', recipe.learningRate, usual.learningRate);
  add('--schedule', recipe.schedule, usual.schedule);
  add('--adam', recipe.adam, usual.adam);
  const auto = makeRecipe({ ...sizes, iterations }).curriculum;
  if (recipe.curriculum.length === 0 && auto.length > 0) flags.push('--curriculum', 'none');
  if (!recipe.augment) flags.push('--no-augment');
  return commandLine(['train', ...flags]);
}
