import { UserError } from 'mann';
import type { Session } from '../session/session.js';
import { type Look, NONE, type Reading } from '../session/step.js';
import { byId } from '../ui/element.js';
import type { Status } from '../ui/status.js';
import type { Board } from './board.js';
import { answerInWords } from './words.js';

/** The answer to the drawing on the pad: in words, with yes and no, and on the board. */
export class Answering {
  readonly #board: Board;
  readonly #status: Status;
  readonly #confirm = byId('confirm');

  constructor(board: Board, status: Status) {
    this.#board = board;
    this.#status = status;
  }

  /** Whether the visitor can say yes or no. */
  get isOpen(): boolean {
    return this.#confirm.classList.contains('shown');
  }

  /** @param isDone the pen was lifted */
  show(look: Look, session: Session, isDone: boolean): void {
    let reading: Reading | undefined;
    try {
      reading = session.read(look);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.#board.forgetGuess();
      this.#status.say('Draw a little more.');
      return;
    }
    if (!reading) {
      this.#board.forgetGuess();
      this.#status.say('Tap “New symbol”, and it will remember this one.');
      return;
    }
    const { answers, shares, recalled } = reading;
    if (session.isEmptied) this.#status.say('Its memory is empty: it can only guess.');
    else {
      this.#status.answer(answerInWords(answers.mann, (id) => session.nameOf(id), isDone));
      if (isDone) this.#openFor(answers.mann.label === NONE && session.free !== undefined);
    }
    this.#board.showGuess({
      shares,
      recalled: new Map(recalled.map(({ observation, share }) => [observation, share])),
      answers,
    });
  }

  /** After a no: which one it is, then. */
  ask(): void {
    this.close();
    this.#board.cards.isAsking = true;
    this.#status.say('Which one is it? Tap its card.');
  }

  /** There is nothing to say yes or no to. */
  close(): void {
    this.#confirm.classList.remove('shown');
    this.#board.cards.isAsking = false;
  }

  /** @param isNew whether yes means a new symbol */
  #openFor(isNew: boolean): void {
    byId('yes').textContent = isNew ? 'Remember it' : 'Yes';
    this.#confirm.classList.add('shown');
  }
}
