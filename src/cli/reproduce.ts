import { type ModelConfig, modelConfig } from '../model/config.js';
import { modelPresets } from '../model/presets.js';
import {
  DRAWINGS_PER_CLASS,
  makeRecipe,
  type Recipe,
  type RecipeOptions,
} from '../training/recipe.js';
import { commandLine } from './invocation.js';

/** The fields of a network by their flags. */
const networkFlags = {
  '--num-classes': 'numClasses',
  '--input-height': 'inputHeight',
  '--input-width': 'inputWidth',
  '--encoder': 'encoder',
  '--encoder-widths': 'encoderWidths',
  '--embedding-size': 'embeddingSize',
  '--controller': 'controller',
  '--controller-size': 'lstmSize',
  '--num-layers': 'numLayers',
  '--controller-input': 'controllerInput',
  '--memory-locations': 'memorySize',
  '--memory-word-size': 'memoryDim',
  '--key-size': 'keySize',
  '--num-reads': 'nbReads',
  '--gamma': 'gamma',
  '--key-strength': 'keyStrength',
  '--binding': 'binding',
  '--lookup': 'lookup',
  '--writing': 'writing',
  '--start': 'start',
  '--output-hidden': 'outputHidden',
} as const satisfies Record<string, keyof ModelConfig>;

/** The command that makes a training again: the preset that says most of it, and every flag whose value is another. */
export function trainCommandOf(
  config: ModelConfig,
  recipe: Recipe,
  data: readonly string[],
  seed: number,
): string {
  const own = [...data, '--seed', String(seed)];
  const candidates = (['default', 'flat', 'paper', 'original'] as const).map((preset) => [
    ...(preset === 'default' ? [] : ['--preset', preset]),
    ...flagsBeside(preset, config, recipe),
  ]);
  const shortest = candidates.reduce((best, flags) => (flags.length < best.length ? flags : best));
  return commandLine(['train', ...own, ...shortest]);
}

function flagsBeside(
  preset: keyof typeof modelPresets,
  config: ModelConfig,
  recipe: Recipe,
): string[] {
  const flags: string[] = [];
  const add = (flag: string, value: unknown, usual: unknown) => {
    if (String(value) !== String(usual)) flags.push(flag, String(value));
  };
  const model = config.memory === 'none' ? 'lstm' : 'mann';
  add('--model', model, 'mann');
  const given = { ...modelPresets[preset], model } as const;
  const { encoder, inputHeight, inputWidth, memoryDim, binding } = config;
  const network = modelConfig(given);
  // what follows from other fields, where nothing else is said
  const following = modelConfig({ ...given, encoder, inputHeight, inputWidth, memoryDim, binding });
  const ofMemory = ['memorySize', 'memoryDim', 'keySize', 'nbReads', 'gamma', 'keyStrength'];
  ofMemory.push('binding', 'lookup', 'writing', 'start', 'controllerInput');
  for (const [flag, field] of Object.entries(networkFlags)) {
    if (model === 'lstm' && ofMemory.includes(field)) continue;
    const derived = field === 'encoderWidths' || field === 'embeddingSize' || field === 'keySize';
    add(flag, config[field], (derived ? following : network)[field]);
  }
  const { numClasses, episodeLength, batchSize, iterations } = recipe;
  if (episodeLength % numClasses === 0) {
    add('--num-samples', episodeLength / numClasses, DRAWINGS_PER_CLASS);
  } else flags.push('--episode-length', String(episodeLength));
  const sizes: RecipeOptions = { preset, model, numClasses, episodeLength, batchSize };
  const usual = makeRecipe(sizes);
  add('--batch-size', batchSize, makeRecipe({ preset }).batchSize);
  add('--iterations', iterations, usual.iterations);
  add('--learning-rate', recipe.learningRate, usual.learningRate);
  add('--schedule', recipe.schedule, usual.schedule);
  add('--clip', recipe.clip, usual.clip);
  add('--adam', recipe.adam, usual.adam);
  const auto = makeRecipe({ ...sizes, iterations }).curriculum;
  if (recipe.curriculum.length === 0 && auto.length > 0) flags.push('--curriculum', 'none');
  if (!recipe.augment) flags.push('--no-augment');
  return flags;
}
