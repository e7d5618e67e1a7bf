/**
 * `npx tsx scripts/studies/decay.ts [folder of Omniglot] [classes] [slots]`: what the decay γ of usage is worth in long episodes. Tests
 * mann-omniglot-strings, whose weights do not depend on it, on 100 episodes with ten drawings of each class. They are of
 * training classes: γ is chosen on them.
 */
import {
  createEngine,
  drawingsTask,
  evaluate,
  loadCheckpoint,
  loadOmniglot,
  modelConfig,
} from '../../dist/index.js';
import { testEpisodes } from '../../dist/tasks/classification/drawings.js';

const EPISODES = 100;
const BATCH = 4;

const [folder, classes = '50', slots = '512'] = process.argv.slice(2);
const [C, N] = [Number(classes), Number(slots)];
const data = await loadOmniglot(folder ? { data: folder } : {});
const { train } = drawingsTask(data);
const { config, parameters } = await loadCheckpoint('models/mann-omniglot-strings.safetensors');
const usual = modelConfig({ memorySize: N }).gamma;
console.log(
  `${C} classes, ${10 * C} drawings, ${N} slots, percent at the 2nd, 5th and 10th instance`,
);
for (const gamma of [0.95, 0.98, usual, 1]) {
  const own = { ...config, memorySize: N, gamma };
  const engine = await createEngine(own, { parameters });
  const recipe = { batchSize: BATCH, numClasses: C, episodeLength: 10 * C, augment: true };
  const test = testEpisodes(data, train, own, recipe, 1, 'decay');
  const { scores } = await evaluate(engine, test, EPISODES / BATCH);
  await engine.dispose();
  const cells = ['2', '5', '10'].map((instance) => scores[instance]!.toFixed(1));
  console.log(`γ ${gamma}: ${cells.join(', ')}`);
}
