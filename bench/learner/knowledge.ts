/**
 * Where a learner's knowledge is: `npx tsx bench/learner/knowledge.ts [OMNIGLOT] [weights]`, after `npm run build`. Five
 * test classes of Omniglot are shown once each, then another drawing of each is predicted, with parts of the state gone.
 * The last example is not in the memory yet when that begins, so no slot of its own is erased.
 */
import { Random } from '../../dist/common/random.js';
import { loadOmniglot } from '../../dist/data/omniglot/omniglot.js';
import { splitClasses } from '../../dist/data/splits.js';
import { Learner } from '../../dist/learner/learner.js';
import type { SavedLearner } from '../../dist/learner/saved.js';
import { ofAtlas } from './drawings.ts';

const [WAYS, EPISODES] = [5, 60];
/** What slots hold before anything is written. */
const EMPTY = 1e-6;
const CONTROLLER = ['hidden', 'cell', 'readVectors', 'readWeights'] as const;

const [folder, weights] = process.argv.slice(2);
const data = await loadOmniglot({ side: 105, ...(folder && { data: folder }) });
const learner = await Learner.load(weights);
const classes = splitClasses(data).test.map((index) => ofAtlas(data, index, learner));
const random = new Random(3, 'knowledge');

const scores = new Map<string, { right: number; of: number }>();
function count(what: string, isRight: boolean): void {
  const score = scores.get(what) ?? { right: 0, of: 0 };
  scores.set(what, { right: score.right + Number(isRight), of: score.of + 1 });
}

for (let episode = 0; episode < EPISODES; episode++) {
  const drawings = random.sample(classes.length, WAYS).map((index) => {
    const { count, drawing } = classes[index]!;
    return random.sample(count, 2).map(drawing);
  });
  learner.forget();
  for (const [c, [example]] of drawings.entries()) learner.observe(example!, `${c}`);
  const saved = learner.save();
  const { writers } = learner.inspect();
  await ask('as it is', saved);
  for (let erased = 0; erased < WAYS - 1; erased++) {
    const without = changed(saved, 'memory', (memory) => {
      const W = memory.length / writers.length;
      return memory.map((x, i) => (writers[Math.floor(i / W)] === erased ? EMPTY : x));
    });
    await ask((c) => (c === erased ? 'whose slot is erased' : 'the others then'), without);
  }
  await ask(
    'memory emptied',
    changed(saved, 'memory', (memory) => memory.map(() => EMPTY)),
  );
  await ask(
    'controller zeroed',
    CONTROLLER.reduce((state, name) => changed(state, name, (x) => x.map(() => 0)), saved),
  );

  /** Predicts a drawing of each class, and counts what is right under a name. */
  async function ask(name: string | ((c: number) => string), state: SavedLearner): Promise<void> {
    const other = await Learner.restore(state, weights);
    for (const [c, [, query]] of drawings.entries()) {
      count(typeof name === 'string' ? name : name(c), other.predict(query!).label === `${c}`);
    }
  }
}
for (const [what, { right, of }] of scores) {
  console.log(`${what.padEnd(22)} ${((100 * right) / of).toFixed(1).padStart(5)}% of ${of}`);
}

function changed(
  saved: SavedLearner,
  name: keyof SavedLearner['state'],
  change: (numbers: number[]) => number[],
): SavedLearner {
  return { ...saved, state: { ...saved.state, [name]: change([...saved.state[name]]) } };
}
