import type { CopyRecord, EpisodeRecord, FunctionRecord, ReportData } from '../data.js';
import { viewOfCopies } from './copy.js';
import { viewOfDrawings } from './drawings.js';
import { viewOfRegression } from './regression.js';
import type { TaskView } from './view.js';

/** What a report says and shows of its task. */
export function viewOf(data: ReportData): TaskView {
  switch (data.episode.kind) {
    case 'drawings':
      return viewOfDrawings(data as ReportData<EpisodeRecord>);
    case 'regression':
      return viewOfRegression(data as ReportData<FunctionRecord>);
    case 'copy':
      return viewOfCopies(data as ReportData<CopyRecord>);
  }
}
