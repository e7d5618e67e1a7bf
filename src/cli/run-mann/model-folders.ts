/** In run_mann.py's folders both models have their place: MANN and LSTM. */
import { join } from 'node:path';
import { holdsCheckpoints } from '../../runs/run-folder.js';

export function modelFolder(folder: string, model: string): string {
  return join(folder, model.toUpperCase());
}

/**
 * The run folder that a folder stands for: itself, or the one of a model in it.
 * @param model the one that was asked for; without it the MANN goes before the others
 * @returns the folder itself where there are no checkpoints in any
 */
export async function runFolderIn(folder: string, model?: string): Promise<string> {
  if (await holdsCheckpoints(folder)) return folder;
  for (const each of model === undefined ? ['mann', 'ntm', 'lstm'] : [model]) {
    const inner = modelFolder(folder, each);
    if (await holdsCheckpoints(inner)) return inner;
  }
  return folder;
}
