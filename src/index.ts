/** The library in Node: what works in browsers, and files. */
export * from './browser.js';
export { type FolderOptions, loadFolder } from './data/folders/folders.js';
export { type DownloadOptions, downloadOmniglot } from './data/omniglot/download.js';
export { loadOmniglot, type OmniglotOptions } from './data/omniglot/omniglot.js';
export { type OpenOptions, openDataSet } from './data/open.js';
export {
  type FoundCheckpoint,
  loadCheckpoint,
  newestCheckpoint,
  RunFolder,
  type RunFolderOptions,
  resolveCheckpoint,
  saveCheckpoint,
} from './runs/run-folder.js';
export { RunLogs } from './runs/run-logs.js';
export { samplingThread } from './tasks/classification/thread/sampling-thread.js';
