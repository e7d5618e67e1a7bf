/**
 * How often the page's network is right about photos of drawings: five characters of a ready alphabet taught on the
 * pad, another person's drawings of them asked as synthetic photos. Before: the picture made small as it is; now: cleaned.
 * `npx tsx web/scripts/measure/photo.ts [sets] [seed] [folder for pictures] [pattern of photos' names]`, after `npm run build`.
 */
import { writeFileSync } from 'node:fs';
import { encode } from 'fast-png';
import { Learner, loadCheckpoint, Random } from 'mann';
import { alphabets } from '../../src/alphabets/alphabets.js';
import { fitted } from '../../src/intake/fitted.js';
import { drawingIn, LONGEST, SIDE } from '../../src/intake/picture.js';
import type { Plane } from '../../src/intake/plane.js';
import { raster } from '../../src/pad/strokes.js';
import { KNOWN_FROM } from '../../src/session/verdict.js';
import { pack, unpack } from '../../src/weights/compact.js';
import { type Photo, photoOf, type Scene } from './synthetic-photo.js';

const [sets = '20', seed = '1', folder, only = ''] = process.argv.slice(2);

const white = [0.96, 0.95, 0.93] as const;
const black = [0.08, 0.08, 0.1] as const;
const blue = [0.12, 0.2, 0.6] as const;
const pencil = [0.4, 0.4, 0.42] as const;
const pen: Scene = {
  light: [0.8, 0.95],
  paper: white,
  pen: black,
  width: 22,
  cover: 0.95,
  grain: 0.1,
  size: 0.6,
  vignette: 0.2,
  blur: 1,
  noise: 3,
};

const scenes: Readonly<Record<string, Scene>> = {
  'a drawing program': {
    ...pen,
    light: [1, 1],
    paper: [1, 1, 1],
    pen: [0, 0, 0],
    width: 36,
    cover: 1,
    grain: 0,
    size: 0.9,
    vignette: 0,
    blur: 0,
    noise: 0,
    isFlat: true,
  },
  'a scan, small on the page': {
    ...pen,
    light: [1, 1],
    paper: [1, 1, 1],
    size: 0.25,
    width: 36,
    vignette: 0,
    blur: 0,
    noise: 1,
    isFlat: true,
  },
  'black pen, even light': pen,
  'blue pen, side light': { ...pen, pen: blue, light: [0.45, 1], paper: [0.95, 0.92, 0.82] },
  'pencil, vignette': { ...pen, pen: pencil, width: 14, cover: 0.7, grain: 0.5, vignette: 0.5 },
  'pen, shadow of a hand': { ...pen, pen: blue, light: [0.6, 1], shadow: 0.5 },
  'pen, ruled paper': { ...pen, pen: blue, rules: 0.5, light: [0.6, 0.95] },
  'pen, squared paper': { ...pen, pen: blue, squares: 0.4, light: [0.6, 0.95] },
  'pen, dark table around the page': { ...pen, table: 0.5, light: [0.6, 0.95], size: 0.45 },
  'pencil, small, dim, noisy': {
    ...pen,
    pen: pencil,
    width: 20,
    cover: 0.8,
    grain: 0.4,
    light: [0.25, 0.5],
    size: 0.3,
    noise: 5,
  },
  'pencil, faint and thin': { ...pen, pen: pencil, width: 10, cover: 0.35, grain: 0.5 },
  'marker, out of focus': { ...pen, width: 55, blur: 4, light: [0.5, 0.9] },
  'chalk on a blackboard': {
    ...pen,
    paper: [0.15, 0.22, 0.18],
    pen: [0.9, 0.9, 0.88],
    width: 26,
    cover: 0.9,
    grain: 0.5,
    light: [0.5, 0.9],
  },
};

const learner = await Learner.load(
  unpack(pack(await loadCheckpoint('models/mann-omniglot-20way.safetensors')).buffer),
);
const all = await alphabets();
console.log('| photo | pad | before | now |\n|---|---|---|---|');
let totalTime = 0;
let photos = 0;
for (const [name, scene] of Object.entries(scenes)) {
  if (!new RegExp(only).test(name)) continue;
  const random = new Random(Number(seed), 'photos');
  const right = { pad: 0, before: 0, now: 0 };
  let asked = 0;
  const shown: Float32Array[] = [];
  for (let set = 0; set < Number(sets); set++) {
    const { characters } = all[random.below(all.length)]!;
    const five = random.sample(characters.length, 5).map((i) => characters[i]!);
    learner.forget();
    for (const one of five) learner.observe(raster(one.first), one.name);
    for (const one of five) {
      const photo = photoOf(one.second, scene, random);
      asked++;
      right.pad += isRight(raster(one.second), one.name);
      right.before += isRight(lookOf(before(photo)), one.name);
      const plane = planeOf(photo, LONGEST);
      const started = process.cpuUsage().user;
      const ink = drawingIn(plane);
      totalTime += (process.cpuUsage().user - started) / 1000;
      photos++;
      right.now += ink ? isRight(lookOf(ink), one.name) : 0;
      if (folder && set < 4) {
        if (shown.length === 0)
          writeFileSync(
            `${folder}/${name.replaceAll(/\W+/g, '-')}.png`,
            encode({ ...photo, data: photo.data, channels: 4 }),
          );
        shown.push(before(photo), ink ?? new Float32Array(SIDE * SIDE));
      }
    }
  }
  if (folder) writeFileSync(`${folder}/${name.replaceAll(/\W+/g, '-')}-looks.png`, sheet(shown));
  const percent = (n: number) => ((100 * n) / asked).toFixed(0);
  console.log(
    `| ${name} | ${percent(right.pad)} | ${percent(right.before)} | ${percent(right.now)} |`,
  );
}
console.log(`${(totalTime / photos).toFixed(0)} ms of CPU a photo`);

function isRight(drawing: Parameters<Learner['predict']>[0], truth: string): number {
  try {
    const { label, familiarity } = learner.predict(drawing);
    return +(label === truth && familiarity >= KNOWN_FROM);
  } catch {
    return 0; // nothing stands out
  }
}

function lookOf(ink: Float32Array) {
  return { width: SIDE, height: SIDE, data: ink };
}

/** A photo in grey, up to `longest` pixels long. */
function planeOf({ width, height, data }: Photo, longest: number): Plane {
  const grey = new Float32Array(width * height);
  for (let i = 0; i < grey.length; i++) {
    grey[i] = 0.299 * data[4 * i]! + 0.587 * data[4 * i + 1]! + 0.114 * data[4 * i + 2]!;
  }
  const scale = Math.min(1, longest / Math.max(width, height));
  const [columns, rows] = [Math.round(width * scale), Math.round(height * scale)];
  const side = Math.max(columns, rows);
  const square = fitted({ width, height, values: grey }, side, 0);
  const [left, top] = [Math.floor((side - columns) / 2), Math.floor((side - rows) / 2)];
  const values = new Float32Array(columns * rows);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++)
      values[y * columns + x] = square[(y + top) * side + x + left]!;
  }
  return { width: columns, height: rows, values };
}

/** What the page did before: the whole picture small, dark or light by its corners. */
function before(photo: Photo): Float32Array {
  const { width, height, values } = planeOf(photo, SIDE - 16);
  const [left, top] = [Math.floor((SIDE - width) / 2), Math.floor((SIDE - height) / 2)];
  const corners = [values[0]!, values[width - 1]!, values[width * (height - 1)]!, values.at(-1)!];
  const isDark = corners.reduce((a, b) => a + b, 0) < 2 * 255;
  const ink = new Float32Array(SIDE * SIDE);
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const value = values[y * width + x]! / 255;
      ink[(y + top) * SIDE + x + left] = isDark ? value : 1 - value;
    }
  }
  return ink;
}

function sheet(looks: readonly Float32Array[]): Uint8Array {
  const columns = 10;
  const rows = Math.ceil(looks.length / columns);
  const data = new Uint8Array(columns * rows * SIDE * SIDE);
  looks.forEach((ink, i) => {
    const [left, top] = [(i % columns) * SIDE, Math.floor(i / columns) * SIDE];
    ink.forEach((value, at) => {
      const x = at % SIDE;
      data[(top + (at - x) / SIDE) * columns * SIDE + left + x] = 255 * (1 - Math.min(1, value));
    });
  });
  return encode({ width: columns * SIDE, height: rows * SIDE, data, channels: 1 });
}
