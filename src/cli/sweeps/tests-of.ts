/** The tests of a run: what a sweep's file asks for, as options of `mann test`. */
import { UserError } from '../../common/errors.js';
import type { TestDefinition } from '../../sweeps/file/definition.js';
import type { SweepTest } from '../../sweeps/run.js';
import { TEST_BATCHES } from '../options/recipe-options.js';

/** What matters of a run for its tests. */
export interface TestedRun {
  readonly isDrawings: boolean;
  /** Training classes that are held out. */
  readonly holdOut: number;
  readonly batchSize: number;
}

/**
 * The tests of a run; the first is the one that `mann train` makes.
 * @param asked in the file; without any it is a test on test classes
 * @throws UserError where the run can't be tested so
 */
export function testsOf(
  asked: readonly TestDefinition[] = [{ split: 'test' }],
  run: TestedRun,
): SweepTest[] {
  const { isDrawings, holdOut } = run;
  const own = holdOut > 0 ? 'validation' : 'test';
  const tests = asked.map((test): SweepTest => {
    const { split, augment, sampler } = test;
    if (split === 'validation' && holdOut === 0) {
      throw new UserError('a test on validation classes needs hold-out, how many there are');
    }
    if (!isDrawings && (augment !== undefined || sampler !== undefined)) {
      throw new UserError('augment and sampler of a test are for drawings');
    }
    return { name: nameOf(test), args: argsOf(test, run, split !== own) };
  });
  const twice = tests.find(({ name }, i) => tests.some((other, j) => j < i && other.name === name));
  if (twice) throw new UserError(`the test ${twice.name} is there twice`);
  const first = tests.find(({ name }) => name === own);
  return [
    first ?? { name: own, args: argsOf({ split: own }, run, false) },
    ...tests.filter((test) => test !== first),
  ];
}

/** As the files of docs/results are called: `test-upright` of a test without rotations and shifts. */
function nameOf({ split, augment, sampler }: TestDefinition): string {
  const how = { true: '-augmented', false: '-upright' };
  return (
    split +
    (augment === undefined ? '' : how[`${augment}`]) +
    (sampler === 'original' ? '-original-sampler' : '')
  );
}

/** @param isOther whether it is on other classes than those of the training's own test */
function argsOf(test: TestDefinition, { batchSize }: TestedRun, isOther: boolean): string[] {
  const { episodes, batches, augment, sampler } = test;
  if (episodes !== undefined && batches !== undefined) {
    throw new UserError('a test has episodes or batches, not both');
  }
  const count =
    batches ?? (episodes === undefined ? TEST_BATCHES : Math.ceil(episodes / batchSize));
  return [
    `--test-batches=${count}`,
    ...(isOther ? ['--hold-out=0'] : []),
    ...(augment === undefined ? [] : [`--augment=${augment}`]),
    ...(sampler === undefined ? [] : [`--sampler=${sampler}`]),
  ];
}
