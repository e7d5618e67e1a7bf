/** The first episode of some settings, as it looks. */
import type { DataSet } from 'mann';
import { planOf } from '../task/network.js';
import type { Settings } from '../task/settings.js';
import type { ExampleStep } from './messages.js';
import { readable } from './shots/labels.js';

/** Drawings that are shown. */
const SHOWN = 60;

export function exampleOf(settings: Settings, data: DataSet): ExampleStep[] {
  const { task, config, recipe } = planOf({ ...settings, batch: 1 }, data);
  const { classes, length } = settings;
  const source = task.trainingEpisodes(config, recipe, settings.seed);
  const { inputs, labels, instances } = source.next({ classes, length });
  const { inputHeight: side } = config;
  const P = side * side;
  const X = inputs.length / length;
  return Array.from({ length: Math.min(length, SHOWN) }, (_, t) => ({
    pixels: Float32Array.from(inputs.subarray(t * X, t * X + P)),
    side,
    label: readable((labels as Uint16Array)[t]!, config),
    isNew: (instances as Uint16Array)[t] === 1,
  }));
}
