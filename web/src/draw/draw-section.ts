import { messageOf, UserError } from 'mann';
import { playDemo } from '../demo/demo.js';
import type { Recording } from '../demo/recording.js';
import { onFile } from '../intake/incoming.js';
import { readFile } from '../intake/read-file.js';
import type { Machine } from '../machine/machine.js';
import type { Session } from '../session/session.js';
import { CLASSES, type ClassName, type Look, type Reading } from '../session/step.js';
import { byId } from '../ui/element.js';
import { Status } from '../ui/status.js';
import { Easel } from './easel.js';
import { EpisodeView } from './episode-view.js';
import { download, kept } from './keep.js';
import { Keeper } from './keeper.js';
import { enableTools, showMode } from './mode.js';
import { Pace } from './pace.js';
import { promptFor } from './prompt.js';

/** The pad and what belongs to it: first a recording plays here, then the visitor draws. */
export class DrawSection {
  readonly #opening: Promise<Session>;
  /** Undefined while it is loading. */
  #session: Session | undefined;
  readonly #easel: Easel;
  readonly #view: EpisodeView;
  readonly #status = new Status(byId('status'), byId('rival'));
  readonly #pace = new Pace(() => this.#guess('growing'));
  readonly #keeper = new Keeper(
    () => this.#savedText(),
    (error) => {
      byId('kept').hidden = true;
      this.#fail(error);
    },
  );
  #recording: Recording | undefined;
  /** Ends the recording; undefined once the visitor draws. */
  #endDemo: (() => void) | undefined = () => undefined;
  /** Whatever changes the session waits for what came before it. */
  #queue: Promise<unknown>;

  constructor(machine: Machine, opening: Promise<Session>) {
    this.#opening = opening;
    this.#easel = new Easel({
      onStart: () => {
        this.#easel.takePictureOff();
        this.#takePen();
      },
      onChange: () => this.#pace.ask(),
      onRest: () => this.#guess('done'),
      onUndoBlank: () => this.#undo(),
    });
    this.#view = new EpisodeView(machine, (name) => this.#pick(name));
    this.#wireButtons();
    this.#wireKeys();
    onFile((file) => this.#open(file));
    const text = kept();
    if (text !== null) {
      this.#takePen();
      this.#status.say('Loading your drawings…');
    }
    this.#queue = this.#begin(text);
  }

  /** Plays a recorded episode, as long as the visitor has not begun to draw. */
  demo(recording: Recording): void {
    this.#recording = recording;
    if (this.#endDemo) this.#play(recording);
  }

  /** With the colours of now. */
  repaint(): void {
    this.#view.repaint();
  }

  /** Once the weights are there: brings back what was kept of the last visit. */
  async #begin(text: string | null): Promise<void> {
    let session: Session;
    try {
      session = await this.#opening;
    } catch (error) {
      this.#note(`The network could not be loaded: ${messageOf(error)}. Reload to try again.`);
      return;
    }
    try {
      const pad = text === null ? undefined : await session.restore(parsed(text));
      if (pad && !this.#easel.look) this.#easel.put(pad);
    } catch (error) {
      this.#note(`The drawings of your last visit could not be restored: ${messageOf(error)}.`);
    }
    this.#session = session;
    const [slots, width] = session.shape;
    byId('memory-size').textContent = `${slots} slots of ${width} numbers`;
    this.#keeper.start();
    if (this.#endDemo) return;
    this.#showSession();
    this.#guess('done');
  }

  #wireButtons(): void {
    const on = (id: string, act: () => void) => byId(id).addEventListener('click', act);
    on('replay', () => {
      this.#note('');
      if (this.#recording) this.#play(this.#recording);
    });
    on('take-pen', () => {
      this.#takePen();
      this.#easel.focus();
    });
    on('undo', () => this.#undo());
    on('clear', () => {
      this.#takePen();
      this.#easel.clear();
      this.#guess('done');
    });
    on('again', () => this.#change((session) => session.rehearse()));
    on('wipe', () => this.#change((session) => session.wipe()));
    on('over', () => {
      this.#easel.clear();
      this.#change((session) => session.clear());
    });
    on('download', () => {
      const text = this.#savedText();
      if (text) download(text);
    });
  }

  #wireKeys(): void {
    byId('pad').addEventListener('keydown', ({ key, ctrlKey, metaKey, altKey }) => {
      const name = CLASSES.find((one) => one === key.toUpperCase());
      if (name && !ctrlKey && !metaKey && !altKey) this.#pick(name);
    });
  }

  #play(recording: Recording): void {
    this.#endDemo?.();
    this.#easel.hide();
    showMode('playing');
    enableTools(false);
    this.#status.isQuiet = true;
    this.#endDemo = playDemo(recording, {
      easel: this.#easel,
      view: this.#view,
      status: this.#status,
      onEnd: () => {
        showMode('played');
        this.#status.isQuiet = false;
        this.#status.say('Your turn: draw a symbol of your own.');
        // Whoever has drawn before goes on there. (A recording without motion ends before playDemo returns.)
        const hasDrawn = this.#easel.look || this.#session?.steps.length;
        if (hasDrawn) queueMicrotask(() => this.#takePen());
      },
    });
  }

  /** From the recording to the visitor's own drawings. */
  #takePen(): void {
    if (!this.#endDemo) return;
    this.#endDemo();
    this.#endDemo = undefined;
    this.#easel.showOwn();
    showMode('own');
    this.#status.isQuiet = false;
    this.#showSession();
    this.#guess('done');
  }

  /** Labels what is on the pad. */
  #pick(name: ClassName): void {
    const look = this.#endDemo ? undefined : this.#easel.look;
    this.#takePen();
    if (!look) {
      this.#status.say('Draw something first, then tap its card.');
      return;
    }
    this.#easel.clear();
    if (!this.#session) this.#status.say('Loading the network…');
    this.#change((session) => {
      session.observe(look, name);
      return `Labelled ${name}.`;
    });
  }

  /** Takes back a stroke or a picture; when the pad is blank, the last example, which then lies on the pad. */
  #undo(): void {
    if (this.#endDemo) {
      this.#takePen();
      return;
    }
    if (this.#easel.look) {
      this.#easel.undo();
      return;
    }
    if (!this.#session?.steps.length) return;
    this.#change(async (session) => {
      const look = await session.undo();
      if (look && !this.#easel.look) this.#easel.put(look);
      return look ? '' : 'Rehearsal undone.';
    });
  }

  /**
   * Changes the session, in turn, and shows what came of it.
   * @param act may return what is to be said
   */
  #change(act: (session: Session) => unknown): void {
    this.#takePen();
    this.#note('');
    this.#queue = this.#queue
      .then(async () => {
        const said = await act(await this.#opening);
        this.#showSession();
        this.#guess('done', typeof said === 'string' ? said : '');
      })
      .catch((error) => this.#fail(error));
  }

  #showSession(): void {
    const session = this.#session;
    const steps = session?.steps ?? [];
    this.#view.show(steps, session?.isBlank ? session.frame : undefined);
    enableTools(steps.length > 0);
    byId('wipe').textContent = session?.isWiped ? 'Restore the memory' : 'Wipe the memory';
    byId('strip-title').hidden = steps.length === 0;
  }

  /**
   * Shows what the network takes the drawing on the pad for.
   * @param drawing whether the pen is still moving
   * @param before what is said before what to do next, when the pad is blank
   */
  #guess(drawing: 'growing' | 'done', before = ''): void {
    if (drawing === 'done') this.#pace.cancel(); // nothing that was put off may come after it
    if (this.#endDemo) return;
    if (drawing === 'done') this.#keeper.soon();
    const look = this.#easel.look;
    this.#showUndo(look !== undefined);
    if (!look) {
      this.#view.forgetGuess();
      this.#status.say(`${before} ${promptFor(this.#session)}`.trim());
    } else if (!this.#session) this.#status.say('Loading the network…');
    else this.#guessAt(look, this.#session, drawing === 'done');
  }

  #guessAt(look: Look, session: Session, isDone: boolean): void {
    let reading: Reading | undefined;
    try {
      reading = session.read(look);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.#view.forgetGuess();
      this.#status.say('Draw a little more.');
      return;
    }
    if (!reading) {
      this.#view.forgetGuess();
      this.#status.say('It has no example yet. Tap a card to label this drawing.');
      return;
    }
    const { answer, shares, recalled, read, rival } = reading;
    if (session.isBlank) this.#status.say('Guessing: the memory is empty.');
    else this.#status.answer(answer, session.labels.length < CLASSES.length, isDone);
    this.#status.answerOfRival(rival, isDone);
    this.#view.showGuess({
      shares: session.isBlank ? undefined : shares,
      recalled: session.isBlank
        ? []
        : recalled.map(({ observation, share }) => ({ ...session.steps[observation]!, share })),
      frame: session.isBlank ? session.frame : session.steps.at(-1)?.frame,
      read,
    });
  }

  /** What "Undo" takes back. */
  #showUndo(hasInk: boolean): void {
    const isExample = !hasInk && this.#session !== undefined && this.#session.steps.length > 0;
    byId('undo').textContent = isExample ? 'Undo example' : 'Undo';
  }

  /** Undefined when there is nothing to save. */
  #savedText(): string | undefined {
    const pad = this.#easel.look;
    if (!this.#session || (this.#session.steps.length === 0 && !pad)) return undefined;
    return JSON.stringify(this.#session.save(pad));
  }

  async #open(file: File): Promise<void> {
    try {
      const content = await readFile(file);
      this.#takePen();
      this.#note('');
      if (typeof content === 'string') {
        const saved = parsed(content);
        this.#change(async (session) => {
          const pad = await session.restore(saved);
          this.#easel.clear();
          if (pad) this.#easel.put(pad);
          return 'Your drawings are back.';
        });
        return;
      }
      this.#easel.put(content);
      this.#guess('done');
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (!(error instanceof UserError)) console.error(error);
    this.#note(messageOf(error));
  }

  #note(text: string): void {
    byId('note').textContent = text;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UserError('this file is not JSON');
  }
}
