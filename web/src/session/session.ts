import { type Checkpoint, Learner, type Prepared } from 'mann';
import { raster, type Stroke } from '../pad/strokes.js';
import { frameOf, meanOfHeads } from './frame.js';
import { Rival } from './rival.js';
import { checkSession, keptOf, lookOf, type SavedSession } from './saved.js';
import type { Look, Reading, Step } from './step.js';
import { verdictOf } from './verdict.js';

/** An observation before the networks have seen it. */
type Labelled = Pick<Step, 'look' | 'truth' | 'again' | 'action'> & Partial<Pick<Step, 'guess'>>;

/** The drawings of a visitor and the two networks that see them. */
export class Session {
  #learner: Learner;
  readonly #checkpoint: Checkpoint;
  readonly #rival: Rival | undefined;
  #steps: Step[] = [];
  /** As many as steps: what the networks saw. */
  #inputs: Prepared[] = [];
  /** How many steps there were when the memory was wiped; undefined when it was not. */
  #wipedAt: number | undefined;

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
  get steps(): readonly Step[] {
    return this.#steps;
  }

  /** Classes that have an example, in the order in which they came. */
  get labels(): string[] {
    return this.#learner.labels;
  }

  get isWiped(): boolean {
    return this.#wipedAt !== undefined;
  }

  /** Nothing was observed since the memory was wiped: the network can only guess. */
  get isBlank(): boolean {
    return this.#wipedAt === this.#steps.length;
  }

  /** Classes with an example in the memory: after wiping only those observed since. */
  get held(): number {
    return new Set(this.#steps.slice(this.#wipedAt ?? 0).map(({ truth }) => truth)).size;
  }

  /** The memory's slots, their width, and how many numbers of that are the key. */
  get shape(): [slots: number, width: number, key: number] {
    const { memorySize, memoryDim, keySize } = this.#learner.config;
    return [memorySize, memoryDim, keySize];
  }

  /** What the network takes a drawing for; undefined before there is a label. */
  read(look: Look): Reading | undefined {
    const drawing = this.#prepare(look);
    if (this.labels.length === 0) return undefined;
    const verdict = verdictOf(this.#learner.predict(drawing));
    const { recalled, readWeights, usage } = this.#learner.inspect();
    return {
      ...verdict,
      recalled,
      read: meanOfHeads(readWeights, usage.length),
      rival: this.#rival?.guess(drawing, this.labels),
    };
  }

  /**
   * Labels a drawing.
   * @throws UserError when the drawing is empty
   */
  observe(look: Look, truth: string): void {
    const drawing = this.#prepare(look);
    this.#observe({ look, truth, again: false, action: this.#nextAction() }, drawing);
  }

  /** Observes the first drawing of each class once more. */
  rehearse(): void {
    const action = this.#nextAction();
    const firsts = this.labels.map((label) => this.#steps.findIndex((s) => s.truth === label));
    for (const first of firsts) {
      const { look, truth } = this.#steps[first]!;
      this.#observe({ look, truth, again: true, action }, this.#inputs[first]!);
    }
  }

  /**
   * Takes the last example or rehearsal back: the networks are rebuilt from what remains.
   * @returns the drawing, unless it was a rehearsal alone
   */
  async undo(): Promise<Look | undefined> {
    const action = this.#steps.at(-1)?.action;
    const undone = this.#steps.find((step) => step.action === action && !step.again);
    const steps = this.#steps.filter((step) => step.action !== action);
    const wipedAt = steps.length > 0 ? this.#wipedAt : undefined;
    await this.#rebuild(steps, wipedAt && Math.min(wipedAt, steps.length));
    return undone?.look;
  }

  /** Empties the memory and nothing else: labels and controller stay. Or takes that back. */
  async wipe(): Promise<void> {
    if (this.isWiped) {
      await this.#rebuild(this.#steps, undefined);
      return;
    }
    this.#learner = await emptied(this.#learner, this.#checkpoint);
    this.#wipedAt = this.#steps.length;
  }

  /** The memory as it is now, which right after wiping is not that of the last step. */
  get frame() {
    return frameOf(this.#learner.inspect(), this.#learner.config.keySize);
  }

  clear(): void {
    this.#learner.forget();
    this.#rival?.forget();
    this.#steps = [];
    this.#inputs = [];
    this.#wipedAt = undefined;
  }

  /** @param pad what lies on the pad, still without a label */
  save(pad?: Look): SavedSession {
    return {
      format: 2,
      ...(this.#wipedAt !== undefined && { wipedAt: this.#wipedAt }),
      ...(pad && { pad: keptOf(pad) }),
      steps: this.#steps.map(({ look, truth, guess, again, action }) => ({
        look: keptOf(look),
        truth,
        ...(guess && { guess }),
        again,
        action,
      })),
    };
  }

  /**
   * All as it was saved: both networks observe the drawings once more.
   * @returns what lay on the pad
   * @throws UserError when the file is not one of ours, or was changed; the session stays as it was
   */
  async restore(value: unknown): Promise<Look | undefined> {
    const { steps, wipedAt, pad } = checkSession(value);
    const firsts = new Map<string, Look>();
    const labelled = steps.map((kept) => {
      // A rehearsal is of the very drawing that was there before.
      const look = (kept.again && firsts.get(kept.truth)) || lookOf(kept.look);
      if (!firsts.has(kept.truth)) firsts.set(kept.truth, look);
      return { ...kept, look };
    });
    await this.#rebuild(labelled, wipedAt);
    return pad && lookOf(pad);
  }

  /** Both networks anew, from their beginning. */
  async #rebuild(labelled: readonly Labelled[], wipedAt: number | undefined): Promise<void> {
    // Everything that can fail or takes time comes before anything changes.
    const inputs = labelled.map(({ look }) => this.#prepare(look));
    const built = new Session(await Learner.load(this.#checkpoint), this.#checkpoint, undefined);
    for (const [i, one] of labelled.entries()) {
      if (i === wipedAt) await built.wipe();
      built.#observe(one, inputs[i]!);
    }
    if (labelled.length === wipedAt) await built.wipe();
    this.#learner = built.#learner;
    this.#inputs = inputs;
    this.#wipedAt = wipedAt;
    this.#rival?.forget();
    const labels: string[] = [];
    this.#steps = built.#steps.map((step, i) => {
      const rival = this.#rival?.guess(inputs[i]!, labels);
      if (!labels.includes(step.truth)) labels.push(step.truth);
      this.#rival?.observe(inputs[i]!, labels.indexOf(step.truth));
      return { ...step, rival };
    });
  }

  #observe(labelled: Labelled, drawing: Prepared): void {
    const { look, truth, again, action } = labelled;
    const labels = this.labels;
    const guess =
      labelled.guess ??
      (labels.length > 0 ? verdictOf(this.#learner.predict(drawing)).answer : undefined);
    const rival = this.#rival?.guess(drawing, labels);
    this.#learner.observe(drawing, truth);
    this.#rival?.observe(drawing, this.labels.indexOf(truth));
    this.#inputs.push(drawing);
    this.#steps.push({ look, truth, guess, rival, again, action, frame: this.frame });
  }

  #prepare(look: Look): Prepared {
    if ('strokes' in look) return this.#learner.prepare(raster(look.strokes as Stroke[]));
    const { ink, side } = look;
    return this.#learner.prepare({ width: side, height: side, data: ink });
  }

  #nextAction(): number {
    return (this.#steps.at(-1)?.action ?? 0) + 1;
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
