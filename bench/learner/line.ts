/**
 * Where known and new drawings are told apart equally well: `npx tsx bench/learner/line.ts [OMNIGLOT] [weights] [episodes]`,
 * after `npm run build`. Prints, for numbers of classes and examples, the logit of learned familiarity at which as many
 * known drawings are called new as new ones known, the learner's own line, and the errors at both. On the 60 classes that
 * `--hold-out 60` keeps from training; more than these can give are of all training classes.
 */
import { Random } from '../../dist/common/random.js';
import { loadOmniglot } from '../../dist/data/omniglot/omniglot.js';
import { holdOut, splitClasses } from '../../dist/data/splits.js';
import { Learner } from '../../dist/learner/learner.js';
import { outputsOf } from '../../dist/learner/outputs.js';
import { KNOWN_FROM } from '../../dist/learner/prediction.js';
import type { Prepared } from '../../dist/learner/prepare.js';
import { ofAtlas } from './drawings.ts';

/** New classes of an episode, and at most so many drawings of known ones. */
const [NEW, KNOWN] = [8, 20];

const [folder, weights, count = '100'] = process.argv.slice(2);
const data = await loadOmniglot({ side: 105, ...(folder && { data: folder }) });
const learner = await Learner.load(weights || undefined);
const outputs = outputsOf(learner.config);
const { train } = splitClasses(data);
const held = holdOut(train, 60).test;
const random = new Random(5, 'line');
const atThreshold = Math.log(1 / KNOWN_FROM - 1);

console.log(
  'classes x examples  equal at  errors, %  line  known called new, %  new called known, %',
);
for (const [ways, shots] of [
  ...[1, 2, 5, 10, 20, 50, 100].map((ways) => [ways, 1] as const),
  ...[5, 10, 20, 50, 100].map((ways) => [ways, 2] as const),
  ...[2, 5, 10, 20, 50, 100].map((ways) => [ways, 5] as const),
  ...[5, 20].map((ways) => [ways, 10] as const),
]) {
  if (ways > learner.capacity) continue;
  const observations = ways * shots;
  const even = outputs.evenLogit(ways, observations);
  const logitOf = (drawing: Prepared) => {
    const { familiarity } = learner.predict(drawing);
    return even - Math.log(1 / familiarity - 1);
  };
  const pool = ways + NEW > held.length ? train : held;
  const known: number[] = [];
  const fresh: number[] = [];
  const episodes = Math.max(15, Math.min(Number(count), (60 * Number(count)) / observations));
  for (let episode = 0; episode < episodes; episode++) {
    const drawings = random.sample(pool.length, ways + NEW).map((i) => {
      const { count, drawing } = ofAtlas(data, pool[i]!, learner);
      return random.sample(count, shots + 1).map(drawing);
    });
    learner.forget();
    for (let shot = 0; shot < shots; shot++) {
      for (const c of random.shuffle([...Array(ways).keys()])) {
        learner.observe(drawings[c]![shot]!, `${c}`);
      }
    }
    for (const own of drawings.slice(0, Math.min(ways, KNOWN))) known.push(logitOf(own[shots]!));
    for (const own of drawings.slice(ways)) fresh.push(logitOf(own[shots]!));
  }
  const below = (line: number) => (100 * known.filter((x) => x < line).length) / known.length;
  const above = (line: number) => (100 * fresh.filter((x) => x >= line).length) / fresh.length;
  const equal = [...known, ...fresh].reduce((best, x) => {
    const gap = (line: number) => Math.abs(below(line) - above(line));
    return gap(x) < gap(best) ? x : best;
  });
  const line = even - atThreshold;
  const errors = ((below(equal) + above(equal)) / 2).toFixed(1);
  const cells = [errors, line.toFixed(2), below(line).toFixed(1), above(line).toFixed(1)];
  console.log([`${ways} x ${shots}`.padEnd(18), equal.toFixed(2), ...cells].join('  '));
}
