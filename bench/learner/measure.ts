import { Random } from '../../dist/common/random.js';
import type { Learner } from '../../dist/learner/learner.js';
import type { Prepared } from '../../dist/learner/prepare.js';
import type { Class } from './drawings.ts';
import { blurred, nearest } from './nearest.ts';

export interface Task {
  readonly ways: number;
  readonly shots: number;
  readonly rounds: number;
}

/** What came of all episodes of a task. */
export interface Outcome {
  /** For each episode, the part of its predictions that was right: the learner's, and nearest neighbour's. */
  readonly right: number[];
  readonly raw: number[];
  readonly blurred: number[];
  /** For each prediction. */
  readonly confidence: number[];
  /** For each prediction of a drawing of an observed class, and of one of a new class. */
  readonly familiarity: { readonly known: number[]; readonly fresh: number[] };
  readonly calledKnown: { known: number; fresh: number };
  /** Right predictions, and those of them that were read from examples of that class. */
  hits: number;
  recalled: number;
}

/** @param classes more than `ways`, each with more than `shots` drawings */
export function measure(
  learner: Learner,
  classes: readonly Class[],
  { ways, shots, rounds }: Task,
  episodes: number,
): Outcome {
  // Episodes are the same however often examples are shown, and as many as there are.
  const random = new Random(2, 'learner');
  const order = new Random(2, 'order');
  const outcome: Outcome = {
    ...{ right: [], raw: [], blurred: [], confidence: [] },
    familiarity: { known: [], fresh: [] },
    calledKnown: { known: 0, fresh: 0 },
    ...{ hits: 0, recalled: 0 },
  };
  for (let episode = 0; episode < episodes; episode++) {
    const drawings = random.sample(classes.length, ways + 1).map((index) => {
      const { count, drawing } = classes[index]!;
      return random.sample(count, shots + 1).map(drawing);
    });
    const examples = drawings.slice(0, ways).map((own) => own.slice(0, shots));
    const queries = drawings.map((own) => own[shots]!);
    learner.forget();
    for (let round = 0; round < rounds; round++) {
      for (let shot = 0; shot < shots; shot++) {
        for (const c of order.shuffle([...examples.keys()])) {
          learner.observe(examples[c]![shot]!, nameOf(c));
        }
      }
    }
    ask(learner, queries, outcome);
    const all = examples.flat();
    const score = (form: (drawing: Prepared) => Float32Array) => {
      const forms = all.map(form);
      const isRight = (c: number) => Math.floor(nearest(form(queries[c]!), forms) / shots) === c;
      return examples.filter((_, c) => isRight(c)).length / ways;
    };
    outcome.raw.push(score(({ ink }) => ink));
    outcome.blurred.push(score(blurred));
  }
  return outcome;
}

/** Has the learner predict a drawing of each observed class, and the last, of a class that was not shown. */
function ask(learner: Learner, queries: readonly Prepared[], outcome: Outcome): void {
  const known = queries.slice(0, -1);
  let right = 0;
  for (const [c, query] of known.entries()) {
    const prediction = learner.predict(query);
    outcome.confidence.push(prediction.confidence);
    outcome.familiarity.known.push(prediction.familiarity);
    if (prediction.known) outcome.calledKnown.known++;
    if (prediction.label !== nameOf(c)) continue;
    right++;
    if (source(learner) === nameOf(c)) outcome.recalled++;
  }
  outcome.hits += right;
  outcome.right.push(right / known.length);
  const fresh = learner.predict(queries.at(-1)!);
  outcome.familiarity.fresh.push(fresh.familiarity);
  if (fresh.known) outcome.calledKnown.fresh++;
}

const nameOf = (c: number) => `class ${c}`;

/** The label that most of the last read came from. */
function source(learner: Learner): string | undefined {
  const shares = new Map<string, number>();
  for (const { label, share } of learner.inspect().recalled) {
    shares.set(label, (shares.get(label) ?? 0) + share);
  }
  return [...shares].sort((a, b) => b[1] - a[1])[0]?.[0];
}
