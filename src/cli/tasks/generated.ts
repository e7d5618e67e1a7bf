/** Tasks whose episodes are generated, without any data. */
import type { Batch } from '../../engine/engine.js';
import type { ModelOptions } from '../../model/config.js';
import { copyTask } from '../../tasks/copy/copy.js';
import { regressionTask } from '../../tasks/regression/regression.js';
import type { Task } from '../../tasks/task.js';
import type { RecipeOptions } from '../../training/recipe/recipe.js';
import type { TaskFlags } from '../options/task-options.js';
import type { OpenTask } from './open-task.js';

/** Points of a function where nothing else is asked for. */
const POINTS = 50;
/** Vectors of the longest sequence, as in the paper. */
const VECTORS = 20;

export function openRegression({
  dimensions = 1,
  functions = 'fixed',
  fourierFeatures = 0,
}: TaskFlags): OpenTask {
  const kind = { fixed: 'one length scale', varied: 'length scales of their own' }[functions];
  const about = `functions in ${dimensions} ${dimensions === 1 ? 'dimension' : 'dimensions'} with ${kind}`;
  return generated(regressionTask({ dimensions, functions, fourierFeatures }), {
    about: `${about}, drawn from a Gaussian process, new in each episode`,
    trained: about,
    unseen: 'new functions',
    tested: `new ${about}`,
    facts: {
      ...{ task: 'regression', dimensions, functions },
      ...(fourierFeatures > 0 && { fourierFeatures }),
    },
    flags: [
      ...['--task', 'regression'],
      ...(dimensions === 1 ? [] : ['--dimensions', String(dimensions)]),
      ...(functions === 'fixed' ? [] : ['--functions', functions]),
      ...(fourierFeatures === 0 ? [] : ['--fourier-features', String(fourierFeatures)]),
    ],
    episodeInWords: ({ episodeLength }) => `${episodeLength} points of a function`,
    network:
      fourierFeatures > 0 ? { encoder: 'none' } : { encoder: 'mlp', encoderWidths: [128, 128] },
    recipe: {
      ...{ numClasses: 0, episodeLength: POINTS, curriculum: 'none', augment: false },
      learningRate: 3e-3,
    },
  });
}

export function openCopy({ bits = 8 }: TaskFlags): OpenTask {
  return generated(copyTask({ bits }), {
    about: `random vectors of ${bits} bits, new in each episode`,
    trained: `sequences of vectors of ${bits} bits`,
    unseen: 'new sequences',
    tested: `new sequences of vectors of ${bits} bits, up to twice as long as in training`,
    facts: { task: 'copy', bits },
    flags: ['--task', 'copy', ...(bits === 8 ? [] : ['--bits', String(bits)])],
    episodeInWords: ({ episodeLength }) => `1 to ${episodeLength} vectors to copy`,
    network: { encoder: 'none', binding: 'controller' },
    recipe: { numClasses: 0, episodeLength: VECTORS, curriculum: 'none', augment: false },
  });
}

/** What a generated task is called and how it is usually trained. */
type InWords = Pick<
  OpenTask,
  'about' | 'trained' | 'unseen' | 'tested' | 'facts' | 'flags' | 'episodeInWords'
> & { readonly network: ModelOptions; readonly recipe: RecipeOptions };

function generated<B extends Batch>(
  task: Task<B>,
  { network, recipe, ...words }: InWords,
): OpenTask<B> {
  return {
    ...{ ...task, ...words },
    usual: { network, recipe },
    fitted: () => ({}),
    check(config, recipe) {
      task.trainingEpisodes(config, recipe, 0);
      task.testEpisodes(config, recipe, 0, 'test');
    },
  };
}
