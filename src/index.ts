/** The library in Node: what works in browsers, and files. */
export * from './browser.js';
export { downloadOmniglot } from './data/download.js';
export { loadFolder } from './data/folders.js';
export { loadOmniglot } from './data/omniglot.js';
export { openDataSet } from './data/open.js';
export {
  loadCheckpoint,
  newestCheckpoint,
  RunFolder,
  resolveCheckpoint,
  saveCheckpoint,
} from './runs/run-folder.js';
export { RunLogs } from './runs/run-logs.js';
