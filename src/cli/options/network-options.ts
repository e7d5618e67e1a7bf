/** The options that say what the network is. The names are those of run_mann.py, where it has such a flag. */
import { type Command, InvalidArgumentError } from 'commander';
import { defined } from '../../common/defined.js';
import { type ModelConfig, type ModelOptions, modelConfig } from '../../model/config.js';
import { modelPresets, type PresetName, presetNames } from '../../model/presets.js';
import type { RecipePreset } from '../../training/recipe/recipe.js';
import { choice, real, whole } from './values.js';

export interface NetworkFlags {
  model?: 'mann' | 'lstm';
  preset?: RecipePreset;
  numClasses?: number;
  inputHeight?: number;
  inputWidth?: number;
  encoder?: ModelConfig['encoder'];
  encoderWidths?: number[];
  embeddingSize?: number;
  controller?: ModelConfig['controller'];
  controllerSize?: number;
  numLayers?: number;
  controllerInput?: ModelConfig['controllerInput'];
  memory?: ModelConfig['memory'];
  memoryLocations?: number;
  memoryWordSize?: number;
  keySize?: number;
  numReads?: number;
  gamma?: number;
  keyStrength?: ModelConfig['keyStrength'];
  binding?: ModelConfig['binding'];
  lookup?: ModelConfig['lookup'];
  writing?: ModelConfig['writing'];
  start?: ModelConfig['start'];
  outputHidden?: number;
  familiarity?: ModelConfig['familiarity'];
}

/** The fields of a network by their options. */
export const networkFields = {
  numClasses: 'numClasses',
  inputHeight: 'inputHeight',
  inputWidth: 'inputWidth',
  encoder: 'encoder',
  encoderWidths: 'encoderWidths',
  embeddingSize: 'embeddingSize',
  controller: 'controller',
  controllerSize: 'lstmSize',
  numLayers: 'numLayers',
  controllerInput: 'controllerInput',
  memory: 'memory',
  memoryLocations: 'memorySize',
  memoryWordSize: 'memoryDim',
  keySize: 'keySize',
  numReads: 'nbReads',
  gamma: 'gamma',
  keyStrength: 'keyStrength',
  binding: 'binding',
  lookup: 'lookup',
  writing: 'writing',
  start: 'start',
  outputHidden: 'outputHidden',
  familiarity: 'familiarity',
} as const satisfies Record<Exclude<keyof NetworkFlags, 'model' | 'preset'>, keyof ModelConfig>;

/** What a network is called where folders and recipes go by its name. */
export function modelOf({ model = 'mann', memory }: NetworkFlags): 'mann' | 'ntm' | 'lstm' {
  return memory ? ({ lrua: 'mann', ntm: 'ntm', none: 'lstm' } as const)[memory] : model;
}

/** `--memory-word-size` of `memoryWordSize`. */
export const flagOf = (option: string): string =>
  `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** The default of each preset in words, such as (default: conv; flat, paper and original: none). */
export function presetDefaults(value: (preset: PresetName) => unknown): string {
  const usual = String(value('default'));
  const others = new Map<string, string[]>();
  for (const preset of presetNames) {
    const other = String(value(preset));
    if (other !== usual) others.set(other, [...(others.get(other) ?? []), preset]);
  }
  const words = [...others].map(([other, names]) => {
    const last = names.pop()!;
    return `; ${names.length > 0 ? `${names.join(', ')} and ${last}` : last}: ${other}`;
  });
  return `(default: ${usual}${words.join('')})`;
}

/** Something of each preset. */
export const ofPresets = <T>(make: (preset: PresetName) => T) =>
  Object.fromEntries(presetNames.map((preset) => [preset, make(preset)])) as Record<PresetName, T>;

const configs = ofPresets((preset) => modelConfig(modelPresets[preset]));

/** @param trained whether there is a network already */
export function networkOptions(
  command: Command,
  { heading = 'Network:', trained = false } = {},
): Command {
  const usual = (otherwise: string) => (trained ? '(default: as trained)' : otherwise);
  const byDefault = (field: keyof ModelConfig) =>
    usual(presetDefaults((preset) => configs[preset][field]));
  return command
    .optionsGroup(heading)
    .addOption(
      choice('--model <kind>', 'MANN, or the LSTM baseline without memory (default: mann)', [
        'mann',
        'lstm',
      ]),
    )
    .addOption(
      choice(
        '--preset <name>',
        'default values: ours, those of version 0.1 (flat), those of the paper, or those of the original implementation ' +
          '(its network, start state, Adam, constant learning rate and no curriculum; not its sampler) (default: default)',
        presetNames,
        { seed: 'original' },
      ),
    )
    .addOption(
      choice(
        '--encoder <kind>',
        `what embeds a drawing: convolutions, fully connected layers, or nothing ${byDefault('encoder')}`,
        ['conv', 'mlp', 'none'],
      ),
    )
    .option(
      '--encoder-widths <list>',
      `channels of each convolution, or units of each hidden layer, separated by commas ${usual('(default: 16,16,16; mlp: 256)')}`,
      widths,
    )
    .option(
      '--embedding-size <n>',
      `size of the embedding ${usual('(default: 64; without an encoder the number of pixels)')}`,
      whole(1, 1 << 16),
    )
    .addOption(
      choice('--controller <kind>', `controller ${byDefault('controller')}`, [
        'lstm',
        'feedforward',
      ]),
    )
    .option(
      '--controller-size <n>',
      `hidden units of the controller ${byDefault('lstmSize')}`,
      whole(1, 1 << 14),
    )
    .option(
      '--num-layers <n>',
      `layers of the LSTM baseline ${byDefault('numLayers')}`,
      whole(1, 16),
    )
    .addOption(
      choice(
        '--controller-input <what>',
        `what the controller gets of the previous read ${byDefault('controllerInput')}`,
        ['read-vectors', 'read-weights'],
      ),
    )
    .addOption(
      choice(
        '--memory <kind>',
        `memory: least recently used access, a Neural Turing Machine, or none, the baseline ${byDefault('memory')}`,
        ['lrua', 'ntm', 'none'],
      ),
    )
    .option('--memory-locations <n>', `memory slots ${byDefault('memorySize')}`, whole(1, 1 << 16))
    .option('--memory-word-size <n>', `slot width ${byDefault('memoryDim')}`, whole(1, 1 << 14))
    .option(
      '--key-size <n>',
      `how many numbers of a slot are compared with the keys ${usual('(default: three quarters of the slot width with direct binding, otherwise all)')}`,
      whole(1, 1 << 14),
    )
    .option('--num-reads <n>', `read heads ${byDefault('nbReads')}`, whole(1, 64))
    .option(
      '--gamma <x>',
      `decay of the usage of a slot at each step ${usual('(default: 0.95; above 64 slots 1 - 3.2 / slots; flat, paper and original: 0.95)')}`,
      real(0, 1),
    )
    .addOption(
      choice(
        '--key-strength <how>',
        `key strength of the read heads: fixed at 1, or learned ${byDefault('keyStrength')}`,
        ['none', 'learned'],
      ),
    )
    .addOption(
      choice(
        '--binding <how>',
        `what keys and memory contents come from: the controller alone, or also directly the embeddings and labels ${byDefault('binding')}`,
        ['direct', 'controller'],
      ),
    )
    .addOption(
      choice(
        '--lookup <when>',
        `whether the memory is read before or after the write of the same step ${byDefault('lookup')}`,
        ['before-write', 'after-write'],
      ),
    )
    .addOption(
      choice(
        '--writing <where>',
        `write to the least used slots alone, or gated between them and the slots read last ${byDefault('writing')}`,
        ['least-used', 'gated'],
      ),
    )
    .addOption(
      choice(
        '--start <how>',
        `read weights before the first step: slot 0 for every head, or for the first head alone and zeros for the others ${byDefault('start')}`,
        ['every-head', 'first-head'],
      ),
    )
    .option(
      '--output-hidden <n>',
      `hidden units between the memory and the logits, 0 for none ${byDefault('outputHidden')}`,
      whole(0, 1 << 14),
    )
    .addOption(
      choice(
        '--familiarity <how>',
        `whether a further output says if the class of a drawing has come before ${byDefault('familiarity')}`,
        ['none', 'learned'],
      ),
    );
}

function widths(text: string): number[] {
  const numbers = text.split(',').map(Number);
  if (numbers.every((n) => Number.isInteger(n) && n > 0)) return numbers;
  throw new InvalidArgumentError('It must be whole numbers separated by commas, such as 16,16,16.');
}

/** The network's options that were given expressly. */
export function networkGiven(flags: NetworkFlags): ModelOptions {
  const given = Object.entries(networkFields).map(([option, field]) => [
    field,
    flags[option as keyof typeof networkFields],
  ]);
  return {
    ...(flags.preset && modelPresets[flags.preset]),
    ...defined<ModelOptions>({ model: flags.model, ...Object.fromEntries(given) }),
  };
}

/**
 * What of a preset a trained network must have. Its sizes may have been changed by flags of the training, and
 * networks of before there was a choice have another start state.
 */
const form = ['encoder', 'controllerInput', 'keyStrength', 'binding', 'lookup', 'writing'];

/** What a trained network must be, as far as flags say so. Where labels are strings, any number of classes will do. */
export function askedOf(
  { output }: ModelConfig,
  { preset, numClasses, ...flags }: NetworkFlags,
): ModelOptions {
  const named: ModelOptions = preset ? modelPresets[preset] : {};
  const asked = Object.entries(named).filter(([field]) => form.includes(field));
  const classes = output === 'classes' ? defined({ numClasses }) : {};
  return { ...Object.fromEntries(asked), ...networkGiven(flags), ...classes };
}
