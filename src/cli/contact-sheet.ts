/** Pictures of many drawings: dark ink on a light ground. */
import { Random } from '../common/random.js';
import type { DataSet } from '../data/drawings.js';
import type { EpisodeBatch } from '../data/episodes.js';
import type { ModelConfig } from '../model/config.js';

/** A grey picture, 255 is white. */
export interface Sheet {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Drawings of a class at most on a sheet. */
const COLUMNS = 20;

/** Some classes by lot, sorted by name, a row each, with their first drawings. */
export function classSheet(data: DataSet, rows: number, seed: number): Sheet {
  const { classes, atlas, side } = data;
  const lot = new Random(seed, 'contact sheet').sample(
    classes.length,
    Math.min(rows, classes.length),
  );
  const shown = lot.sort((a, b) => a - b).map((i) => classes[i]!);
  const columns = Math.min(COLUMNS, Math.max(...shown.map((one) => one.count)));
  const sheet = new Canvas(shown.length, columns, side, side, 2);
  for (const [row, { first, count }] of shown.entries()) {
    for (let i = 0; i < Math.min(columns, count); i++) {
      const from = (first + i) * side * side;
      sheet.draw(row, i, atlas.subarray(from, from + side * side), 255);
    }
  }
  return sheet.sheet;
}

/** The first episode of a batch, step after step, ten a row, from the network's own inputs. */
export function episodeSheet(batch: EpisodeBatch, config: ModelConfig): Sheet {
  const { inputHeight: height, inputWidth: width, numClasses } = config;
  const P = height * width;
  const columns = Math.min(10, batch.length);
  const scale = Math.max(1, Math.round(80 / Math.max(height, width)));
  const sheet = new Canvas(Math.ceil(batch.length / columns), columns, height, width, scale);
  for (let t = 0; t < batch.length; t++) {
    const from = t * (P + numClasses);
    const ink = batch.inputs.subarray(from, from + P);
    sheet.draw(Math.floor(t / columns), t % columns, ink, 1);
  }
  return sheet.sheet;
}

/** Drawings in rows and columns with gaps between them. */
class Canvas {
  readonly sheet: Sheet;
  readonly #gap = 4;

  constructor(
    rows: number,
    columns: number,
    readonly height: number,
    readonly width: number,
    readonly scale: number,
  ) {
    const across = columns * (width * scale + this.#gap) + this.#gap;
    const down = rows * (height * scale + this.#gap) + this.#gap;
    this.sheet = {
      width: across,
      height: down,
      data: new Uint8Array(across * down).fill(224),
    };
  }

  /** @param full the value of full ink */
  draw(row: number, column: number, ink: ArrayLike<number>, full: number): void {
    const { height, width, scale } = this;
    const left = this.#gap + column * (width * scale + this.#gap);
    const top = this.#gap + row * (height * scale + this.#gap);
    for (let y = 0; y < height * scale; y++) {
      for (let x = 0; x < width * scale; x++) {
        const value = ink[Math.floor(y / scale) * width + Math.floor(x / scale)]!;
        const at = (top + y) * this.sheet.width + left + x;
        this.sheet.data[at] = 255 - Math.round((255 * Math.min(full, value)) / full);
      }
    }
  }
}
