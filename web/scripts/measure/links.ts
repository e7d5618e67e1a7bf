/**
 * How long links with symbols are, and what the network loses on drawings that are small enough to travel: test
 * characters of Omniglot as strokes of a pen and as pictures, 5 and 20 classes of one example each.
 * `npx tsx web/scripts/measure/links.ts OMNIGLOT [episodes]`
 */
import { Learner, loadOmniglot, Random, splitClasses } from 'mann';
import { raster, type Stroke } from '../../src/pad/strokes.js';
import type { Look } from '../../src/session/step.js';
import { linkOf } from '../../src/share/link.js';
import { slim } from '../../src/share/simplify.js';
import { traced } from '../trace.js';

const [folder, often = '40'] = process.argv.slice(2);
if (!folder) throw new Error('usage: web/scripts/measure/links.ts OMNIGLOT [episodes]');
const episodes = Number(often);
const SIDE = 105;
/** Side of a picture that the page reads, and of it the white border. */
const [PHOTO, MARGIN] = [140, 8];
const data = await loadOmniglot({ data: folder, side: SIDE });
const { test } = splitClasses(data);
const learner = await Learner.load();
const random = new Random(1, 'links');
const kinds = { strokes: penned, pictures: photographed };

for (const [kind, lookOf] of Object.entries(kinds)) {
  for (const classes of [5, 20]) {
    const lengths: number[] = [];
    const points: number[] = [];
    const right = [0, 0];
    let same = 0;
    for (let episode = 0; episode < episodes; episode++) {
      const looks = random.sample(test.length, classes).map((i) => {
        const { first, count } = data.classes[test[i]!]!;
        return random.sample(count, 2).map((drawing) => lookOf(first + drawing));
      });
      const answers = [(look: Look) => look, slim].map((form) => {
        learner.forget();
        looks.forEach(([one], i) => {
          learner.observe(pixelsOf(form(one!)), `${i}`);
        });
        return looks.map(([, other]) => learner.predict(pixelsOf(form(other!))).label);
      });
      answers.forEach((labels, form) => {
        right[form]! += labels.filter((label, i) => label === `${i}`).length;
      });
      same += answers[0]!.filter((label, i) => label === answers[1]![i]).length;
      const symbols = looks.map(([look], i) => ({ name: `symbol ${i + 1}`, look: look! }));
      lengths.push((await linkOf(symbols, new URL('https://example.org/mann/'))).length);
      points.push(...symbols.map(({ look }) => pointsOf(slim(look))));
    }
    const percent = (count: number) => ((100 * count) / (classes * episodes)).toFixed(1);
    console.log(
      `${classes} classes, ${kind}: link ${median(lengths)} characters (at most ${Math.max(...lengths)}), ` +
        `${kind === 'strokes' ? `${median(points)} points a drawing (at most ${Math.max(...points)}), ` : ''}` +
        `${percent(right[0]!)}% right as drawn, ${percent(right[1]!)}% slim, ${percent(same)}% the same answer`,
    );
  }
}

function pixelsOf(look: Look) {
  return 'strokes' in look
    ? raster(look.strokes)
    : { width: look.side, height: look.side, data: look.ink };
}

function pointsOf(look: Look): number {
  return 'strokes' in look ? look.strokes.flat().length / 2 : 0;
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1]!;
}

/** The drawing's lines as a pen gives them: a point every 8 units of the pad, on a smooth line and a unit beside it. */
function penned(drawing: number): Look {
  return { strokes: traced(data, drawing).map(smooth) };
}

/** By Catmull and Rom. */
function smooth(line: Stroke): Stroke {
  const last = line.length / 2 - 1;
  const at = (i: number, axis: number) => line[2 * Math.max(0, Math.min(last, i)) + axis]!;
  const made: number[] = [];
  for (let i = 0; i < last; i++) {
    const length = Math.hypot(at(i + 1, 0) - at(i, 0), at(i + 1, 1) - at(i, 1));
    const steps = Math.max(1, Math.round(length / 8));
    for (let step = 0; step < steps; step++) {
      const t = step / steps;
      for (const axis of [0, 1]) {
        const [a, b, c, d] = [-1, 0, 1, 2].map((k) => at(i + k, axis)) as [
          number,
          number,
          number,
          number,
        ];
        const value =
          b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
        made.push(Math.max(0, Math.min(1000, Math.round(value + random.uniform(-1, 1)))));
      }
    }
  }
  return [...made, at(last, 0), at(last, 1)];
}

/** The drawing as the page reads a picture of it. */
function photographed(drawing: number): Look {
  const ink = new Float32Array(PHOTO * PHOTO);
  const scale = SIDE / (PHOTO - 2 * MARGIN);
  const pixel = (u: number, v: number) =>
    u < 0 || v < 0 || u >= SIDE || v >= SIDE
      ? 0
      : data.atlas[(drawing * SIDE + v) * SIDE + u]! / 255;
  for (let y = MARGIN; y < PHOTO - MARGIN; y++) {
    for (let x = MARGIN; x < PHOTO - MARGIN; x++) {
      const [u, v] = [(x - MARGIN + 0.5) * scale - 0.5, (y - MARGIN + 0.5) * scale - 0.5];
      const [left, top] = [Math.floor(u), Math.floor(v)];
      const [s, t] = [u - left, v - top];
      const upper = (1 - s) * pixel(left, top) + s * pixel(left + 1, top);
      const lower = (1 - s) * pixel(left, top + 1) + s * pixel(left + 1, top + 1);
      ink[y * PHOTO + x] = Number(((1 - t) * upper + t * lower).toFixed(3));
    }
  }
  return { ink, side: PHOTO };
}
