import { messageOf, UserError } from 'mann';
import { playDemo } from '../demo/demo.js';
import type { Recording } from '../demo/recording.js';
import type { Machine } from '../machine/machine.js';
import type { Session } from '../session/session.js';
import { CLASSES, type ClassName, type Look, type Reading } from '../session/step.js';
import { byId } from '../ui/element.js';
import { Status } from '../ui/status.js';
import { Easel } from './easel.js';
import { EpisodeView } from './episode-view.js';
import { onFile } from './incoming.js';
import { download, keep, kept } from './keep.js';
import { enableTools, showMode } from './mode.js';
import { Pace } from './pace.js';
import { readFile } from './read-file.js';

/** The pad and all that hangs on it: first a recording plays here, then a visitor has the pen. */
export class DrawSection {
  readonly #opening: Promise<Session>;
  /** Undefined while it is loading. */
  #session: Session | undefined;
  readonly #easel: Easel;
  readonly #view: EpisodeView;
  readonly #status = new Status(byId('status'));
  readonly #pace = new Pace(() => this.#guess('growing'));
  #recording: Recording | undefined;
  /** Ends the recording; undefined once the visitor has the pen. */
  #endDemo: (() => void) | undefined = () => undefined;
  /** Whatever changes the session waits for what came before it. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(machine: Machine, opening: Promise<Session>) {
    this.#opening = opening;
    this.#easel = new Easel({
      onStart: () => this.#takePen(),
      onChange: () => this.#pace.ask(),
      onRest: () => this.#guess('done'),
    });
    this.#view = new EpisodeView(machine, (name) => this.#pick(name));
    this.#wireButtons();
    this.#wireKeys();
    onFile((file) => this.#open(file));
    opening.then(
      (session) => {
        this.#session = session;
        this.#guess('done');
      },
      (error) =>
        this.#note(`The network could not be loaded: ${messageOf(error)}. Reload to try again.`),
    );
  }

  /** Plays a recorded episode, as long as nobody has taken the pen. */
  demo(recording: Recording): void {
    this.#recording = recording;
    if (this.#endDemo) this.#play(recording);
  }

  /** With the colours of now. */
  repaint(): void {
    this.#view.repaint();
  }

  #wireButtons(): void {
    const on = (id: string, act: () => void) => byId(id).addEventListener('click', act);
    on('replay', () => {
      if (this.#recording) this.#play(this.#recording);
    });
    on('take-pen', () => {
      this.#takePen();
      this.#easel.focus();
    });
    on('undo', () => {
      this.#takePen();
      this.#easel.undo();
    });
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
    on('save', () => this.#save());
    on('restore', () => this.#restore(kept() ?? ''));
    on('download', () => {
      if (this.#session) download(JSON.stringify(this.#session.save()));
    });
    byId('restore').hidden = kept() === null;
  }

  #wireKeys(): void {
    byId('pad').addEventListener('keydown', ({ key, ctrlKey, metaKey, altKey }) => {
      const name = CLASSES.find((one) => one === key.toUpperCase());
      if (name && !ctrlKey && !metaKey && !altKey) this.#pick(name);
    });
  }

  #play(recording: Recording): void {
    this.#endDemo?.();
    this.#easel.takePictureOff();
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
      },
    });
  }

  /** From the recording, or from a picture, to the visitor's own strokes. */
  #takePen(): void {
    this.#easel.takePictureOff();
    if (!this.#endDemo) return;
    this.#endDemo();
    this.#endDemo = undefined;
    this.#easel.showOwn();
    showMode('own');
    this.#status.isQuiet = false;
    this.#status.say('Draw a symbol, then tap a class.');
    this.#showSession();
  }

  /** Binds what is on the easel to a class. */
  #pick(name: ClassName): void {
    const look = this.#endDemo ? undefined : this.#easel.look;
    this.#takePen();
    if (!look) {
      this.#status.say('Draw something first, then say which class it was.');
      return;
    }
    this.#easel.clear();
    if (!this.#session) this.#status.say('Loading the network…');
    this.#change((session) => {
      session.observe(look, name);
      this.#status.say(afterTelling(name, session));
    });
  }

  /** Changes the session, in turn, and shows what came of it. */
  #change(act: (session: Session) => void | Promise<void>): void {
    this.#takePen();
    this.#note('');
    this.#queue = this.#queue
      .then(async () => {
        await act(await this.#opening);
        this.#showSession();
        this.#guess('done');
      })
      .catch((error) => this.#fail(error));
  }

  #showSession(): void {
    const session = this.#session;
    const steps = session?.steps ?? [];
    this.#view.show(steps, session?.isWiped ? session.frame : undefined);
    this.#view.forgetGuess();
    enableTools(steps.length > 0);
    byId('wipe').textContent = session?.isWiped ? 'Give it back' : 'Wipe the memory';
    byId('strip-title').hidden = steps.length === 0;
  }

  /** Says what the network takes the drawing on the easel for, be it growing or done. */
  #guess(drawing: 'growing' | 'done'): void {
    if (drawing === 'done') this.#pace.cancel(); // nothing that was put off may come after it
    if (this.#endDemo) return;
    const look = this.#easel.look;
    if (!look) this.#view.showConfidences(undefined);
    else if (!this.#session) this.#status.say('Loading the network…');
    else this.#guessAt(look, this.#session, drawing === 'done');
  }

  #guessAt(look: Look, session: Session, isDone: boolean): void {
    let reading: Reading | undefined;
    try {
      reading = session.read(look);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.#status.say('There is not enough ink to see yet.');
      return;
    }
    if (!reading) {
      this.#status.say('It knows nothing yet. Which class is this? Tap one.');
      return;
    }
    this.#status.guess(reading, session.labels.length === CLASSES.length, isDone);
    this.#view.showGuess({
      confidences: reading.confidences,
      recalled: reading.recalled.map(({ observation, share }) => ({
        ...session.steps[observation]!,
        share,
      })),
      frame: session.isWiped ? session.frame : session.steps.at(-1)?.frame,
      read: reading.read,
    });
  }

  #save(): void {
    if (!this.#session) return;
    try {
      keep(JSON.stringify(this.#session.save()));
      byId('restore').hidden = false;
      this.#note('Saved in this browser. After a reload, “Restore” brings it back.');
    } catch (error) {
      this.#fail(error);
    }
  }

  #restore(text: string): void {
    this.#easel.clear();
    this.#change(async (session) => {
      await session.restore(parsed(text));
      this.#status.say('Restored. Draw one of them again.');
    });
  }

  async #open(file: File): Promise<void> {
    try {
      const content = await readFile(file);
      if (typeof content === 'string') {
        this.#restore(content);
        return;
      }
      this.#takePen();
      this.#note('');
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

/** What is to be said after a drawing was told. */
function afterTelling(name: ClassName, { labels, steps }: Session): string {
  const missing = CLASSES.length - labels.length;
  if (missing > 0) {
    return `It was told: class ${name}. Draw ${missing === 1 ? 'the last' : 'the next'} symbol.`;
  }
  return steps.at(-1)?.again
    ? 'It has seen all five, each twice now. Draw one again.'
    : `It was told: class ${name}. Draw another.`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UserError('this file is not JSON');
  }
}
