import { UserError } from '../../common/errors.js';
import type { DataSet } from '../../data/drawings.js';
import { downloadOmniglot } from '../../data/omniglot/download.js';
import { findOmniglot } from '../../data/omniglot/omniglot.js';
import { openDataSet } from '../../data/open.js';
import { loadProgress } from '../display/load-progress.js';
import { say } from '../display/wrapped.js';
import { type DataFlags, datasetName } from '../options/data-options.js';

/** Loads the data set that is asked for, with progress; Omniglot is fetched where it is not found. */
export async function loadData(flags: DataFlags): Promise<DataSet> {
  const name = datasetName(flags);
  const progress = loadProgress();
  const onProgress = progress.update;
  let passedOver: string | undefined;
  const onPassedOver = (sentence: string) => {
    passedOver = sentence;
  };
  try {
    if (name === 'omniglot' && flags.data === undefined && !isThere()) {
      await downloadOmniglot({ onProgress });
    }
    const { data, characters } = flags;
    return await openDataSet({ name, data, ...characters, onProgress, onPassedOver });
  } finally {
    progress.done();
    if (passedOver !== undefined) say(passedOver);
  }
}

function isThere(): boolean {
  try {
    findOmniglot();
    return true;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}
