import { UserError } from 'mann';
import { scoresOf } from '../session/score.js';
import type { Session } from '../session/session.js';
import { CLASSES, type ClassName, type Look, type Named, NONE } from '../session/step.js';
import { scoreInWords } from './words.js';

/** What the actions need of the pad and what is around it. */
interface Surroundings {
  /** Undefined while it is loading. */
  readonly session: () => Session | undefined;
  /** What the visitor has on the pad. */
  readonly look: () => Look | undefined;
  /** Puts a drawing back on the pad, if it is blank. */
  readonly putBack: (look: Look) => void;
  readonly clear: () => void;
  /** The visitor takes the pen. */
  readonly takePen: () => void;
  /** Says why nothing happens. */
  readonly say: (text: string) => void;
  /** Something was done. @param said what is to be said of it */
  readonly onDone: (said: string) => void;
  readonly onFail: (error: unknown) => void;
}

/** What visitors do to their session: each action waits for those before it, and for the network. */
export class Actions {
  readonly #opening: Promise<Session>;
  readonly #pad: Surroundings;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(opening: Promise<Session>, pad: Surroundings) {
    this.#opening = opening;
    this.#pad = pad;
  }

  /** Actions wait for what brings back what there was before. */
  waitFor(ready: Promise<void>): void {
    this.#queue = ready;
  }

  /** @param act may return what is to be said of it */
  change(act: (session: Session) => unknown): void {
    this.#pad.takePen();
    this.#queue = this.#queue
      .then(async () => {
        const said = await act(await this.#opening);
        this.#pad.onDone(typeof said === 'string' ? said : '');
      })
      .catch((error) => {
        this.#pad.onDone('');
        this.#pad.onFail(error);
      });
  }

  /** Says what is on the pad: one of the symbols, or NONE. */
  pick(truth: string): void {
    this.#label((session, look) => {
      const right = session.check(look, truth);
      if (right) return `Right: ${scoreInWords(scoresOf(session.checks))}.`;
      if (truth === NONE) return 'Not one of them, then.';
      return `Remembered: that was ${session.nameOf(truth)}.`;
    });
  }

  /** What is on the pad becomes a symbol of its own. */
  addNew(): void {
    this.#label((session, look) => {
      const id = session.free;
      if (!id) throw new UserError(`${CLASSES.length} symbols are the most: forget one first.`);
      session.observe(look, id);
      return `Remembered as ${id}.`;
    });
  }

  /** Yes: what is on the pad is what the network says. */
  confirm(): void {
    const look = this.#pad.look();
    const session = this.#pad.session();
    const label = look && session?.read(look)?.answers.mann.label;
    if (!label) return;
    if (label === NONE && session?.free) this.addNew();
    else this.pick(label);
  }

  /** Adds symbols, as of a ready alphabet. */
  teach(symbols: readonly Named[]): void {
    this.change((session) => {
      const room = CLASSES.length - session.classes.length;
      if (symbols.length > room) {
        throw new UserError(
          `There is room for ${room} more symbols, and these are ${symbols.length}: forget some, or start over.`,
        );
      }
      session.teach(symbols);
      return 'It has seen each of them once. Draw one.';
    });
  }

  rename(id: ClassName, text: string): void {
    this.change((session) => {
      session.rename(id, text);
      return `Now called ${session.nameOf(id)}.`;
    });
  }

  /** Forgets an example. */
  remove(number: number): void {
    this.change((session) => session.remove(number).then(() => 'Forgotten.'));
  }

  /** Takes the memory away, or gives it back. */
  wipe(): void {
    this.change(async (session) => {
      if (session.isEmptied) session.refill();
      else await session.empty();
    });
  }

  /** Takes back the last action, whose drawing then lies on the pad. */
  undo(): void {
    const { examples = [], checks = [] } = this.#pad.session() ?? {};
    if (examples.length + checks.length === 0) return;
    this.change(async (session) => {
      const look = await session.undo();
      if (look) this.#pad.putBack(look);
    });
  }

  /** Everything is forgotten. */
  startOver(): void {
    this.#pad.clear();
    this.change((session) => session.clear());
  }

  /** Labels what is on the pad, once the network is there. */
  #label(act: (session: Session, look: Look) => string): void {
    const look = this.#pad.look();
    this.#pad.takePen();
    if (!look) {
      this.#pad.say('Draw something first, then say what it is.');
      return;
    }
    const session = this.#pad.session();
    if (session?.isEmptied) {
      this.#pad.say('Give the memory back first: without it, nothing can be learned.');
      return;
    }
    this.#pad.clear();
    if (!session) this.#pad.say('Loading the network…');
    this.change((opened) => act(opened, look));
  }
}
