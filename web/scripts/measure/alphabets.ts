/**
 * How the page's network does on the ready alphabets: five characters taught by one person's drawings, another
 * person's drawings asked, and a sixth character that is new. First the first six of each alphabet; then sets at random
 * with every stroke drawn anew (placed, sized, slanted and shaken a little).
 * `npx tsx web/scripts/measure/alphabets.ts [sets] [seed]`, after `npm run build`.
 */
import { Learner, loadCheckpoint, Random } from 'mann';
import { type Alphabet, alphabets, type Character } from '../../src/alphabets/alphabets.js';
import { raster, type Stroke } from '../../src/pad/strokes.js';
import { KNOWN_FROM } from '../../src/session/verdict.js';
import { pack, unpack } from '../../src/weights/compact.js';
import { redrawn } from '../redraw.js';

const [sets = '20', seed = '1'] = process.argv.slice(2);
const trained = await loadCheckpoint('models/mann-omniglot-20way.safetensors');
const learner = await Learner.load(unpack(pack(trained).buffer));
const all = await alphabets();

/** The characters of all alphabets as one. */
const mixed: Alphabet = {
  name: '',
  note: '',
  characters: all.flatMap(({ name, characters }) =>
    characters.map((one) => ({ ...one, name: `${name} ${one.name}` })),
  ),
};

type Hand = (strokes: readonly Stroke[]) => readonly Stroke[];

/** Counts of one or several sets of six. */
class Counts {
  asked = 0;
  right = 0;
  known = 0;
  both = 0;
  sixths = 0;
  fresh = 0;
  readonly wrong: string[] = [];
  /** Familiarity of what is known, and of what is new. */
  readonly old: number[] = [];
  readonly strange: number[] = [];

  toString(): string {
    const percent = (part: number, of: number) => `${((100 * part) / of).toFixed(1)}%`;
    return (
      `${percent(this.right, this.asked)} named correctly, ${percent(this.known, this.asked)} known, ` +
      `${percent(this.both, this.asked)} both (of ${this.asked}); ` +
      `sixth new ${percent(this.fresh, this.sixths)} (of ${this.sixths})`
    );
  }
}

/** Teaches the first five of six characters, asks them, and shows the sixth. */
function ask({ name }: Alphabet, six: readonly Character[], hand: Hand, counts: Counts): void {
  const [sixth, ...five] = [six[5]!, ...six.slice(0, 5)];
  learner.forget();
  for (const one of five) learner.observe(raster(hand(one.first)), one.name);
  for (const one of five) {
    const { label, familiarity } = learner.predict(raster(hand(one.second)));
    const isKnown = familiarity >= KNOWN_FROM;
    counts.old.push(familiarity);
    counts.asked++;
    counts.right += +(label === one.name);
    counts.known += +isKnown;
    counts.both += +(isKnown && label === one.name);
    if (label !== one.name) counts.wrong.push(`${name} ${one.name} as ${label}`);
    else if (!isKnown) counts.wrong.push(`${name} ${one.name} as new`);
  }
  const { label, familiarity } = learner.predict(raster(hand(sixth.second)));
  counts.strange.push(familiarity);
  counts.sixths++;
  counts.fresh += +(familiarity < KNOWN_FROM);
  if (familiarity >= KNOWN_FROM) counts.wrong.push(`${name} ${sixth.name}, new, as ${label}`);
}

const plain = new Counts();
for (const alphabet of all) {
  const counts = new Counts();
  for (const into of [counts, plain]) {
    ask(alphabet, alphabet.characters, (strokes) => strokes, into);
  }
  console.log(`${alphabet.name}: ${counts} ${counts.wrong.join('; ')}`);
}
console.log(`as they are, first six of each: ${plain}`);

for (const isMixed of [false, true]) {
  for (const isSameHand of [false, true]) {
    const random = new Random(Number(seed), 'sets of six');
    const counts = new Counts();
    for (let set = 0; set < Number(sets); set++) {
      const alphabet = isMixed ? mixed : all[random.below(all.length)]!;
      const { characters } = alphabet;
      const six = random.sample(characters.length, 6).map((i) => characters[i]!);
      const given = isSameHand ? six.map((one) => ({ ...one, second: one.first })) : six;
      ask(alphabet, given, (strokes) => redrawn(strokes, random), counts);
    }
    const from = isMixed ? 'from all alphabets' : 'from one alphabet each';
    const by = isSameHand ? 'the drawing that was taught, redrawn' : "another person's drawing";
    console.log(`\n${sets} sets ${from}, seed ${seed}, asked with ${by}: ${counts}`);
    const often = new Map<string, number>();
    for (const one of counts.wrong) often.set(one, (often.get(one) ?? 0) + 1);
    const list = [...often].sort((a, b) => b[1] - a[1]).slice(0, 20);
    console.log(list.map(([one, times]) => `${one}${times > 1 ? ` (${times})` : ''}`).join('; '));
    const share = (some: number[], is: (x: number) => boolean) =>
      ((100 * some.filter(is).length) / some.length).toFixed(1);
    const thresholds = [0.4, 0.5, 0.6, 0.7, 0.8, 0.9].map(
      (at) =>
        `${at}: ${share(counts.old, (x) => x >= at)} / ${share(counts.strange, (x) => x < at)}`,
    );
    console.log(`known / new in percent by threshold: ${thresholds.join(', ')}`);
  }
}
