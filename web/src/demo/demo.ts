import type { Board } from '../draw/board.js';
import type { Easel } from '../draw/easel.js';
import { answerInWords } from '../draw/words.js';
import { CLASSES, NONE } from '../session/step.js';
import type { Status } from '../ui/status.js';
import { play } from './player.js';
import { framesOf, type Recording } from './recording.js';

interface Scene {
  readonly easel: Easel;
  readonly board: Board;
  readonly status: Status;
  /** The recording came to its end. */
  readonly onEnd: () => void;
}

/** The first drawings, which are labelled before there is anything to guess. */
const TOLD = 5;

/**
 * Plays a recorded episode on the page, or shows its end to those who want no motion.
 * @returns what ends it
 */
export function playDemo(recording: Recording, { easel, board, status, onEnd }: Scene): () => void {
  const nameOf = (id: string) => id;
  const frames = framesOf(recording);
  const examples = recording.steps.map(({ strokes, truth }, i) => ({
    look: { strokes },
    truth: CLASSES[truth]!,
    frame: frames[i]!,
  }));
  const show = (count: number) => {
    const shown = examples.slice(0, count);
    const symbols = CLASSES.flatMap((id) => {
      const first = shown.find(({ truth }) => truth === id);
      return first ? [{ id, name: id, look: first.look }] : [];
    });
    board.show({ symbols, canAdd: true, examples: shown, checks: [], nameOf, isRecorded: true });
  };
  const end = () => {
    show(examples.length);
    board.clearCards();
    easel.play([]);
    onEnd();
  };
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
    end();
    return () => undefined;
  }
  return play(recording, {
    begin: (step) => {
      if (step === 0) show(0);
      board.forgetGuess();
      status.say(
        step < TOLD ? 'A symbol that it has never seen.' : 'Somebody else draws one of the five.',
      );
    },
    draw: (strokes) => easel.play(strokes),
    guess: (step, quarter) => {
      if (step < TOLD) return;
      const { guesses, recalled } = recording.steps[step]!;
      const percents = guesses[quarter]!;
      const shares = new Map(percents.map((percent, i) => [CLASSES[i]!, percent / 100]));
      shares.set(NONE, 0);
      status.answer(answerInWords(bestOf(percents), nameOf, true));
      if (quarter < 3) board.showShares(shares);
      else
        board.showGuess({
          shares,
          recalled: new Map(recalled.map(([at, share]) => [at!, share! / 100])),
        });
    },
    label: (step) => {
      const truth = CLASSES[recording.steps[step]!.truth]!;
      if (step < TOLD) status.say(`Remembered as ${truth}.`);
      else board.cards.flash(truth);
      show(step + 1);
    },
    end,
  });
}

/** @param shares percent by class */
function bestOf(shares: readonly number[]) {
  const best = shares.indexOf(Math.max(...shares));
  return { label: CLASSES[best]!, confidence: shares[best]! / 100 };
}
