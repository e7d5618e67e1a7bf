import { messageOf, UserError } from 'mann';
import type { Recording } from '../demo/recording.js';
import { onFile } from '../intake/incoming.js';
import type { Machine } from '../machine/machine.js';
import type { Stroke } from '../pad/strokes.js';
import { scoresOf } from '../session/score.js';
import type { Session } from '../session/session.js';
import { CLASSES, type Look, type Named, NONE } from '../session/step.js';
import { byId } from '../ui/element.js';
import { Status } from '../ui/status.js';
import { Actions } from './actions.js';
import { Answering } from './answering.js';
import { Board } from './board.js';
import { Easel } from './easel.js';
import { download, kept } from './keep.js';
import { Keeper } from './keeper.js';
import { enableTools, showMode, showStep } from './mode.js';
import { Pace } from './pace.js';
import { Turn } from './turn.js';
import { wireWaysIn } from './ways-in.js';
import { promptFor, scoreInWords, stepOf } from './words.js';

/** What the section needs of the rest of the page. */
export interface DrawOptions {
  /** The maps below; pages without them have none. */
  readonly machine?: Machine;
  readonly opening: Promise<Session>;
  /** Symbols of a link: they are shown instead of the visitor's own, which stay as they were kept. */
  readonly shared?: Promise<readonly Named[]> | undefined;
  /** Whether drawings are kept in this browser. Default true. */
  readonly keeps?: boolean;
}

/** The pad and what belongs to it: first a recording plays here, then the visitor draws. */
export class DrawSection {
  readonly #opening: Promise<Session>;
  /** Undefined while it is loading. */
  #session: Session | undefined;
  readonly #easel: Easel;
  readonly #turn: Turn;
  readonly #actions: Actions;
  readonly #board: Board;
  readonly #answering: Answering;
  readonly #status = new Status(byId('status'));
  readonly #pace = new Pace(() => this.#guess('growing'));
  readonly #keeper: Keeper;
  /** Whether the drawings are the visitor's own, to be kept in this browser. */
  readonly #isKept: boolean;

  constructor({ machine, opening, shared, keeps = true }: DrawOptions) {
    this.#opening = opening;
    this.#isKept = keeps && !shared;
    this.#keeper = new Keeper(
      () => this.#savedText(),
      (error) => {
        byId('kept').hidden = true;
        this.#fail(error);
      },
    );
    this.#easel = new Easel({
      onStart: () => {
        this.#easel.takePictureOff();
        this.#takePen();
      },
      onChange: () => this.#pace.ask(),
      onRest: () => this.#guess('done'),
      onUndoBlank: () => this.#undo(),
    });
    this.#turn = new Turn(this.#easel);
    this.#actions = new Actions(opening, {
      session: () => this.#session,
      look: () => (this.#turn.isVisitors ? this.#easel.look : undefined),
      putBack: (look) => this.#putBack(look),
      clear: () => this.#easel.clear(),
      takePen: () => {
        this.#takePen();
        this.#note('');
      },
      say: (text) => this.#status.say(text),
      onDone: (said) => {
        this.#showSession();
        this.#guess('done', said);
      },
      onFail: (error) => this.#fail(error),
    });
    this.#board = new Board(
      machine,
      {
        onPick: (id) => this.#actions.pick(id),
        onNew: () => this.#actions.addNew(),
        onNone: () => this.#actions.pick(NONE),
        onRename: (id, text) => this.#actions.rename(id, text),
      },
      (number) => this.#actions.remove(number),
    );
    this.#answering = new Answering(this.#board, this.#status);
    this.#wireButtons();
    this.#wireKeys();
    onFile((file) => this.open(file));
    wireWaysIn({
      ask: (look) => this.ask(look),
      drawAndAsk: (strokes) => this.#drawAndAsk(strokes),
      teach: (symbols) => this.#actions.teach(symbols),
      note: (text) => this.#note(text),
    });
    byId('kept').hidden = !this.#isKept;
    byId('guest').hidden = !(keeps && shared);
    const text = this.#isKept ? kept() : null;
    if (text !== null || shared) {
      this.#takePen();
      this.#status.say(shared ? 'Loading the symbols…' : 'Loading your drawings…');
    }
    this.#actions.waitFor(this.#begin(text, shared));
  }

  /** The first drawing of each symbol. */
  get symbols(): readonly (Named & { readonly ink: Float32Array })[] {
    return this.#session?.symbols ?? [];
  }

  /** The visitor's symbols and the last drawing of one that was known; undefined while there are too few. */
  get plot(): { symbols: readonly Named[]; asked: Look } | undefined {
    const known = this.#session?.checks.filter(({ truth }) => truth !== NONE) ?? [];
    const asked =
      known.findLast(({ answers, truth }) => answers.mann.label === truth) ?? known.at(-1);
    return asked && this.symbols.length > 1
      ? { symbols: this.symbols, asked: asked.look }
      : undefined;
  }

  get scores() {
    return scoresOf(this.#session?.checks ?? []);
  }

  /** Plays a recorded episode, as long as the visitor has not begun to draw. */
  async demo(recording: Recording): Promise<void> {
    const { playDemo } = await import('../demo/demo.js');
    this.#turn.offer(() =>
      playDemo(recording, {
        easel: this.#easel,
        board: this.#board,
        status: this.#status,
        onEnd: () => this.#demoEnded(),
      }),
    );
    if (!this.#turn.isVisitors) this.#play();
  }

  /** With the colours of now. */
  repaint(): void {
    this.#board.repaint();
  }

  /** Lays a drawing on the pad and asks what it is. */
  ask(look: Look): void {
    this.#takePen();
    this.#easel.put(look);
    this.#guess('done');
  }

  /** Draws as somebody else would, and asks what it is. */
  #drawAndAsk(strokes: readonly Stroke[]): void {
    this.#takePen();
    this.#easel.clear();
    this.#guess('done');
    this.#turn.draw(strokes, () => this.ask({ strokes }));
  }

  /** A file of saved drawings, or a picture for the pad. */
  async open(file: File): Promise<void> {
    try {
      const { readFile } = await import('../intake/read-file.js');
      const content = await readFile(file);
      this.#takePen();
      this.#note('');
      if (typeof content !== 'string') {
        this.ask(content);
        return;
      }
      const saved = parsed(content);
      this.#actions.change(async (session) => {
        const pad = await session.restore(saved);
        this.#easel.clear();
        if (pad) this.#easel.put(pad);
        return 'Your drawings are back.';
      });
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Once the weights are there: brings back what was kept of the last visit, or what came with a link. */
  async #begin(text: string | null, shared: DrawOptions['shared']): Promise<void> {
    let session: Session;
    try {
      session = await this.#opening;
    } catch (error) {
      this.#note(`The network could not be loaded: ${messageOf(error)}. Reload to try again.`);
      return;
    }
    try {
      if (shared) session.teach(await shared);
      const pad = text === null ? undefined : await session.restore(parsed(text));
      if (pad) this.#putBack(pad);
    } catch (error) {
      const what = shared ? 'The symbols of this link' : 'The drawings of your last visit';
      this.#note(`${what} could not be restored: ${messageOf(error)}.`);
    }
    this.#session = session;
    const [slots, width] = session.shape;
    byId('memory-size').textContent = `${slots} slots of ${width} numbers`;
    if (this.#isKept) this.#keeper.start();
    if (!this.#turn.isVisitors) return;
    this.#showSession();
    this.#guess(
      'done',
      shared && session.classes.length > 0 ? 'It has seen each of these once.' : '',
    );
  }

  #wireButtons(): void {
    const on = (id: string, act: () => void) => byId(id).addEventListener('click', act);
    on('replay', () => {
      this.#note('');
      this.#play();
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
    on('yes', () => this.#actions.confirm());
    on('no', () => this.#answering.ask());
    on('wipe', () => this.#actions.wipe());
    on('over', () => this.#actions.startOver());
    on('share', () => {
      this.#share().catch((error) => this.#fail(error));
    });
    on('mine', () => {
      history.replaceState(null, '', location.pathname + location.search);
      location.reload();
    });
    on('download', () => {
      const text = this.#savedText();
      if (text) download(text);
    });
  }

  async #share(): Promise<void> {
    const { openShare } = await import('../share/share-dialog.js');
    const { symbols } = this;
    const { mann, once } = this.scores;
    const inks = symbols.map(({ ink }) => Uint8Array.from(ink, (x) => Math.round(255 * x)));
    openShare({ symbols, inks, score: mann.of > 0 ? { ...mann, once } : undefined });
  }

  #wireKeys(): void {
    byId('pad').addEventListener('keydown', ({ key, ctrlKey, metaKey, altKey }) => {
      if (ctrlKey || metaKey || altKey) return;
      if (key === 'Enter' && this.#answering.isOpen) this.#actions.confirm();
      const id = CLASSES.find((one) => one === key.toUpperCase());
      if (!id) return;
      if (this.#session?.classes.includes(id)) this.#actions.pick(id);
      else this.#actions.addNew();
    });
  }

  #play(): void {
    this.#turn.play(() => {
      enableTools(false);
      this.#answering.close();
      this.#status.isQuiet = true;
    });
  }

  #demoEnded(): void {
    showMode('played');
    this.#status.isQuiet = false;
    this.#status.say('Your turn: draw a symbol of your own.');
    // Whoever has drawn before goes on there. (A recording without motion ends before playDemo returns.)
    const hasDrawn = this.#easel.look || this.#session?.examples.length;
    if (hasDrawn) queueMicrotask(() => this.#takePen());
  }

  /** From the recording, or from what somebody else is drawing, to the visitor's own drawings. */
  #takePen(): void {
    if (!this.#turn.take()) return;
    this.#status.isQuiet = false;
    this.#showSession();
    this.#guess('done');
  }

  /** Takes back a stroke or a picture; when the pad is blank, the last action, whose drawing then lies on the pad. */
  #undo(): void {
    if (!this.#turn.isVisitors) this.#takePen();
    else if (this.#easel.look) this.#easel.undo();
    else this.#actions.undo();
  }

  #putBack(look: Look): void {
    if (!this.#easel.look) this.#easel.put(look);
  }

  #showSession(): void {
    const session = this.#session;
    const scores = this.#board.show({
      symbols: session?.symbols ?? [],
      canAdd: session?.free !== undefined || !session,
      examples: session?.examples ?? [],
      checks: session?.checks ?? [],
      nameOf: (id) => session?.nameOf(id) ?? id,
    });
    byId('score').textContent = scoreInWords(scores);
    enableTools((session?.examples.length ?? 0) > 0);
    this.#board.isEmptied = session?.isEmptied ?? false;
    byId('wipe').textContent = session?.isEmptied ? 'Give the memory back' : 'Take the memory away';
    byId('wipe').setAttribute('aria-pressed', String(session?.isEmptied ?? false));
  }

  /**
   * Shows what the network takes the drawing on the pad for.
   * @param drawing whether the pen is still moving
   * @param before what is said before what to do next, when the pad is blank
   */
  #guess(drawing: 'growing' | 'done', before = ''): void {
    if (drawing === 'done') this.#pace.cancel(); // nothing that was put off may come after it
    if (!this.#turn.isVisitors) return;
    if (drawing === 'done') this.#keeper.soon();
    const look = this.#easel.look;
    this.#showUndo(look !== undefined);
    showStep(stepOf(this.#session, look !== undefined));
    this.#answering.close();
    if (!look) {
      this.#board.forgetGuess();
      this.#status.say(`${before} ${promptFor(this.#session)}`.trim());
    } else if (!this.#session) this.#status.say('Loading the network…');
    else this.#answering.show(look, this.#session, drawing === 'done');
  }

  /** What "Undo" takes back. */
  #showUndo(hasInk: boolean): void {
    const { examples = [], checks = [] } = this.#session ?? {};
    const isAction = !hasInk && examples.length + checks.length > 0;
    byId('undo').textContent = isAction ? 'Undo last' : 'Undo';
  }

  /** Undefined when there is nothing to save. */
  #savedText(): string | undefined {
    const pad = this.#easel.look;
    if (!this.#session || (this.#session.examples.length === 0 && !pad)) return undefined;
    return JSON.stringify(this.#session.save(pad));
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
