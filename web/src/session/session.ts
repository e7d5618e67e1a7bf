import { type Checkpoint, Learner, type Prepared } from 'mann';
import { tidyName } from '../share/name.js';
import { slim } from '../share/simplify.js';
import { frameOf } from './frame.js';
import { keptOf, lookOf } from './kept-look.js';
import { nearest } from './neighbour.js';
import { pixelsOf } from './pixels.js';
import { Rival } from './rival.js';
import { checkSession, type KeptExample, type SavedSession } from './saved.js';
import {
  type Answers,
  type Check,
  CLASSES,
  type ClassName,
  type Example,
  type Look,
  type Named,
  NONE,
  type Reading,
} from './step.js';
import { verdictOf } from './verdict.js';

/** An example before the networks have seen it. */
type Labelled = Omit<Example, 'frame'>;

/** The drawings of a visitor, and the networks that see them. */
export class Session {
  #learner: Learner;
  readonly #checkpoint: Checkpoint;
  readonly #rival: Rival | undefined;
  #examples: Example[] = [];
  /** As many as examples: what the networks saw. */
  #inputs: Prepared[] = [];
  #checks: Check[] = [];
  #names = new Map<ClassName, string>();
  /** The same network with an empty memory, while that is taken away. */
  #emptied: Learner | undefined;

  private constructor(learner: Learner, checkpoint: Checkpoint, rival: Rival | undefined) {
    this.#learner = learner;
    this.#checkpoint = checkpoint;
    this.#rival = rival;
  }

  static async open(mann: Checkpoint, lstm: Checkpoint | undefined): Promise<Session> {
    const learner = await Learner.load(mann);
    return new Session(learner, mann, lstm && (await Rival.load(lstm)));
  }

  /** All observations in their order. */
  get examples(): readonly Example[] {
    return this.#examples;
  }

  get checks(): readonly Check[] {
    return this.#checks;
  }

  /** Classes that have an example, in the order in which they came. */
  get classes(): ClassName[] {
    return this.#learner.labels;
  }

  /** The class that the next new symbol gets; undefined when all are taken. */
  get free(): ClassName | undefined {
    const taken = this.classes;
    return CLASSES.find((name) => !taken.includes(name));
  }

  /** The first drawing of each class with its name. */
  get symbols(): (Named & { readonly id: ClassName; readonly ink: Float32Array })[] {
    return this.classes.map((id) => {
      const first = this.#examples.findIndex(({ truth }) => truth === id);
      return {
        id,
        name: this.nameOf(id),
        look: this.#examples[first]!.look,
        ink: this.#inputs[first]!.ink,
      };
    });
  }

  get isEmptied(): boolean {
    return this.#emptied !== undefined;
  }

  /** Slots, their width, and how many numbers of that are the key. */
  get shape(): [slots: number, width: number, key: number] {
    const { memorySize, memoryDim, keySize } = this.#learner.config;
    return [memorySize, memoryDim, keySize];
  }

  /** What the visitor calls a class: its letter until told. */
  nameOf(id: string): string {
    return this.#names.get(id) ?? id;
  }

  /** An empty name is the letter again. */
  rename(id: ClassName, text: string): void {
    const name = tidyName(text);
    if (name === '' || name === id) this.#names.delete(id);
    else this.#names.set(id, name);
  }

  /** What the networks take a drawing for; undefined before there is a label. */
  read(look: Look): Reading | undefined {
    const drawing = this.#prepare(look);
    if (this.#examples.length === 0) return undefined;
    const learner = this.#emptied ?? this.#learner;
    const { answer, shares } = verdictOf(learner.predict(drawing));
    const { recalled } = learner.inspect();
    return {
      answers: { mann: answer, ...this.#rivals(drawing) },
      shares,
      recalled: this.#emptied ? [] : recalled,
    };
  }

  /**
   * Observes a drawing as an example of a class.
   * @throws UserError when the drawing is empty
   */
  observe(look: Look, truth: ClassName): void {
    this.#observe({ look: slim(look), truth, action: this.#nextAction() });
  }

  /**
   * What a drawing is, as the visitor says. It counts for or against the networks, and where ours was wrong it becomes an
   * example.
   * @param truth a class that has an example, or NONE
   * @returns whether it was right
   */
  check(look: Look, truth: string): boolean {
    const reading = this.read(look);
    if (!reading) return false;
    const { answers } = reading;
    const seen = this.#examples.filter((example) => example.truth === truth).length;
    const action = this.#nextAction();
    const asked = slim(look);
    this.#checks.push({ look: asked, truth, answers, seen, action });
    const right = answers.mann.label === truth;
    if (!right && truth !== NONE) this.#observe({ look: asked, truth, action });
    return right;
  }

  /** Observes symbols, each as a new class, in one action. As many as there is room for. */
  teach(symbols: readonly Named[]): void {
    const action = this.#nextAction();
    for (const { name, look } of symbols) {
      const truth = this.free;
      if (!truth) break;
      this.#observe({ look: slim(look), truth, action });
      this.rename(truth, name);
    }
  }

  /**
   * Takes the last action back: the networks are rebuilt from what remains.
   * @returns the drawing, where it was one
   */
  async undo(): Promise<Look | undefined> {
    const last = this.#nextAction() - 1;
    const undone = [...this.#checks, ...this.#examples].filter(({ action }) => action === last);
    this.#checks = this.#checks.filter(({ action }) => action !== last);
    await this.#keep((example) => example.action !== last);
    return new Set(undone.map(({ look }) => look)).size === 1 ? undone[0]!.look : undefined;
  }

  /** Takes any one example out of the memory. */
  async remove(number: number): Promise<void> {
    await this.#keep((_, i) => i !== number);
  }

  /** Reads with an empty memory, and does nothing else: labels, controller and weights stay. */
  async empty(): Promise<void> {
    this.#emptied ??= await emptied(this.#learner, this.#checkpoint);
  }

  /** The memory is back. */
  refill(): void {
    this.#emptied = undefined;
  }

  clear(): void {
    this.#learner.forget();
    this.#rival?.forget();
    this.#examples = [];
    this.#inputs = [];
    this.#checks = [];
    this.#names.clear();
    this.#emptied = undefined;
  }

  /** @param pad what lies on the pad, still without a label */
  save(pad?: Look): SavedSession {
    return {
      format: 3,
      names: Object.fromEntries(this.#names),
      ...(pad && { pad: keptOf(pad) }),
      steps: this.#examples.map(({ look, truth, action }) => ({
        look: keptOf(look),
        truth,
        action,
      })),
      checks: this.#checks.map((check) => ({
        ...check,
        look: keptOf(check.look),
        answers: Object.fromEntries(
          Object.entries(check.answers).filter(([, answer]) => answer !== undefined),
        ),
      })),
    };
  }

  /**
   * All as it was saved: the networks observe the drawings once more.
   * @returns what lay on the pad
   * @throws UserError when the file is not one of ours, or was changed; the session stays as it was
   */
  async restore(value: unknown): Promise<Look | undefined> {
    const { steps, checks, names, pad } = checkSession(value);
    const looks = new Looks();
    await this.#rebuild(steps.map((step) => ({ ...step, look: looks.of(step) })));
    this.#checks = checks.map(({ answers: { mann, lstm, pixels }, ...check }) => ({
      ...check,
      look: looks.of(check),
      answers: { mann: mann!, lstm, pixels },
    }));
    this.#names = new Map(Object.entries(names));
    return pad && lookOf(pad);
  }

  async #keep(isKept: (example: Example, number: number) => boolean): Promise<void> {
    await this.#rebuild(this.#examples.filter(isKept));
    const classes = new Set<string>([...this.classes, NONE]);
    this.#checks = this.#checks.filter(({ truth }) => classes.has(truth));
    for (const id of this.#names.keys()) if (!classes.has(id)) this.#names.delete(id);
  }

  /** All networks anew, from their beginning. */
  async #rebuild(labelled: readonly Labelled[]): Promise<void> {
    // Everything that can fail or takes time comes before anything changes.
    const inputs = labelled.map(({ look }) => this.#prepare(look));
    this.#learner = await Learner.load(this.#checkpoint);
    this.#rival?.forget();
    this.#emptied = undefined;
    this.#examples = [];
    this.#inputs = [];
    for (const [i, one] of labelled.entries()) this.#observe(one, inputs[i]!);
  }

  #observe({ look, truth, action }: Labelled, drawing = this.#prepare(look)): void {
    this.#emptied = undefined;
    this.#learner.observe(drawing, truth);
    this.#rival?.observe(drawing, this.classes.indexOf(truth));
    this.#inputs.push(drawing);
    const frame = frameOf(this.#learner.inspect(), this.#learner.config.keySize);
    this.#examples.push({ look, truth, action, frame });
  }

  #rivals(drawing: Prepared): Omit<Answers, 'mann'> {
    const labels = this.#examples.map(({ truth }) => truth);
    return {
      lstm: this.#rival?.guess(drawing, this.classes),
      pixels: nearest(drawing, this.#inputs, labels),
    };
  }

  #prepare(look: Look): Prepared {
    return this.#learner.prepare(pixelsOf(look));
  }

  #nextAction(): number {
    const last = (list: readonly { readonly action: number }[]) => list.at(-1)?.action ?? 0;
    return Math.max(last(this.#examples), last(this.#checks)) + 1;
  }
}

/** Drawings of a file: one that was asked for and then observed is one drawing. */
class Looks {
  readonly #known = new Map<string, Look>();

  of({
    look,
    truth,
    action,
  }: Pick<KeptExample, 'look' | 'action'> & { readonly truth: string }): Look {
    const key = `${action} ${truth}`;
    const known = this.#known.get(key) ?? slim(lookOf(look));
    this.#known.set(key, known);
    return known;
  }
}

/** The same learner with a memory as at the start of an episode, and no drawing that waits to be written. */
async function emptied(learner: Learner, checkpoint: Checkpoint): Promise<Learner> {
  const saved = learner.save();
  const { cell, hidden } = saved.state;
  const start = (await Learner.load(checkpoint)).save().state;
  const blank = {
    ...saved,
    provenance: saved.provenance.map(() => []),
    state: { ...start, cell, hidden },
  };
  return Learner.restore(blank, checkpoint);
}
