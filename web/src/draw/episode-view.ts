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
  /** By class name, 0 to 1. */
  readonly confidences: ReadonlyMap<string, number>;
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
    this.#strip.show(steps);
    this.#classes.showFirsts(steps);
    this.#machine.show(steps, now);
    this.#mini.show(now ?? steps.at(-1)?.frame);
  }

  showConfidences(confidences: ShownGuess['confidences'] | undefined): void {
    this.#classes.show(confidences);
  }

  showGuess({ confidences, recalled, frame, read }: ShownGuess): void {
    this.#classes.show(confidences);
    this.#mini.show(frame, read);
    showRecalled(byId('recalled'), recalled);
  }

  forgetGuess(): void {
    this.#classes.show(undefined);
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
