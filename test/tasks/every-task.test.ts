/** What holds for every task, whatever the recipe. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../dist/common/random.js';
import type { DataSet } from '../../dist/data/drawings.js';
import { inputsOf } from '../../dist/data/views.js';
import type { Batch } from '../../dist/engine/engine.js';
import { type ModelConfig, modelConfig } from '../../dist/model/config.js';
import { shapesOf } from '../../dist/model/shapes.js';
import { type DrawingRecipe, drawingsTask } from '../../dist/tasks/classification/drawings.js';
import { copyTask } from '../../dist/tasks/copy/copy.js';
import { regressionTask } from '../../dist/tasks/regression/regression.js';
import { scoresOf, sumCounts } from '../../dist/tasks/scores.js';
import type { EpisodeTask, Task } from '../../dist/tasks/task.js';

const SIDE = 4;

/** Classes of twelve drawings, no two drawings alike. */
function noise(classes: number): DataSet {
  const random = new Random(1);
  return {
    name: 'noise',
    classes: Array.from({ length: classes }, (_, i) => ({
      name: `${i}`,
      first: 12 * i,
      count: 12,
    })),
    side: SIDE,
    atlas: Uint8Array.from({ length: 12 * classes * SIDE * SIDE }, () => 1 + random.below(255)),
    digest: '',
  };
}

const data = noise(40);
const upTo = (max: number, min = 1) => fc.integer({ min, max });
const recipes = fc.record({
  batchSize: upTo(3),
  numClasses: upTo(4),
  episodeLength: upTo(12),
  augment: fc.constantFrom<DrawingRecipe['augment']>(true, false, 'wide'),
  distractors: upTo(2, 0),
  sampler: fc.constantFrom('default' as const, 'original' as const),
});

/** A task, a recipe and a network for it, the seed, and the episodes of some batches. */
interface Asked {
  readonly task: Task<Batch, DrawingRecipe>;
  readonly recipe: DrawingRecipe;
  readonly config: ModelConfig;
  readonly seed: number;
  readonly episodes: readonly EpisodeTask[];
}

const tasks: Record<string, fc.Arbitrary<Task<Batch, DrawingRecipe>>> = {
  drawings: fc.constant(drawingsTask(data)),
  'drawings with labels as strings': fc.constant(drawingsTask(data, { labels: 'strings' })),
  regression: fc
    .record({
      dimensions: upTo(3),
      functions: fc.constantFrom('fixed' as const, 'varied' as const),
      fourierFeatures: upTo(3, 0),
    })
    .map(regressionTask),
  copy: fc.record({ bits: upTo(9) }).map(copyTask),
};

function asked(kind: fc.Arbitrary<Task<Batch, DrawingRecipe>>): fc.Arbitrary<Asked> {
  return fc
    .record({
      task: kind,
      recipe: recipes,
      seed: fc.nat(),
      parts: fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean()), {
        minLength: 3,
        maxLength: 3,
      }),
    })
    .map(({ task, recipe, seed, parts }) => {
      const { numClasses: C, episodeLength: T, distractors = 0 } = recipe;
      const sizes = { inputHeight: 3, inputWidth: SIDE, encoder: 'none', lstmSize: 2 } as const;
      return {
        ...{ task, recipe, seed },
        config: modelConfig({ ...sizes, ...task.network(recipe) }),
        episodes: parts.map(([part, repeat]) => ({
          classes: Math.ceil(part * C) || 1,
          length: Math.ceil(part * T) || 1,
          distractors: Math.round(part * distractors),
          ...(repeat && { repeat }),
        })),
      };
    });
}

const source = ({ task, config, recipe, seed }: Asked) =>
  task.trainingEpisodes(config, recipe, seed);
const tests = ({ task, config, recipe, seed }: Asked, stream = 'test') =>
  task.testEpisodes(config, recipe, seed, stream);

/** Each number of a step's target as the network is told it one step later. */
function toldOf(config: ModelConfig, targets: ArrayLike<number>, step: number): number[] {
  const { target, C } = shapesOf(config);
  const own = Array.from({ length: target }, (_, i) => targets[step * target + i]!);
  if (C === 0) return own;
  return own.flatMap((label) => Array.from({ length: C }, (_, c) => (c === label ? 1 : 0)));
}

/** Answers to all steps: certain, and right or with one number of each wrong. */
function answersOf(config: ModelConfig, { batch, length, targets }: Batch, right: boolean) {
  const { target, C, A } = shapesOf(config);
  const logits = new Float32Array(batch * length * A);
  for (let step = 0; step < batch * length; step++) {
    for (let i = 0; i < target; i++) {
      const asked = targets[step * target + i]!;
      const wrong = !right && i === target - 1;
      if (config.output === 'gaussian') {
        logits[step * A + i] = asked + (wrong ? 10 : 0);
        logits[step * A + target + i] = -100; // the least deviation there is
      } else if (config.output === 'bits') logits[step * A + i] = asked > 0 !== wrong ? 1 : -1;
      // C stands for no label
      else if (asked < C) logits[step * A + i * C + ((asked + (wrong ? 1 : 0)) % C)] = 1;
    }
  }
  return { logits };
}

/** The best and the worst score in a column: 0.001 is the least deviation of a network's answer. */
const extremes: Record<string, [best: number, worst: number]> = {
  accuracy: [100, 0],
  copied: [100, 0],
  logDensity: [-0.918939 - Math.log(0.001), -5e7 + 5.9888],
};

describe.each(Object.entries(tasks))('%s', (name, kind) => {
  it('give the same batch twice from the same state, and no batch twice', () => {
    fc.assert(
      fc.property(asked(kind), (one) => {
        const training = source(one);
        for (const episode of one.episodes) {
          const state = JSON.parse(JSON.stringify(training.state));
          const batch = training.next(episode);
          expect(training.state).not.toEqual(state);
          const again = source({ ...one, seed: one.seed + 1 });
          again.restore(state);
          const same = again.next(episode);
          expect(same).toEqual(batch);
          expect(again.state).toEqual(training.state);
          // the engine works on one while the next is sampled
          expect(training.next(episode).inputs.buffer).not.toBe(batch.inputs.buffer);
        }
        expect(tests(one).next()).toEqual(tests(one).next());
      }),
      { numRuns: 60 },
    );
  });

  it('have inputs and targets of the sizes of the network, and tell each target one step later', () => {
    fc.assert(
      fc.property(asked(kind), (one) => {
        const { P, X, F, target } = shapesOf(one.config);
        for (const batch of [source(one).next(one.episodes[0]!), tests(one).next()]) {
          const { batch: B, length: T, inputs, targets, mask } = batch;
          expect(B).toBe(one.recipe.batchSize);
          expect(inputs.length).toBe(B * T * X);
          expect(targets.length).toBe(B * T * target);
          if (mask) expect(mask.length).toBe(B * T);
          const nothing = new Array(F).fill(0);
          for (let step = 0; step < B * T; step++) {
            const isTold = step % T > 0 && name !== 'copy';
            const told = [...inputs.subarray(step * X + P, (step + 1) * X)];
            expect(told).toEqual(isTold ? toldOf(one.config, targets, step - 1) : nothing);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('are graded best for right answers and worst for wrong ones', () => {
    fc.assert(
      fc.property(asked(kind), (one) => {
        const [training, test] = [source(one), tests(one)];
        const batches = [
          { episodes: training, batch: training.next(one.episodes[0]!) },
          { episodes: test, batch: test.next() },
        ];
        for (const { episodes, batch } of batches) {
          const { measure } = episodes;
          const graded = (isRight: boolean) => {
            const counts = episodes.grade(batch, answersOf(one.config, batch, isRight));
            expect(counts.length).toBe(batch.batch);
            return scoresOf(sumCounts(counts, measure.columns.length), measure);
          };
          const [best, worst] = extremes[measure.name]!;
          const [right, wrong] = [graded(true), graded(false)];
          // an episode may show nothing but distractors
          const isAsked = one.recipe.distractors === 0 || one.task.record.split === 'generated';
          if (isAsked) expect(Object.keys(right).length).toBeGreaterThan(0);
          expect(Object.keys(wrong)).toEqual(Object.keys(right));
          for (const score of Object.values(right)) expect(score).toBeCloseTo(best, 3);
          if (one.config.numClasses === 1) continue; // no answer can be wrong
          for (const score of Object.values(wrong)) {
            expect(Math.abs(score - worst)).toBeLessThanOrEqual(1e-3 * Math.abs(worst));
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('are the same in the arrays of a spent batch, whatever that was', () => {
    const others = Object.values(tasks).map((other) => asked(other));
    fc.assert(
      fc.property(asked(kind), fc.oneof(asked(kind), ...others), (one, other) => {
        const [fresh, reusing] = [source(one), source(one)];
        let spent: Batch = source(other).next(other.episodes[0]!);
        for (const episode of [...one.episodes, ...one.episodes.toReversed()]) {
          spent = reusing.next(episode, spent);
          expect(spent).toEqual(fresh.next(episode));
        }
        const [freshTests, reusingTests] = [tests(one), tests(one)];
        for (let n = 0; n < 3; n++) {
          spent = reusingTests.next(spent);
          expect(spent).toEqual(freshTests.next());
        }
      }),
      { numRuns: 60 },
    );
  });

  it('are the same for an engine that draws itself, also in the arrays of others', () => {
    fc.assert(
      fc.property(asked(kind), fc.infiniteStream(fc.boolean()), (one, choices) => {
        const [drawn, viewed] = [source(one), source(one)];
        let spent: Batch | undefined;
        for (const episode of [...one.episodes, ...one.episodes]) {
          spent = viewed.next(episode, spent, choices.next().value);
          const { views, ...batch } = spent;
          expect(views && batch.inputs).toEqual(views && new Float32Array());
          expect(views?.atlas ?? data.atlas).toBe(data.atlas);
          const inputs = views ? inputsOf({ ...batch, views }, one.config) : batch.inputs;
          expect({ ...batch, inputs }).toEqual(drawn.next(episode));
          expect(viewed.state).toEqual(drawn.state);
        }
        const asViews = tests(one).next(undefined, true);
        expect(asViews.targets).toEqual(tests(one).next().targets);
        expect(asViews.views !== undefined).toBe(one.task.record.split !== 'generated');
      }),
      { numRuns: 60 },
    );
  });
});
