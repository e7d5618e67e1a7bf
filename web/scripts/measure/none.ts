/**
 * How often the page's six answers are correct on five classes with one example each: on other
 * drawings of them, and on drawings of a sixth class, which are "none of these". And how often the class of a correct
 * answer comes first in "Recalled from".
 * `npx tsx web/scripts/measure/none.ts OMNIGLOT [episodes]`.
 */
import { Learner, loadOmniglot, Random, splitClasses } from 'mann';
import { CLASSES, NONE } from '../../src/session/step.js';
import { verdictOf } from '../../src/session/verdict.js';

const [folder, count = '200'] = process.argv.slice(2);
if (!folder) throw new Error('usage: web/scripts/measure/none.ts OMNIGLOT [episodes]');
const data = await loadOmniglot({ data: folder, side: 105 });
const { test } = splitClasses(data);
const learner = await Learner.load();
const random = new Random(1, 'none of these');
const known = { answers: 0, correct: 0, none: 0, best: 0, recalled: 0 };
const fresh = { answers: 0, none: 0 };
const answerTo = (drawing: number) => {
  const prediction = learner.predict(pixels(drawing));
  const shares = new Map<string, number>();
  for (const { label, share } of learner.inspect().recalled) {
    shares.set(label, (shares.get(label) ?? 0) + share);
  }
  const [first] = [...shares].sort((a, b) => b[1] - a[1])[0] ?? [];
  return { answer: verdictOf(prediction).answer.label, best: prediction.label, first };
};
for (let episode = 0; episode < Number(count); episode++) {
  const six = random.sample(test.length, 6).map((i) => {
    const { first, count } = data.classes[test[i]!]!;
    return random.sample(count, 2).map((drawing) => first + drawing);
  });
  learner.forget();
  for (const [i, name] of CLASSES.slice(0, 5).entries()) learner.observe(pixels(six[i]![0]!), name);
  for (const [i, name] of CLASSES.slice(0, 5).entries()) {
    const { answer, best, first } = answerTo(six[i]![1]!);
    known.answers++;
    known.correct += +(answer === name);
    known.recalled += +(answer === name && first === name);
    known.none += +(answer === NONE);
    known.best += +(best === name);
  }
  fresh.answers++;
  fresh.none += +(answerTo(six[5]![1]!).answer === NONE);
}
const percent = (part: number, of: number) => `${((100 * part) / of).toFixed(1)}%`;
console.log(
  `known symbols: ${percent(known.correct, known.answers)} correct, ` +
    `${percent(known.none, known.answers)} "none of these" (best of five: ${percent(known.best, known.answers)})`,
);
console.log(
  `correct answers: their class is recalled first in ${percent(known.recalled, known.correct)}`,
);
console.log(`new symbols: ${percent(fresh.none, fresh.answers)} "none of these"`);

function pixels(drawing: number) {
  const size = 105 * 105;
  const ink = data.atlas.slice(drawing * size, (drawing + 1) * size);
  return { width: 105, height: 105, data: ink };
}
