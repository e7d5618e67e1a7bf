/** What the builder's controls say: a task, a network and how it is trained. */

export const memories = ['lrua', 'ntm', 'none'] as const;
export const controllers = ['lstm', 'feedforward'] as const;
export const encoders = ['conv', 'mlp', 'none'] as const;
export const labelKinds = ['one-hot', 'strings'] as const;
export const betweens = ['wiped', 'kept'] as const;
export const curricula = ['auto', 'none'] as const;

export interface Settings {
  /** N: classes in an episode. */
  readonly classes: number;
  /** T: drawings in an episode. */
  readonly length: number;
  readonly labels: (typeof labelKinds)[number];
  /** What happens to the memory between two episodes. */
  readonly between: (typeof betweens)[number];
  readonly memory: (typeof memories)[number];
  readonly controller: (typeof controllers)[number];
  readonly encoder: (typeof encoders)[number];
  /** H: units of the controller. */
  readonly units: number;
  /** Slots of the memory. */
  readonly slots: number;
  readonly batches: number;
  /** Episodes in a batch. */
  readonly batch: number;
  readonly rate: number;
  readonly curriculum: (typeof curricula)[number];
  readonly seed: number;
}

export const usual: Settings = {
  classes: 5,
  length: 50,
  labels: 'one-hot',
  between: 'wiped',
  memory: 'lrua',
  controller: 'lstm',
  encoder: 'conv',
  units: 200,
  slots: 64,
  batches: 500,
  batch: 16,
  rate: 0.001,
  curriculum: 'auto',
  seed: 1,
};

/** Drawings of a class that there are. */
export const DRAWINGS = 20;

/** The fields that are one of a few words. */
export const choices = {
  labels: labelKinds,
  between: betweens,
  memory: memories,
  controller: controllers,
  encoder: encoders,
  curriculum: curricula,
} as const satisfies { readonly [F in keyof Settings]?: readonly Settings[F][] };

/** The fields that are numbers, and what they may be on the page. */
export const ranges = {
  classes: { least: 2, most: 20, step: 1 },
  length: { least: 4, most: 400, step: 1 },
  units: { least: 16, most: 400, step: 1 },
  slots: { least: 4, most: 256, step: 1 },
  batches: { least: 10, most: 100_000, step: 1 },
  batch: { least: 1, most: 128, step: 1 },
  rate: { least: 0.000_01, most: 0.1, step: 'any' },
  seed: { least: 0, most: 999_999, step: 1 },
} as const satisfies {
  readonly [F in keyof Settings]?: { least: number; most: number; step: number | 'any' };
};

export type Choice = keyof typeof choices;
export type Quantity = keyof typeof ranges;

export const isChoice = (field: string): field is Choice => Object.hasOwn(choices, field);
export const isQuantity = (field: string): field is Quantity => Object.hasOwn(ranges, field);

/** A number within a field's range; a whole one where it must be. */
export function within(field: Quantity, value: number): number {
  const { least, most, step } = ranges[field];
  const number = Number.isFinite(value) ? value : usual[field];
  const near = step === 1 ? Math.round(number) : number;
  return Math.min(most, Math.max(least, near));
}

/** What fits together: an episode has as many drawings as classes at least, and no class more than there are drawings. */
export function fitted(settings: Settings): Settings {
  const { classes, memory } = settings;
  const length = Math.min(Math.max(settings.length, classes), DRAWINGS * classes);
  return { ...settings, length, between: memory === 'none' ? 'wiped' : settings.between };
}
