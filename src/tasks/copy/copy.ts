/** Copying: sequences of random bits go in, and are asked for again. */
import { fnv1a64 } from '../../common/numbers/fnv.js';
import { Random } from '../../common/random.js';
import type { Forward } from '../../engine/engine.js';
import { checkRoomFor } from '../check.js';
import type { Counts, Measure } from '../scores.js';
import { type EpisodeRecipe, type EpisodeSource, type Task, testsOf } from '../task.js';
import { type CopyBatch, type CopyOptions, CopySampler } from './copy-sampler.js';
import { copiedByLength, countCopies, gradeCopies } from './grade-copy.js';

/** Tests go to this many times the longest sequence of training. */
export const BEYOND = 2;

/**
 * The copy task (Graves et al. 2014, section 4.1): `copyTask()` of 8 bits. The length of an episode is that of the longest
 * sequence (20 in the paper); an episode has twice as many steps and one more. Tests are of sequences up to twice as long.
 */
export function copyTask({
  bits = 8,
}: {
  readonly bits?: number | undefined;
} = {}): Task<CopyBatch> {
  const make = ({ batchSize, episodeLength }: EpisodeRecipe, random: Random) => {
    const longest = BEYOND * episodeLength;
    checkRoomFor({ batchSize, episodeLength: 2 * longest + 1 }, 2 * bits + 1, 'steps');
    return new CopySource({ batchSize, bits }, random, longest);
  };
  return {
    name: 'copy',
    record: {
      name: 'copy',
      digest: fnv1a64(new TextEncoder().encode(JSON.stringify({ bits }))),
      split: 'generated',
      options: { bits },
    },
    network: () => ({ output: 'bits', targetSize: bits, inputHeight: 1, inputWidth: bits + 1 }),
    trainingEpisodes: (_, recipe, seed) => make(recipe, new Random(seed, 'training episodes')),
    testEpisodes: (_, recipe, seed, stream) =>
      testsOf(make(recipe, new Random(seed, stream)), {
        classes: 0,
        length: BEYOND * recipe.episodeLength,
      }),
  };
}

/** Sequences, and how copies of them are graded. */
class CopySource extends CopySampler implements EpisodeSource<CopyBatch> {
  readonly measure: Measure;

  constructor(options: CopyOptions, random: Random, longest: number) {
    super(options, random);
    this.measure = copiedByLength(longest);
  }

  grade(batch: CopyBatch, { logits }: Pick<Forward, 'logits'>): Counts[] {
    return countCopies(gradeCopies(batch, logits), this.measure);
  }
}
