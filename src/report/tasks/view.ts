import type { CurveInWords } from '../charts/curve.js';
import type { ScoresInWords } from '../charts/scores.js';
import type { Film } from '../memory/time-map.js';
import type { Markup } from '../page/html.js';
import type { TableInWords } from '../result/table.js';

/** The words about the memory that differ from task to task. */
export interface MemoryInWords {
  /** The section's first sentences. */
  readonly text: string;
  /** What a row of the maps over time is: `drawing`. */
  readonly row: string;
  /** What stands beside the maps, where there is something to show. */
  readonly film?: Film | undefined;
}

/** What a report says and shows of one task. All else is the same for all tasks. */
export interface TaskView {
  /** What the network works on, in the title: `glyphs`. */
  readonly name: string;
  /** The result in one sentence. */
  readonly headline: string;
  /** The section of the result: its heading, table, chart, and what the chart's short lines are. */
  readonly result: string;
  readonly table: TableInWords;
  readonly scores: ScoresInWords;
  /** The section of the training: what it says before the curve, and after it of what is dotted. */
  readonly training: string;
  readonly curve: CurveInWords;
  /** The section of one test: its heading and content. */
  readonly episodeTitle: string;
  readonly episode: Markup;
  readonly memory: MemoryInWords;
  /** Settings that mean something in this task alone. */
  readonly settings: Readonly<Record<string, string | number>>;
  /** Whose task and data these are. */
  readonly sources: string;
}
