/** The library in Node: what works in browsers, and files. */
export * from './browser.js';
export { loadFolder } from './data/folders/folders.js';
export { downloadOmniglot } from './data/omniglot/download.js';
export { loadOmniglot } from './data/omniglot/omniglot.js';
export { openDataSet } from './data/open.js';
export {
  loadCheckpoint,
  newestCheckpoint,
  RunFolder,
  resolveCheckpoint,
  saveCheckpoint,
} from './runs/run-folder.js';
export { RunLogs } from './runs/run-logs.js';
export { samplingThread } from './tasks/classification/thread/sampling-thread.js';
