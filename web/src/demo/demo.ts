import type { Easel } from '../draw/easel.js';
import type { EpisodeView, Shown } from '../draw/episode-view.js';
import { CLASSES } from '../session/step.js';
import type { Status } from '../ui/status.js';
import { play } from './player.js';
import { framesOf, type Recording } from './recording.js';

interface Scene {
  readonly easel: Easel;
  readonly view: EpisodeView;
  readonly status: Status;
  /** The recording came to its end. */
  readonly onEnd: () => void;
}

/** The first drawings, which are labelled before there is anything to guess. */
const TOLD = CLASSES.length;

/**
 * Plays a recorded episode on the page, or shows its end to those who want no motion.
 * @returns what ends it
 */
export function playDemo(recording: Recording, { easel, view, status, onEnd }: Scene): () => void {
  const steps = stepsOf(recording);
  const end = () => {
    view.show(steps);
    view.clearCards();
    easel.play([]);
    onEnd();
  };
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
    end();
    return () => undefined;
  }
  return play(recording, {
    begin: (step) => {
      view.forgetGuess();
      status.say(
        step < TOLD
          ? 'A symbol the network has never seen.'
          : 'Someone else draws one of the five.',
      );
    },
    draw: (strokes) => easel.play(strokes),
    guess: (step, quarter) => {
      if (step < TOLD) return;
      const { guesses, recalled } = recording.steps[step]!;
      const shares = guesses[quarter]!;
      const byClass = new Map(CLASSES.map((name, i) => [name, shares[i]! / 100]));
      status.answer(bestOf(shares), false, true);
      if (quarter < 3) view.showShares(byClass);
      else {
        view.showGuess({
          shares: byClass,
          recalled: recalled.map(([at, share]) => ({ ...steps[at!]!, share: share! / 100 })),
          frame: steps[step - 1]!.frame,
          read: steps[step]!.frame.read,
        });
      }
    },
    label: (step) => {
      const truth = CLASSES[recording.steps[step]!.truth]!;
      view.flash(truth);
      if (step < TOLD) status.say(`Labelled ${truth}, once.`);
      view.show(steps.slice(0, step + 1));
    },
    end,
  });
}

function stepsOf(recording: Recording): Shown[] {
  const frames = framesOf(recording);
  return recording.steps.map(({ strokes, truth, guesses }, i) => {
    const last = guesses.at(-1);
    return {
      look: { strokes },
      truth: CLASSES[truth]!,
      guess: last && bestOf(last),
      frame: frames[i]!,
      isRecorded: true,
    };
  });
}

/** @param shares percent by class */
function bestOf(shares: readonly number[]) {
  const best = shares.indexOf(Math.max(...shares));
  return { label: CLASSES[best]!, confidence: shares[best]! / 100 };
}
