/**
 * How well the learner does: `npm run build && npx tsx bench/learner.ts [omniglot|glyphs|DIR] [weights] [episodes]`,
 * where DIR holds class folders of pictures. Each episode takes classes at random, observes so many drawings of
 * each in random order, all of them once or twice, and predicts another drawing of each, and one of a class
 * that was not shown.
 */
import { Random } from '../dist/common/random.js';
import type { DataSet } from '../dist/data/drawings.js';
import { loadOmniglot } from '../dist/data/omniglot.js';
import { openDataSet } from '../dist/data/open.js';
import { splitClasses } from '../dist/data/splits.js';
import { Learner } from '../dist/learner/learner.js';
import type { Prepared } from '../dist/learner/prepare.js';

const [name = 'omniglot', weights, count = '400'] = process.argv.slice(2);
const episodes = Number(count);
const data = name === 'omniglot' ? await loadOmniglot({ side: 105 }) : await openDataSet({ name });
const learner = await Learner.load(weights);

/** Test classes where the network was trained on the others; all classes of other data. */
const classes = name === 'omniglot' ? splitClasses(data).test : [...data.classes.keys()];

function drawing({ atlas, side }: DataSet, index: number): Prepared {
  const ink = atlas.subarray(index * side * side, (index + 1) * side * side);
  return learner.prepare({ width: side, height: side, data: ink.map((value) => 255 - value) });
}

interface Task {
  readonly ways: number;
  readonly shots: number;
  readonly rounds: number;
}

function measure({ ways, shots, rounds }: Task): string {
  const random = new Random(2, 'learner');
  let right = 0;
  const rights: number[] = [];
  let sure = 0;
  let known = 0;
  let fresh = 0;
  let recalled = 0;
  for (let episode = 0; episode < episodes; episode++) {
    learner.forget();
    const drawings = random.sample(classes.length, ways + 1).map((k) => {
      const { first, count } = data.classes[classes[k]!]!;
      return random.sample(count, shots + 1).map((i) => drawing(data, first + i));
    });
    const examples = drawings.slice(0, ways);
    const before = right;
    for (let round = 0; round < rounds; round++) {
      for (let shot = 0; shot < shots; shot++) {
        for (const c of random.shuffle([...examples.keys()])) {
          learner.observe(examples[c]![shot]!, `class ${c}`);
        }
      }
    }
    for (const [c, own] of examples.entries()) {
      const prediction = learner.predict(own[shots]!);
      sure += prediction.confidence;
      if (prediction.known) known++;
      if (prediction.label !== `class ${c}`) continue;
      right++;
      const shares = new Map<string, number>();
      for (const { label, share } of learner.inspect().recalled) {
        shares.set(label, (shares.get(label) ?? 0) + share);
      }
      const [top] = [...shares].sort((a, b) => b[1] - a[1]);
      if (top?.[0] === `class ${c}`) recalled++;
    }
    rights.push(right - before);
    if (!learner.predict(drawings[ways]![shots]!).known) fresh++;
  }
  const n = episodes * ways;
  const percent = (part: number, of: number) => `${((100 * part) / of).toFixed(1)}%`;
  // Predictions of one episode hang together: what is counted are episodes.
  const squares = rights.reduce((sum, each) => sum + (each - right / episodes) ** 2, 0);
  const interval = (196 * Math.sqrt(squares / (episodes - 1) / episodes)) / ways;
  return [
    `${ways} classes, ${shots} each, shown ${rounds} times`.padEnd(34),
    `right ${percent(right, n)} ±${interval.toFixed(1)}`,
    `sure ${percent(sure, n)}`,
    `known called known ${percent(known, n)}`,
    `new called new ${percent(fresh, episodes)}`,
    `read from the right class ${percent(recalled, right)}`,
  ].join('; ');
}

const tasks = [
  ...[2, 3, 4, 5].map((ways) => ({ ways, shots: 1 })),
  ...[2, 5].map((shots) => ({ ways: 5, shots })),
];
for (const task of tasks) {
  if (task.ways >= classes.length || task.ways > learner.capacity) continue;
  for (const rounds of [1, 2]) console.log(measure({ ...task, rounds }));
}
