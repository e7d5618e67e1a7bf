import { beginning, lengthOf, type Stroke } from '../pad/strokes.js';
import type { Recording } from './recording.js';

/** What the player does to the page. */
export interface Stage {
  /** A new drawing begins. */
  readonly begin: (step: number) => void;
  readonly draw: (strokes: readonly Stroke[]) => void;
  /** @param quarter of the drawing that is there, 0 to 3 */
  readonly guess: (step: number, quarter: number) => void;
  /** The drawing gets its label. */
  readonly label: (step: number) => void;
  readonly end: () => void;
}

/** The pen's speed: units of the pad in a second. */
const SPEED = 3000;
const SHORTEST = 450;
const LONGEST = 1000;
/** How long a finished drawing stays: the first five, which are only labelled, less. */
const LOOK = { labelled: 260, answered: 700 };
const BETWEEN = 160;

/** Plays a recorded episode on the stage; gives a function that ends it. */
export function play(recording: Recording, stage: Stage): () => void {
  let frame = 0;
  let step = 0;
  let started: number | undefined;
  let quarter = -1;
  let labelled = false;

  const tick = (now: number) => {
    frame = requestAnimationFrame(tick);
    const { strokes, guesses } = recording.steps[step]!;
    const length = strokes.reduce((sum, stroke) => sum + lengthOf(stroke), 0);
    const duration = Math.min(LONGEST, Math.max(SHORTEST, (1000 * length) / SPEED));
    if (started === undefined) {
      started = now;
      stage.begin(step);
    }
    const share = Math.min(1, (now - started) / duration);
    if (quarter < 3) stage.draw(beginning(strokes, share));
    const reached = Math.floor(share * 4) - 1;
    if (reached > quarter) {
      quarter = reached;
      if (guesses.length > 0) stage.guess(step, quarter);
    }
    const look = step < 5 ? LOOK.labelled : LOOK.answered;
    if (!labelled && now - started >= duration + look) {
      labelled = true;
      stage.label(step);
    }
    if (now - started < duration + look + BETWEEN) return;
    step++;
    started = undefined;
    quarter = -1;
    labelled = false;
    if (step < recording.steps.length) return;
    cancelAnimationFrame(frame);
    stage.end();
  };
  frame = requestAnimationFrame(tick);
  return () => cancelAnimationFrame(frame);
}
