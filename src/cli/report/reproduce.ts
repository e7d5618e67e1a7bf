import {
  type ModelConfig,
  type ModelOptions,
  modelConfig,
  unusedFields,
  usualSizes,
} from '../../model/config.js';
import { modelPresets, type PresetName, presetNames } from '../../model/presets.js';
import {
  DRAWINGS_PER_CLASS,
  makeRecipe,
  type Recipe,
  type RecipeOptions,
} from '../../training/recipe/recipe.js';
import { flagOf, networkFields } from '../options/network-options.js';
import { commandLine } from '../process/invocation.js';
import { beneath } from '../tasks/open-task.js';

/** What a task says of networks and recipes: fields that a network must have, and what is usual. */
export interface TaskDefaults {
  readonly network: ModelOptions;
  readonly usual: { readonly network: ModelOptions; readonly recipe: RecipeOptions };
}

const drawings: TaskDefaults = { network: {}, usual: { network: {}, recipe: {} } };

/** The command that makes a training again: the preset that says most of it, and every flag whose value is another. */
export function trainCommandOf(
  config: ModelConfig,
  recipe: Recipe,
  data: readonly string[],
  seed: number,
  task: TaskDefaults = drawings,
): string {
  const all = presetNames.map((preset) => ({
    curriculum: curriculumFlags(preset, config, recipe, task),
    others: [
      ...(preset === 'default' ? [] : ['--preset', preset]),
      ...networkFlagsBeside(preset, config, recipe, task),
      ...recipeFlagsBeside(preset, config, recipe, task),
    ],
  }));
  // each preset has a curriculum of its own, which no flag can give to another
  const able = all.filter(({ curriculum }) => curriculum !== undefined);
  const candidates = (able.length > 0 ? able : all).map(({ curriculum = [], others }) => [
    ...others,
    ...curriculum,
  ]);
  const shortest = candidates.reduce((best, flags) => (flags.length < best.length ? flags : best));
  return commandLine(['train', ...data, '--seed', String(seed), ...shortest]);
}

/** Flags and their values, of those whose value is not the usual one. */
function unlessUsual(values: readonly (readonly [flag: string, value: unknown, usual: unknown])[]) {
  return values.flatMap(([flag, value, usual]) =>
    String(value) === String(usual) ? [] : [flag, String(value)],
  );
}

const modelOf = ({ memory }: ModelConfig) => (memory === 'none' ? 'lstm' : 'mann');

function networkFlagsBeside(
  preset: PresetName,
  config: ModelConfig,
  recipe: Recipe,
  { network, usual: { network: own } }: TaskDefaults,
): string[] {
  const model = modelOf(config);
  // `--model` says it of the LSTM baseline
  const memory = model === 'lstm' ? config.memory : 'lrua';
  const named = preset === 'default' ? {} : modelPresets[preset];
  const base = modelConfig({
    ...beneath(own, named),
    ...named,
    ...network,
    memory: config.memory,
  });
  const usual = {
    ...base,
    ...usualSizes(config),
    ...named,
    ...(preset === 'default' ? own : {}),
    memory,
  };
  const { numClasses } = makeRecipe();
  return unlessUsual([
    ['--model', model, 'mann'],
    ...(recipe.numClasses > 0 ? ([['--num-classes', recipe.numClasses, numClasses]] as const) : []),
    ...Object.entries(networkFields)
      .filter(([, field]) => field !== 'numClasses' && network[field] === undefined)
      .filter(([, field]) => !unusedFields[config.memory].includes(field))
      .map(([option, field]) => [flagOf(option), config[field], usual[field]] as const),
  ]);
}

/** What a preset's recipe is made from, so far as the curriculum follows from it. */
function sizesOf(preset: PresetName, config: ModelConfig, recipe: Recipe) {
  const { numClasses, episodeLength, batchSize, distractors } = recipe;
  const sizes = { numClasses, episodeLength, batchSize, distractors };
  return { preset, model: modelOf(config), ...sizes } as const;
}

function recipeFlagsBeside(
  preset: PresetName,
  config: ModelConfig,
  recipe: Recipe,
  { usual: { recipe: own } }: TaskDefaults,
): string[] {
  const { numClasses, episodeLength } = recipe;
  const usual = makeRecipe({ ...own, ...sizesOf(preset, config, recipe) });
  const drawings = episodeLength / numClasses;
  return [
    ...unlessUsual([
      Number.isInteger(drawings)
        ? ['--num-samples', drawings, DRAWINGS_PER_CLASS]
        : ['--episode-length', episodeLength, own.episodeLength],
      ['--batch-size', recipe.batchSize, makeRecipe({ preset }).batchSize],
      ['--iterations', recipe.iterations, usual.iterations],
      ['--learning-rate', recipe.learningRate, usual.learningRate],
      ['--schedule', recipe.schedule, usual.schedule],
      ['--clip', recipe.clip, usual.clip],
      ['--adam', recipe.adam, usual.adam],
      ['--distractors', recipe.distractors, makeRecipe({ preset }).distractors],
      ['--augment', recipe.augment || usual.augment, usual.augment],
    ]),
    ...(recipe.keepMemory ? ['--keep-memory'] : []),
    ...(recipe.augment || own.augment === false ? [] : ['--no-augment']),
  ];
}

/** What makes the recipe's curriculum in a preset; undefined where nothing does. */
function curriculumFlags(
  preset: PresetName,
  config: ModelConfig,
  recipe: Recipe,
  { usual: { recipe: own } }: TaskDefaults,
): string[] | undefined {
  const { iterations } = recipe;
  const sizes = { ...own, ...sizesOf(preset, config, recipe), iterations };
  const makes = (options: RecipeOptions) =>
    JSON.stringify(makeRecipe(options).curriculum) === JSON.stringify(recipe.curriculum);
  if (makes(sizes)) return [];
  const curriculum = (['none', 'auto', 'grow'] as const).find((how) =>
    makes({ ...sizes, curriculum: how }),
  );
  return curriculum && ['--curriculum', curriculum];
}
