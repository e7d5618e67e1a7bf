/** Whether a training can go on from a checkpoint: with the same network and the same drawings. */
import { UserError } from '../common/errors.js';
import { quoted } from '../common/printable.js';
import { type ModelConfig, type ModelOptions, unusedFields } from '../model/config.js';
import type { DatasetRecord } from '../tasks/task.js';
import type { Checkpoint, ResumableCheckpoint } from './state.js';

/**
 * Checks that training can resume from a checkpoint.
 * @throws UserError
 */
export function requireResumable(checkpoint: Checkpoint, where: string): ResumableCheckpoint {
  if (checkpoint.config && checkpoint.optimizer && checkpoint.training)
    return checkpoint as ResumableCheckpoint;
  throw new UserError(
    `${where}: holds weights only, without the ${checkpoint.optimizer ? 'state of the training' : 'optimiser'}: ` +
      'it can be tested, but training cannot resume from it',
  );
}

/**
 * Checks that a checkpoint contains the requested network.
 * @param ours only the fields that were requested; fields that mean nothing to the network's memory are ignored
 * @throws UserError that names the first field that differs, with both values
 */
export function checkConfig(theirs: ModelConfig, ours: ModelOptions, where: string): void {
  const model = { lrua: 'mann', ntm: 'ntm', none: 'lstm' }[theirs.memory];
  const values = { model, ...theirs };
  // the kind of network is compared before its sizes
  for (const field of ['model', 'memory', ...Object.keys(theirs)] as (keyof ModelOptions)[]) {
    if (unusedFields[theirs.memory].includes(field)) continue;
    const [value, own] = [values[field], ours[field]];
    if (own !== undefined && String(own) !== String(value)) {
      throw new UserError(
        `${where}: a network of another configuration: ${field} is ${value} there, ${own} here`,
      );
    }
  }
}

/**
 * Checks that a training resumes with the data that it began with.
 * @throws UserError that names what differs
 */
export function checkDataset(theirs: DatasetRecord, ours: DatasetRecord, where: string): void {
  const flat = ({ options, ...rest }: DatasetRecord): Record<string, unknown> => ({
    ...options,
    ...rest,
  });
  const [a, b] = [flat(theirs), flat(ours)];
  // macOS gives the name of one folder in two spellings of Unicode.
  a.name = theirs.name.normalize('NFC');
  b.name = ours.name.normalize('NFC');
  for (const field of ['name', 'split', ...Object.keys({ ...a, ...b }), 'digest']) {
    if (field === 'digest' && a.name !== b.name) continue; // already said
    if (a[field] !== b[field] && field === 'digest') {
      throw new UserError(
        `${where}: was trained on other data: ${quoted(theirs.name)} has changed since (its digest was ` +
          `${brief(theirs)}, and is ${brief(ours)}): bring back what it was, or begin a new run in another folder`,
      );
    }
    if (a[field] !== b[field]) {
      const what = field === 'name' ? 'data set' : `${field} of the data set`;
      throw new UserError(
        `${where}: was trained on other data: the ${what} is ${a[field] ?? 'none'} there, ${b[field] ?? 'none'} here`,
      );
    }
  }
}

const brief = ({ digest }: DatasetRecord): string => `${digest.slice(0, 12)}…`;
