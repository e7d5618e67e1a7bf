/**
 * Where the page should draw the line between known and new: sets of six *training* characters of Omniglot (the line is
 * not chosen on test characters), five taught with one drawing each, then asked with the same drawing redrawn and with
 * another person's, and the sixth. `npx tsx web/scripts/measure/threshold.ts OMNIGLOT [sets] [seed]`, after
 * `npm run build`.
 */
import { Learner, loadCheckpoint, loadOmniglot, Random, splitClasses } from 'mann';
import { raster, type Stroke } from '../../src/pad/strokes.js';
import { pack, unpack } from '../../src/weights/compact.js';
import { redrawn } from '../redraw.js';
import { traced } from '../trace.js';

const [folder, sets = '200', seed = '1'] = process.argv.slice(2);
if (!folder) throw new Error('usage: web/scripts/measure/threshold.ts OMNIGLOT [sets] [seed]');
const data = await loadOmniglot({ data: folder, side: 105 });
const { train } = splitClasses(data);
const trained = await loadCheckpoint('models/mann-omniglot-20way.safetensors');
const learner = await Learner.load(unpack(pack(trained).buffer));
const random = new Random(Number(seed), 'threshold');

/** Familiarity of what is known, redrawn and by another person, and of what is new. */
const found = { redrawn: [] as number[], another: [] as number[], fresh: [] as number[] };
const familiarity = (strokes: readonly Stroke[]) =>
  learner.predict(raster(redrawn(strokes, random))).familiarity;
for (let set = 0; set < Number(sets); set++) {
  const six = random.sample(train.length, 6).map((i) => {
    const { first, count } = data.classes[train[i]!]!;
    return random.sample(count, 2).map((drawing) => traced(data, first + drawing));
  });
  learner.forget();
  for (const [i, [first]] of six.slice(0, 5).entries()) {
    learner.observe(raster(redrawn(first!, random)), 'ABCDE'[i]!);
  }
  for (const [first, second] of six.slice(0, 5)) {
    found.redrawn.push(familiarity(first!));
    found.another.push(familiarity(second!));
  }
  found.fresh.push(familiarity(six[5]![0]!));
}
const percent = (some: readonly number[], is: (x: number) => boolean) =>
  ((100 * some.filter(is).length) / some.length).toFixed(1);
console.log('line  known, redrawn  known, another person  new');
for (const line of [0.3, 0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9]) {
  const isKnown = (x: number) => x >= line;
  console.log(
    [
      line,
      percent(found.redrawn, isKnown),
      percent(found.another, isKnown),
      percent(found.fresh, (x) => x < line),
    ].join('  '),
  );
}
