import { UserError } from '../common/errors.js';

/** One class of drawings, for example a character of an alphabet. */
export interface DrawingClass {
  /** Unique in its data set, for example `Alphabet/characterNN`. */
  readonly name: string;
  /** The index of its first drawing in the atlas; the others follow it. */
  readonly first: number;
  /** Number of its drawings. */
  readonly count: number;
}

/** A data set: all its drawings in one array, class after class. `glyphs()` and `loadOmniglot()` return one. */
export interface DataSet {
  /** `omniglot`, `glyphs` or the folder it was read from. */
  readonly name: string;
  /** Sorted by name. */
  readonly classes: readonly DrawingClass[];
  /** Height and width in pixels of a drawing in the atlas. */
  readonly side: number;
  /** [drawings, side, side]: foreground 255, background 0. */
  readonly atlas: Uint8Array;
  /** Identifies the drawings: SHA-256 in hex, or for generated drawings `fnv1a64:` and a hash. */
  readonly digest: string;
  /**
   * A split that belongs to the data, as indices into `classes`: the background and evaluation alphabets of
   * Omniglot.
   */
  readonly alphabets?: { readonly train: readonly number[]; readonly test: readonly number[] };
}

/** Side of the atlas in pixels: Omniglot's 105 pixels averaged 3x3, enough for inputs of up to 35 pixels. */
export const ATLAS_SIDE = 35;

/**
 * Whether a data set can give episodes of `numClasses` classes, and further ones without a label, with up to `drawings`
 * drawings of each.
 */
export function checkEnough(
  data: DataSet,
  classes: readonly number[],
  { numClasses, distractors = 0 }: { readonly numClasses: number; readonly distractors?: number },
  drawings: number,
): void {
  if (classes.length < numClasses + distractors) {
    const more = distractors > 0;
    throw new UserError(
      `episodes of ${numClasses} classes${more ? ` and ${distractors} without a label` : ''} were asked for, but this ` +
        `part of ${data.name} has only ${classes.length}: give a smaller --num-classes${more ? ' or --distractors' : ''}`,
    );
  }
  const poor = classes.map((c) => data.classes[c]!).find(({ count }) => count < drawings);
  if (poor) {
    throw new UserError(
      `the class ${poor.name} of ${data.name} has ${poor.count} drawings, but an episode needs ` +
        `${drawings} of each class: give a smaller --num-samples or --episode-length, or add drawings`,
    );
  }
}
