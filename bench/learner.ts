/**
 * How well the learner does, beside nearest neighbour on the same drawings:
 * `npm run build && npx tsx bench/learner.ts [DATA] [weights] [episodes]`, where DATA is `omniglot` (its test classes),
 * `glyphs`, one of `digits`, `small-digits`, `letters` and `icons` (bench/domains, made when first asked for), or a folder
 * of class folders of pictures. Each episode takes classes at random, observes so many drawings of each in random
 * order, all of them once or (5 x 1) twice, and predicts another drawing of each, and one of a class that was not shown.
 */
import { Learner } from '../dist/learner/learner.js';
import { auroc } from '../dist/training/evaluation/familiarity.js';
import { classesOf } from './learner/drawings.ts';
import { measure, type Outcome, type Task } from './learner/measure.ts';
import { meanOf } from './learner/statistics.ts';

const [name = 'omniglot', weights, count = '400'] = process.argv.slice(2);
const learner = await Learner.load(weights || undefined);
const classes = await classesOf(name, learner);

/** Names of the columns, and how they are filled. */
const columns: Readonly<Record<string, (task: Task, outcome: Outcome) => string>> = {
  'classes x examples': ({ ways, shots }) => `${ways} x ${shots}`,
  shown: ({ rounds }) => (rounds === 1 ? 'once' : 'twice'),
  learner: (_, { right }) => accuracy(right),
  nearest: (_, { raw }) => accuracy(raw),
  'nearest, blurred': (_, { blurred }) => accuracy(blurred),
  confidence: (_, { confidence }) => percent(meanOf(confidence).mean),
  'known called known': (_, { calledKnown, familiarity: { known } }) =>
    percent(calledKnown.known / known.length),
  'new called new': (_, { calledKnown, familiarity: { fresh } }) =>
    percent(1 - calledKnown.fresh / fresh.length),
  'AUROC of familiarity': (_, { familiarity: { known, fresh } }) => auroc(known, fresh).toFixed(3),
  'read from the right class': (_, { hits, recalled }) => percent(recalled / hits),
};

const percent = (part: number) => (100 * part).toFixed(1);

function accuracy(parts: readonly number[]): string {
  const { mean, interval } = meanOf(parts);
  return `${percent(mean)} ±${percent(interval)}`;
}

const row = (cells: readonly string[]) =>
  cells.map((cell, i) => cell.padEnd(Math.max(Object.keys(columns)[i]!.length, 10))).join('  ');

const tasks: readonly Task[] = [
  ...[2, 5, 10, 20, 50, 100].map((ways) => ({ ways, shots: 1, rounds: 1 })),
  { ways: 5, shots: 1, rounds: 2 },
  { ways: 5, shots: 5, rounds: 1 },
  ...[5, 10].map((shots) => ({ ways: 20, shots, rounds: 1 })),
  ...[50, 100].map((ways) => ({ ways, shots: 5, rounds: 1 })),
];
console.log(`${name}, percent:`);
console.log(row(Object.keys(columns)));
for (const task of tasks) {
  const enough = classes.filter((own) => own.count > task.shots);
  if (task.ways >= enough.length || task.ways > learner.capacity) continue;
  const outcome = measure(learner, enough, task, Number(count));
  console.log(row(Object.values(columns).map((cell) => cell(task, outcome))));
}
