/** Other ways in than drawing: a photo, or a ready alphabet that somebody else draws from. */
import { messageOf, Random, UserError } from 'mann';
import type { Alphabet } from '../alphabets/alphabets.js';
import type { Stroke } from '../pad/strokes.js';
import type { Look, Named } from '../session/step.js';
import { byId } from '../ui/element.js';

/** What the ways lead to. */
interface Section {
  /** Lays a drawing on the pad and asks what it is. */
  readonly ask: (look: Look) => void;
  /** The same, drawn before one's eyes. */
  readonly drawAndAsk: (strokes: readonly Stroke[]) => void;
  readonly teach: (symbols: readonly Named[]) => void;
  readonly note: (text: string) => void;
}

/** Characters of an alphabet that the network is shown, so that the LSTM beside it can keep up; the others are new to it. */
const TAUGHT = 5;
/** Of so many drawings one is of a character that it was not shown. */
const NEW = 6;

/** Wires the buttons below the pad. */
export function wireWaysIn(section: Section): void {
  const quiz = new Quiz(section);
  const on = (id: string, act: () => Promise<void>) =>
    byId(id).addEventListener('click', () =>
      act().catch((error) => {
        if (!(error instanceof UserError)) console.error(error);
        section.note(messageOf(error));
      }),
    );
  on('photo', async () => {
    section.note('');
    const [{ openCamera }, { readPicture }] = await Promise.all([
      import('../intake/camera.js'),
      import('../intake/read-file.js'),
    ]);
    const photo = await openCamera();
    if (photo) section.ask(await readPicture(photo, 'the photo'));
  });
  on('alphabets', async () => {
    section.note('');
    const { openAlphabets } = await import('../alphabets/alphabet-dialog.js');
    const alphabet = await openAlphabets();
    if (alphabet) quiz.begin(alphabet);
  });
  byId('quiz').addEventListener('click', () => quiz.next());
  byId('over').addEventListener('click', () => quiz.end());
}

/** Somebody else's drawings of an alphabet, one after the other. */
class Quiz {
  readonly #section: Section;
  readonly #button = byId('quiz');
  readonly #random = new Random(1, 'quiz');
  #known: readonly (readonly Stroke[])[] = [];
  #unknown: readonly (readonly Stroke[])[] = [];
  #last: readonly Stroke[] | undefined;

  constructor(section: Section) {
    this.#section = section;
  }

  begin({ characters }: Alphabet): void {
    const taught = characters.slice(0, TAUGHT);
    this.#section.teach(taught.map(({ name, first }) => ({ name, look: { strokes: first } })));
    this.#known = taught.map(({ second }) => second);
    this.#unknown = characters.slice(TAUGHT).map(({ second }) => second);
    this.#button.hidden = false;
  }

  /** The symbols are gone. */
  end(): void {
    this.#button.hidden = true;
  }

  next(): void {
    const isNew = this.#unknown.length > 0 && this.#random.below(NEW) === 0;
    const drawings = (isNew ? this.#unknown : this.#known).filter((one) => one !== this.#last);
    const next = drawings[this.#random.below(drawings.length)];
    if (!next) return;
    this.#last = next;
    this.#section.drawAndAsk(next);
  }
}
