import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Where runs go that are not told where to go. */
const RUNS = 'runs';

/** What tells one run from another where nobody names its folder. */
export interface RunName {
  readonly dataset: string;
  readonly split?: string | undefined;
  readonly model: string;
  readonly preset?: string | undefined;
  readonly seed: number;
}

export function runFolderName({ dataset, split, model, preset, seed }: RunName): string {
  const name =
    basename(dataset)
      .replace(/[^\w.-]+/g, '-')
      .replace(/^[-.]+|-+$/g, '') || 'data';
  const part = split === undefined || split === 'random' ? name : `${name}-${split}`;
  const kind = preset === undefined || preset === 'default' ? model : `${model}-as-${preset}`;
  return join(RUNS, `${part}-${kind}-seed${seed}`);
}

/** The folder of a run, or the one that it had when the preset `original` was called `seed`, if only that is there. */
export function existingRunFolder(run: RunName): string {
  const folder = runFolderName(run);
  if (run.preset !== 'original' || existsSync(folder)) return folder;
  const older = runFolderName({ ...run, preset: 'seed' });
  return existsSync(older) ? older : folder;
}

/** A folder of this name that holds nothing yet: name, name-2, name-3, ... */
export function freshFolder(name: string): string {
  for (let i = 1; ; i++) {
    const path = join(RUNS, i === 1 ? name : `${name}-${i}`);
    if (!existsSync(path) || readdirSync(path).length === 0) return path;
  }
}
