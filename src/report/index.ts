/** Reports: one self-contained HTML page, or the strip of one episode, from plain data. */
export type {
  CopyRecord,
  CurvePoint,
  EpisodeRecord,
  FunctionRecord,
  MemoryRecord,
  ReportData,
  TestRecord,
  TestResult,
} from './data.js';
export { renderEpisodeStrip, type StripOptions } from './episode/strip-picture.js';
export { recordCopies } from './record/copies.js';
export { recordEpisode } from './record/drawings.js';
export { recordFunction } from './record/functions.js';
export { renderReport } from './render.js';
