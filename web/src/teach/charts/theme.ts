/** Colours of charts: the page's own, which follow light and dark, or those of a file, which is always light. */
export interface Theme {
  readonly paper: string;
  readonly ink: string;
  readonly muted: string;
  readonly rule: string;
  readonly edge: string;
  readonly font: string;
  /** Of the run in each place. */
  readonly runs: readonly string[];
}

/** Runs that can be told apart by colour and dashes. */
export const MOST_RUNS = 8;

/** So that runs differ without their colours too. */
export const DASHES = ['', '7 3', '3 2.5', '10 3 2 3', '', '7 3', '3 2.5', '10 3 2 3'] as const;

const places = Array.from({ length: MOST_RUNS }, (_, place) => place);

export const onPage: Theme = {
  paper: 'var(--paper)',
  ink: 'var(--ink)',
  muted: 'var(--muted)',
  rule: 'var(--rule)',
  edge: 'var(--edge)',
  font: 'var(--sans)',
  runs: places.map((place) => `var(--run-${place})`),
};

/** The light values of style/tokens.css and style/teach/page.css. */
export const inFile: Theme = {
  paper: '#fbfaf6',
  ink: '#23211d',
  muted: '#68635a',
  rule: '#e3ded2',
  edge: '#8d877a',
  font: 'system-ui, sans-serif',
  runs: ['#1d5c86', '#b4451f', '#3c7a35', '#8549a0', '#96690a', '#0d7c80', '#b83272', '#555b6b'],
};
