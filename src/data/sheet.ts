import { encode } from 'fast-png';
import type { Batch } from '../engine/engine.js';
import type { DataSet } from './drawings.js';

/** A colour: red, green, blue, 0 to 255. */
type Colour = readonly [number, number, number];

const PAGE: Colour = [236, 236, 233];
const PAPER: Colour = [255, 255, 255];
const INK: Colour = [24, 26, 33];

/** Okabe and Ito's colours, that people with any colour vision can tell apart. */
const PALETTE: readonly Colour[] = [
  [230, 159, 0], // orange
  [86, 180, 233], // sky blue
  [0, 158, 115], // bluish green
  [204, 121, 167], // reddish purple
  [0, 114, 178], // blue
  [213, 94, 0], // vermilion
  [240, 228, 66], // yellow
  [0, 0, 0], // black
];

/** Pixels a side that a pixel of a class sheet is shown with. */
const CLASS_SCALE = 2;
/** Pixels around a class sheet, and between its drawings. */
const MARGIN = 8;
const GAP = 2;

/** Pixels a side that a pixel of an episode sheet is shown with. */
const EPISODE_SCALE = 3;
/** Pictures in a row of an episode. */
const PER_ROW = 10;
/** Pixels of frames: where a class appears again, and where it appears first. */
const THIN = 2;
const THICK = 6;

/**
 * A PNG of classes: a row for each, a column for each of its first `drawings` drawings (blank where
 * a class has fewer), dark ink on paper, every pixel of the atlas 2x2.
 * @param classes indices into the data set's classes
 * @returns the file's bytes
 * @throws RangeError when there is nothing to show or a class is not in the data set
 */
export function classSheet(
  data: DataSet,
  classes: readonly number[],
  drawings: number,
): Uint8Array<ArrayBuffer> {
  if (classes.length === 0 || !Number.isInteger(drawings) || drawings < 1) {
    throw new RangeError('a sheet must show at least one class and one drawing');
  }
  const { atlas, side } = data;
  const pitch = side * CLASS_SCALE + GAP;
  const page = new Page(
    drawings * pitch - GAP + 2 * MARGIN,
    classes.length * pitch - GAP + 2 * MARGIN,
  );
  classes.forEach((index, row) => {
    const drawn = data.classes[index];
    if (!drawn) throw new RangeError(`${data.name} has no class ${index}`);
    for (let column = 0; column < drawings; column++) {
      const first = (drawn.first + column) * side * side;
      page.picture(
        MARGIN + column * pitch,
        MARGIN + row * pitch,
        side,
        side,
        CLASS_SCALE,
        column < drawn.count ? (pixel) => atlas[first + pixel]! / 255 : () => 0,
      );
    }
  });
  return page.png();
}

/**
 * A PNG of one episode, its pictures exactly as the network sees them, dark ink on paper, in reading
 * order, 10 a row, every pixel of the input 3x3. The frame's colour is the label (the ninth has the
 * first's colour again), a thick frame a class's first appearance.
 * @param batch inputs [B, T, X], X = inputHeight inputWidth + numClasses
 * @param episode 0 to B-1
 * @returns the file's bytes
 * @throws RangeError when the episode is not in the batch or the sizes are not those of its inputs
 */
export function episodeSheet(
  { batch, length, inputs, labels }: Batch,
  episode: number,
  inputHeight: number,
  inputWidth: number,
  numClasses: number,
): Uint8Array<ArrayBuffer> {
  const inputSize = inputHeight * inputWidth + numClasses;
  if (!Number.isInteger(episode) || episode < 0 || episode >= batch) {
    throw new RangeError(`there is no episode ${episode} in a batch of ${batch}`);
  }
  if (inputs.length !== batch * length * inputSize) {
    throw new RangeError(
      `inputs of ${inputs.length} numbers are not ${batch} episodes of ${length} steps of ` +
        `${inputHeight}x${inputWidth} pixels and ${numClasses} labels`,
    );
  }
  const pitchX = inputWidth * EPISODE_SCALE + 2 * THICK + GAP;
  const pitchY = inputHeight * EPISODE_SCALE + 2 * THICK + GAP;
  const rows = Math.ceil(length / PER_ROW);
  const columns = Math.min(length, PER_ROW);
  const page = new Page(columns * pitchX - GAP + 2 * MARGIN, rows * pitchY - GAP + 2 * MARGIN);
  const seen = new Set<number>();
  for (let t = 0; t < length; t++) {
    const step = episode * length + t;
    const label = labels[step]!;
    const frame = seen.has(label) ? THIN : THICK;
    seen.add(label);
    const x = MARGIN + (t % PER_ROW) * pitchX + THICK;
    const y = MARGIN + Math.floor(t / PER_ROW) * pitchY + THICK;
    page.fill(
      x - frame,
      y - frame,
      inputWidth * EPISODE_SCALE + 2 * frame,
      inputHeight * EPISODE_SCALE + 2 * frame,
      PALETTE[label % PALETTE.length]!,
    );
    const first = step * inputSize;
    page.picture(x, y, inputHeight, inputWidth, EPISODE_SCALE, (pixel) => inputs[first + pixel]!);
  }
  return page.png();
}

/** Something to paint on, in colours, its origin the upper left. */
class Page {
  readonly #data: Uint8Array;

  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.#data = new Uint8Array(3 * width * height);
    this.fill(0, 0, width, height, PAGE);
  }

  fill(left: number, top: number, width: number, height: number, colour: Colour): void {
    for (let y = top; y < top + height; y++) {
      for (let x = left; x < left + width; x++) this.#data.set(colour, 3 * (y * this.width + x));
    }
  }

  /** @param ink of each pixel [height, width], 0 to 1 */
  picture(
    left: number,
    top: number,
    height: number,
    width: number,
    scale: number,
    ink: (pixel: number) => number,
  ): void {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const part = Math.min(Math.max(ink(y * width + x), 0), 1);
        const [r, g, b] = PAPER.map((paper, i) => Math.round(paper + part * (INK[i]! - paper)));
        this.fill(left + x * scale, top + y * scale, scale, scale, [r!, g!, b!]);
      }
    }
  }

  png(): Uint8Array<ArrayBuffer> {
    const { width, height } = this;
    return Uint8Array.from(encode({ width, height, data: this.#data, channels: 3, depth: 8 }));
  }
}
