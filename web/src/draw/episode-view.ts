import { columnsOf } from '../machine/columns.js';
import type { Machine, Moment } from '../machine/machine.js';
import { MemoryMap } from '../machine/memory-map.js';
import type { Frame } from '../session/frame.js';
import type { ClassName } from '../session/step.js';
import { ClassButtons } from '../ui/class-buttons.js';
import { byId } from '../ui/element.js';
import { type Memory, showRecalled } from '../ui/recalled.js';
import { Strip, type Tile } from '../ui/strip.js';

/** A step of an episode, with all that is shown of it. */
export type Shown = Tile & Moment;

/** What the network makes of the drawing at hand. */
export interface ShownGuess {
  /** By class name and NONE, 0 to 1; undefined when the network can only guess. */
  readonly shares: ReadonlyMap<string, number> | undefined;
  readonly recalled: readonly Memory[];
  /** The memory that was read. */
  readonly frame: Frame | undefined;
  /** [N]: read weights, mean over the heads. */
  readonly read: Float32Array;
}

/** All that shows an episode beside the pad: the five classes, the strip, the memory in small and in full. */
export class EpisodeView {
  readonly #classes: ClassButtons;
  readonly #strip = new Strip(byId('strip'));
  readonly #mini = new MemoryMap(byId('mini-map'));
  readonly #machine: Machine;
  /** The memory of now. */
  #frame: Frame | undefined;
  /** The slots to show of it. */
  #columns: readonly number[] = [];

  /** @param onPick hears of a class that was tapped */
  constructor(machine: Machine, onPick: (name: ClassName) => void) {
    this.#machine = machine;
    this.#classes = new ClassButtons(byId('classes'), onPick);
    this.#classes.showFirsts([]);
    this.#mini.repaint();
    this.forgetGuess();
  }

  /** @param now a memory that is not that of the last step: after wiping */
  show(steps: readonly Shown[], now?: Frame): void {
    this.#strip.show(steps.filter(({ again }) => !again));
    showRehearsals(steps);
    this.#classes.showFirsts(steps);
    this.#machine.show(steps, now);
    this.#frame = now ?? steps.at(-1)?.frame;
    this.#columns = columnsOf([...steps.map(({ frame }) => frame), ...(now ? [now] : [])]);
    showCount(this.#columns.length, this.#frame?.usage.length ?? 0);
    this.forgetGuess();
  }

  /** Only what the strip and the maps below show stays: cards and memory are ready for somebody else's symbols. */
  clearCards(): void {
    this.#classes.showFirsts([]);
    this.#frame = undefined;
    showCount(0, 0);
    this.forgetGuess();
  }

  showShares(shares: ShownGuess['shares']): void {
    this.#classes.show(shares);
  }

  showGuess({ shares, recalled, frame, read }: ShownGuess): void {
    this.#classes.show(shares);
    this.#mini.show(frame, this.#columns, read);
    showRecalled(byId('recalled'), recalled);
  }

  /** No drawing is on the pad. */
  forgetGuess(): void {
    this.#classes.show(undefined);
    this.#mini.show(this.#frame, this.#columns);
    showRecalled(byId('recalled'), []);
  }

  /** Shows a class as tapped. */
  flash(name: ClassName): void {
    this.#classes.flash(name);
  }

  /** With the colours of now. */
  repaint(): void {
    this.#mini.repaint();
  }
}

/** Says how many slots the small map shows, where that is not all. */
function showCount(columns: number, slots: number): void {
  byId('memory-shown').textContent = columns < slots ? `, ${columns} shown` : '';
}

/** Says how often the examples were rehearsed, under the strip, which leaves rehearsals out. */
function showRehearsals(steps: readonly Shown[]): void {
  const rehearsed = steps.filter(({ again }) => again).map(({ truth }) => truth);
  const times = Math.max(0, ...rehearsed.map((name) => rehearsed.filter((x) => x === name).length));
  const often = times === 1 ? 'once' : times === 2 ? 'twice' : `${times} times`;
  byId('rehearsal').hidden = times === 0;
  byId('rehearsed').textContent = `Examples rehearsed ${often}`;
}
