/**
 * What the compact weights cost: accuracy on the same test episodes with the weights as trained and as
 * rounded. `npx tsx web/scripts/measure/rounding.ts FILE [batches]` (glyphs; with OMNIGLOT=DIR Omniglot's).
 */
import {
  createEngine,
  evaluate,
  glyphs,
  loadCheckpoint,
  loadOmniglot,
  makeRecipe,
  splitClasses,
  TABLE_INSTANCES,
  testEpisodes,
} from 'mann';
import { pack, unpack } from '../../src/weights/compact.js';

const [file, batches = '50'] = process.argv.slice(2);
if (!file) throw new Error('which checkpoint?');
const trained = await loadCheckpoint(file);
const bytes = pack(trained);
const rounded = unpack(bytes.buffer);
const folder = process.env.OMNIGLOT;
const data = folder ? await loadOmniglot({ data: folder }) : glyphs();
const { test } = splitClasses(data);
console.log(`${data.name}, ${batches} batches of 16 episodes; compact: ${bytes.length} bytes`);
for (const [name, { config, parameters }] of Object.entries({ trained, rounded })) {
  const engine = await createEngine(config, { parameters, threads: 1 });
  const recipe = makeRecipe({ numClasses: config.numClasses });
  const episodes = testEpisodes(data, test, config, recipe, 1, 'test');
  const { scores: accuracy, loss } = await evaluate(engine, episodes, Number(batches));
  const row = TABLE_INSTANCES.map((i) => accuracy[i]?.toFixed(2)).join(' ');
  console.log(`${name.padEnd(8)} ${row}  loss ${loss.toFixed(3)}`);
  await engine.dispose();
}
