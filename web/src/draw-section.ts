import { messageOf, UserError } from 'mann';
import { play } from './demo/player.js';
import { framesOf, type Recording } from './demo/recording.js';
import { readFile } from './files.js';
import type { Machine, Moment } from './machine/machine.js';
import { MemoryMap } from './machine/memory-map.js';
import { Pad } from './pad/pad.js';
import type { Session } from './session/session.js';
import { CLASSES, type ClassName, type Look } from './session/step.js';
import { ClassButtons } from './ui/class-buttons.js';
import { byId } from './ui/element.js';
import { type Memory, showRecalled } from './ui/recalled.js';
import { Status } from './ui/status.js';
import { Strip, type Tile } from './ui/strip.js';
import { thumbnail } from './ui/thumbnail.js';

const KEY = 'mann.session';

/** The pad and all that hangs on it: first a recording plays here, then a visitor has the pen. */
export class DrawSection {
  readonly #machine: Machine;
  readonly #opening: Promise<Session>;
  #session: Session | undefined;
  readonly #pad: Pad;
  readonly #status = new Status(byId('status'));
  readonly #classes: ClassButtons;
  readonly #strip = new Strip(byId('strip'));
  readonly #mini = new MemoryMap(byId('mini-map'));
  /** Ends the recording; undefined once the visitor has the pen. */
  #endDemo: (() => void) | undefined = () => undefined;
  #recording: Recording | undefined;
  /** A picture that was dropped, in place of strokes. */
  #picture: Look | undefined;
  #scheduled = false;
  #frame = 0;
  #restUntil = 0;
  /** Whatever changes the session waits for what came before it. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(machine: Machine, opening: Promise<Session>) {
    this.#machine = machine;
    this.#opening = opening;
    const pad = byId('pad');
    this.#pad = new Pad(pad, {
      onStart: () => this.#takePen(),
      onChange: () => this.#scheduleGuess(),
      onRest: () => this.#guess(true),
    });
    this.#classes = new ClassButtons(byId('classes'), (name) => this.#pick(name));
    pad.addEventListener('keydown', ({ key, ctrlKey, metaKey, altKey }) => {
      const name = CLASSES.find((one) => one === key.toUpperCase());
      if (name && !ctrlKey && !metaKey && !altKey) this.#pick(name);
    });
    this.#wireButtons();
    this.#classes.show(undefined);
    this.#classes.showFirsts([]);
    this.#mini.repaint();
    opening.then(
      (session) => {
        this.#session = session;
        if (!this.#endDemo) this.#guess(true);
      },
      (error) =>
        this.#note(`The network could not be loaded: ${messageOf(error)}. Reload to try again.`),
    );
  }

  /** Plays a recorded episode, or shows its end to those who want no motion. */
  demo(recording: Recording): void {
    if (!this.#endDemo) return;
    this.#recording = recording;
    const frames = framesOf(recording);
    const moments: Moment[] = recording.steps.map(({ strokes, truth }, i) => ({
      look: { strokes },
      truth: CLASSES[truth]!,
      frame: frames[i]!,
    }));
    const tiles: Tile[] = recording.steps.map(({ strokes, truth, guesses }) => {
      const last = guesses.at(-1);
      const best = last ? last.indexOf(Math.max(...last)) : -1;
      return {
        look: { strokes },
        truth: CLASSES[truth]!,
        guess: last && { label: CLASSES[best]!, confidence: last[best]! / 100 },
      };
    });
    const show = (count: number) => {
      this.#strip.show(tiles.slice(0, count));
      this.#classes.showFirsts(moments.slice(0, count));
      this.#machine.show(moments.slice(0, count));
      this.#mini.show(frames[count - 1]);
    };
    const finish = () => {
      show(moments.length);
      this.#pad.show([]);
      this.#classes.show(undefined);
      this.#status.isQuiet = false;
      this.#status.say('Your turn: draw a symbol of your own.');
      byId('hint').textContent = 'Draw here';
      byId('pad').classList.remove('playing');
      byId('take-pen').hidden = true;
      byId('replay').hidden = false;
      this.#setTools(false);
    };
    byId('strip-title').textContent = 'A recorded episode';
    byId('pad').classList.add('playing');
    byId('replay').hidden = true;
    byId('take-pen').hidden = false;
    byId('hint').textContent = '';
    this.#status.isQuiet = true;
    this.#setTools(false);
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
      this.#endDemo = () => undefined;
      finish();
      return;
    }
    this.#endDemo = play(recording, {
      begin: (step) => {
        this.#classes.show(undefined);
        showRecalled(byId('recalled'), []);
        if (step < 5) this.#status.say('A symbol it has never seen.');
        else this.#status.say('Another hand draws one of the five.');
      },
      draw: (strokes) => this.#pad.show(strokes),
      guess: (step, quarter) => {
        if (step < 5) return;
        const { guesses, recalled } = recording.steps[step]!;
        const shares = guesses[quarter]!;
        this.#classes.show(new Map(CLASSES.map((name, i) => [name, shares[i]! / 100])));
        const best = shares.indexOf(Math.max(...shares));
        const guess = { label: CLASSES[best]!, confidence: shares[best]! / 100 };
        this.#status.guess({ guess, known: true }, true, true);
        if (quarter < 3) return;
        this.#mini.show(frames[step - 1], frames[step]!.read);
        this.#showRecalled(
          recalled.map(([at, share]) => ({ ...moments[at!]!, share: share! / 100 })),
        );
      },
      label: (step) => {
        const { truth } = moments[step]!;
        this.#classes.flash(truth);
        if (step < 5) this.#status.say(`It is told once: class ${truth}.`);
        show(step + 1);
      },
      end: finish,
    });
  }

  repaint(): void {
    this.#mini.repaint();
  }

  #wireButtons(): void {
    const on = (id: string, act: () => void) => byId(id).addEventListener('click', act);
    on('undo', () => {
      this.#pad.undo();
    });
    on('clear', () => {
      this.#takePen();
      this.#clearPad();
      this.#guess(true);
    });
    on('replay', () => {
      this.#endDemo ??= () => undefined;
      if (this.#recording) this.demo(this.#recording);
    });
    on('take-pen', () => {
      this.#takePen();
      byId('pad').focus();
    });
    on('again', () => this.#change((session) => session.rehearse()));
    on('wipe', () => this.#change((session) => session.wipe()));
    on('over', () => {
      this.#clearPad();
      this.#change((session) => session.clear());
    });
    on('save', () => this.#save());
    on('restore', () => this.#restore());
    on('download', () => this.#download());
    on('open', () => byId('file').click());
    byId('restore').hidden = stored() === null;
    const file = byId<HTMLInputElement>('file');
    file.addEventListener('change', () => {
      const chosen = file.files?.[0];
      if (chosen) this.#open(chosen);
      file.value = '';
    });
    document.addEventListener('dragover', (event) => {
      event.preventDefault();
      document.body.classList.add('dropping');
    });
    document.addEventListener('dragleave', () => document.body.classList.remove('dropping'));
    document.addEventListener('drop', (event) => {
      event.preventDefault();
      document.body.classList.remove('dropping');
      const dropped = event.dataTransfer?.files[0];
      if (dropped) this.#open(dropped);
    });
  }

  /** From the recording to the visitor's own drawings. */
  #takePen(): void {
    this.#clearPicture();
    if (!this.#endDemo) return;
    this.#endDemo();
    this.#endDemo = undefined;
    this.#pad.show(this.#pad.strokes);
    byId('pad').classList.remove('playing');
    byId('take-pen').hidden = true;
    byId('replay').hidden = false;
    byId('hint').textContent = '';
    byId('strip-title').textContent = 'What it was shown';
    this.#status.isQuiet = false;
    this.#status.say('Draw a symbol, then tap a class.');
    this.#showSession();
  }

  #pick(name: ClassName): void {
    const picture = this.#picture;
    if (!picture) this.#takePen();
    if (!picture && this.#pad.isEmpty) {
      this.#status.say('Draw something first, then say which class it was.');
      return;
    }
    const look: Look = picture ?? { strokes: this.#pad.strokes };
    this.#clearPad();
    if (!this.#session) this.#status.say('Loading the network…');
    this.#change((session) => {
      session.observe(look, name);
      const missing = CLASSES.length - session.labels.length;
      const last = session.steps.at(-1);
      if (missing > 0) {
        this.#status.say(
          `It was told: class ${name}. Draw ${missing === 1 ? 'the last' : 'the next'} symbol.`,
        );
      } else if (last?.again) {
        this.#status.say(
          'It has seen all five, and looked through them once more. Draw one again.',
        );
      } else {
        this.#status.say(`It was told: class ${name}. Draw another.`);
      }
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
        this.#guess(true);
      })
      .catch((error) => this.#fail(error));
  }

  #showSession(): void {
    const session = this.#session;
    const steps = session?.steps ?? [];
    this.#strip.show(steps);
    this.#classes.showFirsts(steps);
    this.#classes.show(undefined);
    this.#machine.show(steps, session?.isWiped ? session.frame : undefined);
    this.#mini.show(session?.isWiped ? session.frame : steps.at(-1)?.frame);
    showRecalled(byId('recalled'), []);
    this.#setTools(steps.length > 0);
    byId('wipe').textContent = session?.isWiped ? 'Give it back' : 'Wipe the memory';
    byId('strip-title').hidden = steps.length === 0;
  }

  #setTools(enabled: boolean): void {
    for (const id of ['again', 'wipe', 'over', 'save', 'download']) {
      byId<HTMLButtonElement>(id).disabled = !enabled;
    }
  }

  /** At most one guess a frame, and a quarter of the time: the pen comes first. */
  #scheduleGuess(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    const tick = (now: number) => {
      if (now < this.#restUntil) {
        this.#frame = requestAnimationFrame(tick);
        return;
      }
      this.#scheduled = false;
      const started = performance.now();
      this.#guess(false);
      const ended = performance.now();
      this.#restUntil = ended + 3 * (ended - started);
    };
    this.#frame = requestAnimationFrame(tick);
  }

  #guess(isFinal: boolean): void {
    if (isFinal) {
      // Nothing that was put off may come after it.
      cancelAnimationFrame(this.#frame);
      this.#scheduled = false;
    }
    const look = this.#picture ?? (this.#pad.isEmpty ? undefined : { strokes: this.#pad.strokes });
    if (this.#endDemo || !look) {
      if (!this.#endDemo) this.#classes.show(undefined);
      return;
    }
    const session = this.#session;
    if (!session) {
      this.#status.say('Loading the network…');
      return;
    }
    let reading: ReturnType<Session['read']>;
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
    this.#classes.show(reading.confidences);
    this.#status.guess(reading, session.labels.length === CLASSES.length, isFinal);
    this.#mini.show(session.isWiped ? session.frame : session.steps.at(-1)?.frame, reading.read);
    this.#showRecalled(
      reading.recalled.map(({ observation, share }) => ({ ...session.steps[observation]!, share })),
    );
  }

  /** Drawings shown twice count as one. */
  #showRecalled(memories: readonly Memory[]): void {
    const byLook = new Map<Look, Memory>();
    for (const one of memories) {
      const share = (byLook.get(one.look)?.share ?? 0) + one.share;
      byLook.set(one.look, { look: one.look, truth: one.truth, share });
    }
    showRecalled(
      byId('recalled'),
      [...byLook.values()].sort((a, b) => b.share - a.share),
    );
  }

  #clearPad(): void {
    this.#clearPicture();
    this.#pad.clear();
  }

  #clearPicture(): void {
    this.#picture = undefined;
    byId('pad').querySelector('.thumb')?.remove();
  }

  #save(): void {
    if (!this.#session) return;
    try {
      localStorage.setItem(KEY, JSON.stringify(this.#session.save()));
      byId('restore').hidden = false;
      this.#note('Saved in this browser. After a reload, “Restore” brings it back.');
    } catch (error) {
      this.#note(
        `It could not be saved in this browser (${messageOf(error)}): download it instead.`,
      );
    }
  }

  #restore(): void {
    const text = stored();
    if (text === null) return;
    this.#restoreFrom(text);
  }

  #restoreFrom(text: string): void {
    this.#clearPad();
    this.#change(async (session) => {
      let value: unknown;
      try {
        value = JSON.parse(text);
      } catch {
        throw new UserError('this file is not JSON');
      }
      await session.restore(value);
      this.#status.say('Restored. Draw one of them again.');
    });
  }

  #download(): void {
    if (!this.#session) return;
    const text = JSON.stringify(this.#session.save());
    const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = 'drawings.json';
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }

  async #open(file: File): Promise<void> {
    try {
      const content = await readFile(file);
      if (typeof content === 'string') {
        this.#restoreFrom(content);
        return;
      }
      this.#takePen();
      this.#clearPad();
      this.#note('');
      this.#picture = content;
      byId('pad').append(thumbnail(content));
      this.#guess(true);
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

/** What was saved in this browser. */
function stored(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
