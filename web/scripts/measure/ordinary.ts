/**
 * How many drawings an ordinary network needs to tell five characters apart, beside the memory network after one
 * drawing of each: `npx tsx web/scripts/measure/ordinary.ts [sets]` writes `web/src/why/ordinary.json`.
 *
 * The ordinary network has the convolutional layers of the memory network and two fully connected ones behind them. For
 * each set of five it starts from random weights and learns by Adam, from so many drawings of each character. All
 * drawings, also those of the test, are turned and shifted a little, as in every test of this project. `varied`: each
 * drawing is turned and shifted anew whenever it is used in training; `plain`: it stays as it is. Of each number of
 * drawings the length of training counts that is best over all sets, which favours the ordinary network.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  createEngine,
  glyphs,
  initialTensors,
  Learner,
  loadCheckpoint,
  modelConfig,
  Random,
} from 'mann';
import { type Pose, warp } from '../../../dist/data/warp.js';

const COUNTS = [1, 2, 5, 10, 100, 1000];
/** Minibatches of a training. */
const LENGTHS = [300, 1000];
const CLASSES = 5;
/** New drawings of each character. */
const TESTED = 100;
/** The memory network is shown one drawing of each so many times, each time others. */
const SHOWN = 5;
const SIDE = 20;
const MINIBATCH = 32;
const LEARNING_RATE = 2e-3;

interface Found {
  /** Percent of new drawings, mean over the sets. */
  readonly accuracy: number;
  /** Half the width of its 95% interval. */
  readonly ci95: number;
}

const at = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const sets = Array.from({ length: Number(process.argv[2] ?? 10) }, (_, set) => set);
const most = Math.max(...COUNTS);
const data = glyphs({ classes: sets.length * CLASSES, drawings: most + TESTED, seed: 27 });
const config = modelConfig({
  ...{ memory: 'none', controller: 'feedforward', numClasses: CLASSES, lstmSize: 128 },
  ...{ encoder: 'conv', encoderWidths: [16, 16, 16], outputHidden: 0 },
});
const engine = await createEngine(config, { threads: 0 });
const fresh = engine.optimizer();

const memory: Record<string, Found> = {};
for (const name of ['mann-omniglot-20way', 'mann-omniglot-5way']) {
  const learner = await Learner.load(await loadCheckpoint(at(`models/${name}.safetensors`)));
  memory[name] = foundIn(sets.map((set) => withMemory(learner, set)));
  console.log(name, JSON.stringify(memory[name]));
}
const ordinary = {
  varied: await bestOf((random) => plus(random)),
  plain: await bestOf(() => ({ angle: 0, right: 0, down: 0 })),
};
const result = { sets: sets.length, tested: TESTED, chance: 100 / CLASSES, memory, ordinary };
writeFileSync(at('web/src/why/ordinary.json'), `${JSON.stringify(result, null, 2)}\n`);
await engine.dispose();

/** For each number of drawings the best length of training. */
async function bestOf(again: Again) {
  const best = [];
  for (const drawings of COUNTS) {
    const tried = [];
    for (const minibatches of LENGTHS) {
      const found = [];
      for (const set of sets) found.push(await withoutMemory(set, drawings, minibatches, again));
      tried.push({ drawings, minibatches, ...foundIn(found) });
      console.log(JSON.stringify(tried.at(-1)));
    }
    best.push(tried.reduce((best, one) => (one.accuracy > best.accuracy ? one : best)));
  }
  return best;
}

type Turn = Omit<Pose, 'quarters' | 'shape'>;
/** How a drawing is moved once more in training. */
type Again = (random: Random) => Turn;

/** By up to 11.25 degrees and 10 of 105 pixels, as the drawings of episodes. */
function plus(random: Random): Turn {
  const shift = () => random.uniform(-10 / 105, 10 / 105);
  return { angle: random.uniform(-Math.PI / 16, Math.PI / 16), right: shift(), down: shift() };
}

/** Drawing `i` of a character as the networks get it. */
function drawing(set: number, label: number, i: number, again?: Turn): Float32Array {
  const own = plus(new Random(27, `turn ${set} ${label} ${i}`));
  const pose = {
    ...{ quarters: 0, angle: own.angle + (again?.angle ?? 0) },
    ...{ right: own.right + (again?.right ?? 0), down: own.down + (again?.down ?? 0) },
  };
  const ink = new Float32Array(SIDE * SIDE);
  warp(data, data.classes[set * CLASSES + label]!.first + i, pose, SIDE, SIDE, ink, 0);
  return ink;
}

function tests(set: number) {
  return Array.from({ length: CLASSES * TESTED }, (_, i) => {
    const label = i % CLASSES;
    return { label, ink: drawing(set, label, most + Math.floor(i / CLASSES)) };
  });
}

/** Drawings as episodes of one step, in which no label has come yet. */
function batchOf(drawings: readonly { label: number; ink: Float32Array }[]) {
  const X = SIDE * SIDE + CLASSES;
  const inputs = new Float32Array(drawings.length * X);
  for (const [i, { ink }] of drawings.entries()) inputs.set(ink, i * X);
  const targets = Uint8Array.from(drawings, ({ label }) => label);
  return { batch: drawings.length, length: 1, inputs, targets };
}

/** Trains on `count` drawings of each character. @returns percent right of the new drawings */
async function withoutMemory(set: number, count: number, length: number, again: Again) {
  const random = new Random(set, `${count} drawings, ${length} minibatches`);
  engine.setParameters(initialTensors(config, random));
  engine.setOptimizer(fresh);
  const deck: number[] = [];
  for (let step = 0; step < length; step++) {
    const drawings = Array.from({ length: MINIBATCH }, () => {
      if (deck.length === 0) deck.push(...random.sample(CLASSES * count, CLASSES * count));
      const next = deck.pop()!;
      const label = next % CLASSES;
      return { label, ink: drawing(set, label, Math.floor(next / CLASSES), again(random)) };
    });
    const learningRate = LEARNING_RATE * 0.5 * (1 + Math.cos((Math.PI * step) / length));
    await engine.trainStep(batchOf(drawings), { learningRate, clip: 10 });
  }
  const tested = tests(set);
  let right = 0;
  for (let i = 0; i < tested.length; i += TESTED) {
    const part = tested.slice(i, i + TESTED);
    const { logits } = await engine.forward(batchOf(part));
    for (const [k, { label }] of part.entries()) {
      const own = logits.slice(k * CLASSES, (k + 1) * CLASSES);
      right += +(own.indexOf(Math.max(...own)) === label);
    }
  }
  return (100 * right) / tested.length;
}

/** Nothing is trained: one drawing of each is observed. @returns percent right of the same new drawings */
function withMemory(learner: Learner, set: number): number {
  const prepared = (ink: Float32Array) => ({ width: SIDE, height: SIDE, ink });
  const tested = tests(set);
  let right = 0;
  for (let i = 0; i < SHOWN; i++) {
    learner.forget();
    for (let label = 0; label < CLASSES; label++) {
      learner.observe(prepared(drawing(set, label, i)), String(label));
    }
    for (const { label, ink } of tested) {
      right += +(learner.predict(prepared(ink)).label === String(label));
    }
  }
  return (100 * right) / (SHOWN * tested.length);
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0) / numbers.length;
}

function foundIn(bySet: readonly number[]): Found {
  const accuracy = mean(bySet);
  const variance = mean(bySet.map((x) => (x - accuracy) ** 2));
  const ci95 = 1.96 * Math.sqrt(variance / (bySet.length - 1));
  return { accuracy: Number(accuracy.toFixed(1)), ci95: Number(ci95.toFixed(1)) };
}
