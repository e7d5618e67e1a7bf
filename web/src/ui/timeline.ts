/** Something that happens at a time, or moves from there until another; milliseconds. */
export type Cue =
  | { readonly at: number; readonly act: () => void }
  | { readonly at: number; readonly until: number; readonly move: (share: number) => void };

/** Plays cues in their order, by the time of frames. Without motion, what moves is at its end at once. */
export class Timeline {
  #frame = 0;
  #started: number | undefined;
  #next = 0;
  #moving: Extract<Cue, { until: number }>[] = [];
  readonly #cues: readonly Cue[];
  readonly #isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;

  constructor(cues: readonly Cue[]) {
    this.#cues = [...cues].sort((a, b) => a.at - b.at);
    this.#frame = requestAnimationFrame((now) => this.#tick(now));
  }

  stop(): void {
    cancelAnimationFrame(this.#frame);
  }

  #tick(now: number): void {
    this.#started ??= now;
    const time = now - this.#started;
    for (let cue = this.#cues[this.#next]; cue && cue.at <= time; cue = this.#cues[++this.#next]) {
      if ('act' in cue) cue.act();
      else if (this.#isCalm) cue.move(1);
      else this.#moving.push(cue);
    }
    this.#moving = this.#moving.filter(({ at, until, move }) => {
      move(Math.min(1, (time - at) / (until - at)));
      return time < until;
    });
    if (this.#next < this.#cues.length || this.#moving.length > 0) {
      this.#frame = requestAnimationFrame((later) => this.#tick(later));
    }
  }
}
