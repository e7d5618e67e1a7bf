import { type Checkpoint, Learner, type Prepared, type SavedLearner, UserError } from 'mann';
import { raster, type Stroke } from '../pad/strokes.js';
import { frameOf, meanOfHeads } from './frame.js';
import { Rival } from './rival.js';
import { checkSession, type Kept, lookOf, type SavedSession } from './saved.js';
import { CLASSES, type Look, type Reading, type Step } from './step.js';

/** The drawings of a visitor and the two networks that see them. */
export class Session {
  #learner: Learner;
  readonly #checkpoint: Checkpoint;
  readonly #rival: Rival | undefined;
  #steps: Step[] = [];
  /** As many as steps: what the networks were shown. */
  #inputs: Prepared[] = [];
  /** The learner before its memory was wiped. */
  #beforeWipe: SavedLearner | undefined;

  private constructor(learner: Learner, checkpoint: Checkpoint, rival: Rival | undefined) {
    this.#learner = learner;
    this.#checkpoint = checkpoint;
    this.#rival = rival;
  }

  static async open(mann: Checkpoint, lstm: Checkpoint | undefined): Promise<Session> {
    const learner = await Learner.load(mann);
    return new Session(learner, mann, lstm && (await Rival.load(lstm)));
  }

  /** All that was drawn and told, in its order. */
  get steps(): readonly Step[] {
    return this.#steps;
  }

  /** Classes that were told, in the order in which they came. */
  get labels(): string[] {
    return this.#learner.labels;
  }

  get isWiped(): boolean {
    return this.#beforeWipe !== undefined;
  }

  /** What the network takes a drawing for; undefined before there is a label. */
  read(look: Look): Reading | undefined {
    const drawing = this.#prepare(look);
    if (this.labels.length === 0) return undefined;
    const { label, confidence, confidences, known } = this.#learner.predict(drawing);
    const { recalled, readWeights, usage } = this.#learner.inspect();
    return {
      guess: { label, confidence },
      confidences: new Map(confidences.map((one) => [one.label, one.confidence])),
      known,
      recalled,
      read: meanOfHeads(readWeights, usage.length),
      rival: this.#rival?.guess(drawing, this.labels),
    };
  }

  /**
   * Binds a drawing to a class. With the first drawing of the last class all five are shown once
   * more: single examples shown twice are known a little better.
   * @throws UserError when the drawing is empty
   */
  observe(look: Look, truth: string): void {
    const drawing = this.#prepare(look);
    this.#observe(look, drawing, truth, false);
    const isSingle = CLASSES.every((name) => this.#count(name) === 1);
    if (isSingle && !this.isWiped) this.rehearse();
  }

  /** Shows the first drawing of each class once more. */
  rehearse(): void {
    const firsts = this.labels.map((label) => this.#steps.findIndex((s) => s.truth === label));
    for (const first of firsts) {
      const { look, truth } = this.#steps[first]!;
      this.#observe(look, this.#inputs[first]!, truth, true);
    }
  }

  /** Empties the memory and nothing else: labels and controller stay. Or takes that back. */
  async wipe(): Promise<void> {
    const before = this.#beforeWipe;
    if (before) {
      this.#learner = await Learner.restore(before, this.#checkpoint);
      this.#beforeWipe = undefined;
      return;
    }
    const saved = this.#learner.save();
    const { memory, readVectors, readWeights, writeWeights, usage } = saved.state;
    const start = (numbers: number[], N: number) => numbers.map((_, i) => (i % N === 0 ? 1 : 0));
    const blank: SavedLearner = {
      ...saved,
      provenance: saved.provenance.map(() => []),
      state: {
        ...saved.state,
        memory: memory.map(() => 1e-6),
        readVectors: readVectors.map(() => 0),
        readWeights: start(readWeights, usage.length),
        writeWeights: writeWeights.map(() => 0),
        usage: start(usage, usage.length),
      },
    };
    this.#learner = await Learner.restore(blank, this.#checkpoint);
    this.#beforeWipe = saved;
  }

  /** The memory as it is now, which after wiping is not that of the last step. */
  get frame() {
    return frameOf(this.#learner.inspect());
  }

  clear(): void {
    this.#learner.forget();
    this.#rival?.forget();
    this.#steps = [];
    this.#inputs = [];
    this.#beforeWipe = undefined;
  }

  save(): SavedSession {
    return {
      format: 1,
      learner: this.#beforeWipe ?? this.#learner.save(),
      steps: this.#steps.map(
        ({ look, truth, guess, again }): Kept => ({
          look: 'strokes' in look ? { strokes: look.strokes } : { ink: [...look.ink] },
          truth,
          ...(guess && { guess }),
          again,
        }),
      ),
    };
  }

  /**
   * All as it was saved. The learner is restored from its own state; what was drawn is shown to a second
   * one, for the maps of the past.
   * @throws UserError where the file is none of ours, was changed, or is of other weights
   */
  async restore(value: unknown): Promise<void> {
    const saved = checkSession(value);
    const learner = await Learner.restore(saved.learner, this.#checkpoint);
    const truths = saved.steps.map(({ truth }) => truth);
    if (truths.join('\n') !== learner.observations.join('\n')) {
      throw new UserError('the drawings of this file are not those that its learner has seen');
    }
    const replay = await Session.open(this.#checkpoint, undefined);
    for (const kept of saved.steps) replay.#replay(kept);
    this.clear();
    this.#learner = learner;
    this.#inputs = replay.#inputs;
    const told: string[] = [];
    this.#steps = replay.#steps.map((step, i) => {
      const rival = this.#rival?.guess(this.#inputs[i]!, told);
      if (!told.includes(step.truth)) told.push(step.truth);
      this.#rival?.observe(this.#inputs[i]!, told.indexOf(step.truth));
      return { ...step, rival };
    });
  }

  #replay({ look: kept, truth, guess, again }: Kept): void {
    const look = lookOf(kept);
    this.#observe(look, this.#prepare(look), truth, again, guess);
  }

  #observe(
    look: Look,
    drawing: Prepared,
    truth: string,
    again: boolean,
    said?: Step['guess'],
  ): void {
    const labels = this.labels;
    const guess = said ?? (labels.length > 0 ? this.#learner.predict(drawing) : undefined);
    const rival = this.#rival?.guess(drawing, labels);
    this.#learner.observe(drawing, truth);
    this.#rival?.observe(drawing, this.labels.indexOf(truth));
    this.#inputs.push(drawing);
    this.#steps.push({
      look,
      truth,
      guess: guess && { label: guess.label, confidence: guess.confidence },
      rival,
      again,
      frame: this.frame,
    });
  }

  #prepare(look: Look): Prepared {
    if ('strokes' in look) return this.#learner.prepare(raster(look.strokes as Stroke[]));
    const { ink, side } = look;
    return this.#learner.prepare({ width: side, height: side, data: ink });
  }

  #count(name: string): number {
    return this.#steps.filter(({ truth }) => truth === name).length;
  }
}
