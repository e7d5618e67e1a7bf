/** Reports: one self-contained HTML page, or the strip of one episode, from plain data. */
export type {
  CurvePoint,
  EpisodeRecord,
  MemoryRecord,
  ReportData,
  TestResult,
} from './data.js';
export { recordEpisode } from './record.js';
export { renderReport } from './render.js';
export { renderEpisodeStrip, type StripOptions } from './strip.js';
