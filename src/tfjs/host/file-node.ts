import { resolveCheckpoint } from '../../runs/run-folder.js';
import type { Checkpoint } from '../../training/state.js';

/** The checkpoint at a path: a file, or the newest of a run folder. @throws UserError */
export async function readCheckpointFile(path: string): Promise<Checkpoint> {
  return (await resolveCheckpoint(path)).checkpoint;
}
