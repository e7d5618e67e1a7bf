/** A task as commands see it: what it is, and how people call it. */
import type { Batch } from '../../engine/engine.js';
import type { ModelConfig, ModelOptions } from '../../model/config.js';
import type { Sampler } from '../../tasks/classification/episodes.js';
import type { Task } from '../../tasks/task.js';
import type { Recipe, RecipeOptions } from '../../training/recipe/recipe.js';

/** A task's usual network beneath what was asked for: the layers of its encoder are not those of another. */
export function beneath(
  { encoderWidths, ...usual }: ModelOptions,
  asked: ModelOptions,
): ModelOptions {
  const same = asked.encoder === undefined || asked.encoder === usual.encoder;
  return same && encoderWidths ? { ...usual, encoderWidths } : usual;
}

/** A recipe, and how its test episodes are sampled. */
export type SampledRecipe = Recipe & { readonly sampler?: Sampler | undefined };

export interface OpenTask<B extends Batch = Batch> extends Task<B, SampledRecipe> {
  /** The flags that open it again. */
  readonly flags: readonly string[];
  /** Where episodes come from, in words: `omniglot, random split: 1,200 classes to train on, 423 to test on`. */
  readonly about: string;
  /** What is trained on, in words: `1,200 classes of omniglot (random split)`. */
  readonly trained: string;
  /** What is new in tests, in words: `unseen classes`. */
  readonly unseen: string;
  /** What is tested on, in words: `423 unseen classes of omniglot (random split)`. */
  readonly tested: string;
  /** The same for programs. */
  readonly facts: Readonly<Record<string, string | number | boolean>>;
  /** An episode of the full task, in words: `50 drawings of 5 classes`. */
  episodeInWords(recipe: Recipe): string;
  /** What is usual for it, where nothing else was asked for. */
  readonly usual: { readonly network: ModelOptions; readonly recipe: RecipeOptions };
  /**
   * Episodes that its data suffice for.
   * @param asked for expressly
   * @throws UserError where they suffice for none
   */
  fitted(asked: RecipeOptions): RecipeOptions;
  /** @throws UserError when there is too little data for such episodes */
  check(config: ModelConfig, recipe: SampledRecipe): void;
}
