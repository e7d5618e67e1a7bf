/**
 * Records the page's ready alphabets: Omniglot's test characters, which the network has never seen, two drawings of
 * each by different people, traced to pen strokes. `npx tsx web/scripts/record-alphabets.ts OMNIGLOT` writes
 * web/src/alphabets/alphabets.json.
 *
 * Which characters are in it was decided by their looks: what has a shape of its own and is traced well. Which people's
 * drawings is random among the half of them that is traced best. The network was not asked.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { type DataSet, loadOmniglot, Random, splitClasses } from 'mann';
import { packed } from '../src/alphabets/packed.js';
import { raster, type Stroke } from '../src/pad/strokes.js';
import { type Point, simplify, waysOf } from './trace.js';

interface Chosen {
  readonly name: string;
  readonly note: string;
  /** Omniglot's name. */
  readonly from: string;
  /** Names by Omniglot's numbers; characters that are given without names are A, B, C and so on. */
  readonly characters: Readonly<Record<string, string>> | readonly string[];
}

const CHOSEN: readonly Chosen[] = [
  {
    name: 'Greek',
    note: 'Lower-case letters',
    from: 'Greek',
    characters: {
      '03': 'gamma',
      '04': 'delta',
      '05': 'epsilon',
      10: 'kappa',
      12: 'mu',
      21: 'phi',
      24: 'omega',
    },
  },
  {
    name: 'Hebrew',
    note: 'Letters as they are written by hand',
    from: 'Hebrew',
    characters: {
      '03': 'gimel',
      '06': 'vav',
      13: 'mem',
      16: 'ayin',
      17: 'pe',
      19: 'qof',
      22: 'tav',
    },
  },
  {
    name: 'Georgian',
    note: 'Mkhedruli, the script of today',
    from: 'Mkhedruli_(Georgian)',
    characters: {
      '02': 'ban',
      '06': 'vin',
      13: 'man',
      14: 'nar',
      19: 'rae',
      21: 'tar',
      23: 'un',
      26: 'ghan',
    },
  },
  {
    name: 'Glagolitic',
    note: 'The oldest Slavic script, ninth century',
    from: 'Glagolitic',
    characters: ['13', '16', '22', '23', '24', '29', '33', '42'],
  },
  {
    name: 'Hiragana',
    note: 'Japanese syllables',
    from: 'Japanese_(hiragana)',
    characters: {
      '01': 'a',
      '07': 'ki',
      15: 'so',
      22: 'ni',
      25: 'no',
      27: 'hi',
      36: 'ya',
      41: 'ru',
    },
  },
  {
    name: 'Korean',
    note: 'Vowels and consonants of Hangul',
    from: 'Korean',
    characters: {
      '06': 'ye',
      '07': 'yeo',
      '09': 'o',
      13: 'yo',
      18: 'yu',
      22: 'giyeok',
      36: 'chieut',
      40: 'hieut',
    },
  },
  {
    name: 'Tibetan',
    note: 'Letters of a script from the seventh century',
    from: 'Tibetan',
    characters: ['01', '05', '07', '14', '16', '31', '35', '36'],
  },
  {
    name: 'Tifinagh',
    note: 'The Berber script of North Africa',
    from: 'Tifinagh',
    characters: ['03', '06', '10', '13', '34', '38', '39', '47'],
  },
  {
    name: 'Futurama',
    note: 'The alien language of the television series',
    from: 'Futurama',
    characters: ['02', '04', '06', '07', '13', '17', '18', '19', '21', '26'],
  },
  {
    name: 'Atlantean',
    note: 'Invented for the film Atlantis',
    from: 'Atlantean',
    characters: ['01', '02', '13', '16', '23', '25'],
  },
];

/** Side of Omniglot's drawings. */
const PIXELS = 105;
/** Longer side of a drawing on the pad, and how far its points may lie from the traced line: units of the pad. */
const EXTENT = 640;
const TOLERANCE = 4;

const [folder] = process.argv.slice(2);
if (!folder) throw new Error('usage: record-alphabets.ts OMNIGLOT');
const data = await loadOmniglot({ data: folder, side: PIXELS });
const test = new Set(splitClasses(data).test);

const alphabets = CHOSEN.map(({ name, note, from, characters }) => {
  const named = Array.isArray(characters)
    ? characters.map((number, i) => [number, String.fromCharCode(65 + i)])
    : Object.entries(characters).sort(([a], [b]) => Number(a) - Number(b));
  return {
    name,
    note,
    characters: named.map(([number, name]) => {
      const [first, second] = twoOf(`${from}/character${number}`);
      return { name: name!, first: packed(first!), second: packed(second!) };
    }),
  };
});
const license = readFileSync(`${folder}/LICENSE`, 'utf8').trim();
const text = JSON.stringify({
  source: 'Traced from Omniglot, https://github.com/brendenlake/omniglot',
  license,
  alphabets,
});
writeFileSync(new URL('../src/alphabets/alphabets.json', import.meta.url), `${text}\n`);
const count = alphabets.reduce((sum, { characters }) => sum + characters.length, 0);
console.log(`${alphabets.length} alphabets, ${count} characters, ${text.length} bytes`);

/** Two people's drawings of a character as strokes. */
function twoOf(name: string): Stroke[][] {
  const index = (data as DataSet).classes.findIndex((one) => one.name === name);
  if (!test.has(index)) throw new Error(`${name} is none of the test characters`);
  const { first, count } = data.classes[index]!;
  const traced = Array.from({ length: count }, (_, i) => tracingOf(first + i));
  const best = traced.sort((a, b) => b.fit - a.fit).slice(0, count / 2);
  return new Random(1, `two drawings of ${name}`)
    .sample(best.length, 2)
    .map((i) => best[i]!.strokes);
}

/** A drawing as strokes, and how well they fit it, 0 to 1. */
function tracingOf(drawing: number): { strokes: Stroke[]; fit: number } {
  const size = PIXELS * PIXELS;
  const ink = data.atlas.subarray(drawing * size, (drawing + 1) * size).map((x) => +(x > 127));
  const ways = waysOf(ink, PIXELS).map(smooth);
  const points = ways.flat();
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const [left, right, top, bottom] = [
    Math.min(...xs),
    Math.max(...xs),
    Math.min(...ys),
    Math.max(...ys),
  ];
  const scale = EXTENT / Math.max(right - left, bottom - top, 1);
  const place = (middleX: number, middleY: number, scale: number, tolerance: number) =>
    ways.map((way) =>
      simplify(
        way.map(([x, y]) => [500 + (x - middleX) * scale, 500 + (y - middleY) * scale]),
        tolerance,
      )
        .flat()
        .map(Math.round),
    );
  const strokes = place((left + right) / 2, (top + bottom) / 2, scale, TOLERANCE);
  const middle = (PIXELS - 1) / 2;
  return { strokes, fit: fitOf(place(middle, middle, 1000 / PIXELS, TOLERANCE), ink) };
}

/** The ink that strokes in their place cover and the strokes that are on ink, as a share of both together. */
function fitOf(strokes: readonly Stroke[], ink: Uint8Array): number {
  const drawn = raster(strokes);
  let [both, either] = [0, 0];
  for (let y = 0; y < PIXELS; y++) {
    for (let x = 0; x < PIXELS; x++) {
      const u = Math.round(6 + ((x + 0.5) / PIXELS) * (drawn.width - 12));
      const v = Math.round(6 + ((y + 0.5) / PIXELS) * (drawn.width - 12));
      const a = drawn.data[v * drawn.width + u]! > 127;
      const b = ink[y * PIXELS + x] === 1;
      both += +(a && b);
      either += +(a || b);
    }
  }
  return both / Math.max(either, 1);
}

/** Without the stairs of pixels: each point the mean of five, towards the ends of fewer. */
function smooth(way: readonly Point[]): Point[] {
  return way.map((_, i) => {
    const reach = Math.min(2, i, way.length - 1 - i);
    const near = way.slice(i - reach, i + reach + 1);
    const mean = (axis: 0 | 1) => near.reduce((sum, point) => sum + point[axis], 0) / near.length;
    return [mean(0), mean(1)];
  });
}
