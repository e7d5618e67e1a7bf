/** What `web/scripts/measure/ordinary.ts` measured. */

/** Accuracy after so many drawings of each character. */
export interface Point {
  readonly drawings: number;
  /** Percent. */
  readonly accuracy: number;
}

export interface Measured {
  readonly ordinary: readonly Point[];
  /** Ordinary too, but each drawing is varied at random whenever it is used. */
  readonly varied: readonly Point[];
  /** Percent of the network with a memory, after one drawing of each. */
  readonly memory: number;
  /** Percent. */
  readonly chance: number;
}
