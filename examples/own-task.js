/** A task of your own: each step shows a name and asks for its number, which is told one step later. */
import {
  createEngine,
  evaluate,
  initialTensors,
  makeRecipe,
  modelConfig,
  Random,
  train,
} from 'mann';

const [NAMES, NAME, NUMBER] = [4, 12, 4]; // names in an episode; bits of a name, and of a number

const measure = {
  ...{ name: 'recalled', title: 'recalled, %', by: 'name', scale: 100, digits: 1 },
  columns: ['new', 'known'].map((title) => ({ key: title, title })),
};

/** Batches of episodes, each with names and numbers of its own. */
const phoneBook = (random, { batchSize: B }) => ({
  next({ length: T }) {
    const X = NAME + NUMBER;
    const inputs = new Float32Array(B * T * X); // [B, T, X]: a name, then the last step's number
    const targets = new Float32Array(B * T * NUMBER); // [B, T, D]: the numbers that are asked for
    const known = new Uint8Array(B * T); // [B, T]: the column that an answer counts in
    const bits = (count) => Array.from({ length: count }, () => random.below(2));
    for (let b = 0; b < B; b++) {
      const makeEntry = () => ({ name: bits(NAME), number: bits(NUMBER) });
      const book = Array.from({ length: NAMES }, makeEntry);
      let last = { number: [] };
      for (let step = b * T; step < (b + 1) * T; step++) {
        const entry = book[random.below(NAMES)];
        inputs.set([...entry.name, ...last.number], step * X);
        targets.set(entry.number, step * NUMBER);
        known[step] = entry.told ? 1 : 0;
        entry.told = true;
        last = entry;
      }
    }
    return { batch: B, length: T, inputs, targets, known };
  },

  measure,
  /** For each episode: how many answers each column has, and how many of them are right. */
  grade({ batch, length, targets, known }, { logits }) {
    const counts = Array.from({ length: batch }, () => ({ sum: [0, 0], total: [0, 0] }));
    for (const [step, column] of known.entries()) {
      const { sum, total } = counts[Math.floor(step / length)];
      const asked = targets.subarray(step * NUMBER, (step + 1) * NUMBER);
      const isRight = asked.every((bit, i) => logits[step * NUMBER + i] > 0 === bit > 0);
      sum[column] += isRight ? 1 : 0;
      total[column]++;
    }
    return counts;
  },

  /** What determines the batches to come; checkpoints keep it. */
  get state() {
    return random.state;
  },
  restore: (state) => random.restore(state),
});

const task = {
  name: 'phone-book',
  record: { name: 'phone-book', digest: 'version 1', split: 'generated' },
  network: () => ({ output: 'bits', targetSize: NUMBER, inputHeight: 1, inputWidth: NAME }),
  trainingEpisodes: (_config, recipe, seed) => phoneBook(new Random(seed, 'training'), recipe),
  testEpisodes(_config, recipe, seed, stream) {
    const { grade, next } = phoneBook(new Random(seed, stream), recipe);
    return { measure, grade, next: () => next({ length: recipe.episodeLength }) };
  },
};

const sizes = { numClasses: 0, episodeLength: 16 };
const recipe = makeRecipe({ ...sizes, iterations: 400, curriculum: 'none', learningRate: 0.003 });
const network = { encoder: 'none', lstmSize: 32, memorySize: 16, memoryDim: 24, outputHidden: 0 };
const config = modelConfig({ ...network, ...task.network(recipe) });
const parameters = initialTensors(config, new Random(1, 'weights'));
const engine = await createEngine(config, { parameters });
const source = task.trainingEpisodes(config, recipe, 1);
const onReport = ({ batch, scores }) => console.log(batch, scores);
await train({ engine, recipe, source, seed: 1, dataset: task.record, onReport });
const { scores } = await evaluate(engine, task.testEpisodes(config, recipe, 1, 'test'), 20);
console.log('test', scores);
await engine.dispose();
