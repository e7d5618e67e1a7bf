/** Messages about networks and recipes, with the options that people type instead of the fields that programs set. */
import { flagOf, networkFields } from './network-options.js';

/** Fields of recipes and data sets whose options are called the same. */
const RECIPE = [
  ...['batchSize', 'episodeLength', 'learningRate', 'keepMemory', 'holdOut'],
  ...['numClasses', 'reportEvery', 'evaluateEvery', 'checkpointEvery'],
];

const flags = new Map([
  ...Object.entries(networkFields).map(([option, field]) => [field, flagOf(option)] as const),
  ...RECIPE.map((field) => [field, flagOf(field)] as const),
]);
// a task has its own sizes of inputs, which nobody typed
flags.delete('inputHeight');
flags.delete('inputWidth');

/** Such messages begin with what they are about; others may quote names that only look like a field. */
const ABOUT =
  /^network configuration: |: this run was begun with |: a network of another configuration: |: was trained on other data: /;

/** `network configuration: --key-size must not be greater than --memory-word-size` */
export function inFlags(message: string): string {
  if (!ABOUT.test(message)) return message;
  return message.replace(/\b[a-z]+[A-Z]\w*\b/g, (field) => flags.get(field) ?? field);
}
