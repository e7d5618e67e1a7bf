import type { Floats } from '../../model/tensors.js';
import type { DataSet } from '../drawings.js';
import { widthOf } from './font.js';
import { type Colour, Page } from './page.js';

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
/** Characters of a line of a label: all of Omniglot fit. */
const LONGEST = 42;

/** Pixels a side that a pixel of an episode sheet is shown with. */
const EPISODE_SCALE = 3;
/** Pictures in a row of an episode. */
const PER_ROW = 10;
/** Pixels of frames: where a class appears again, and where it appears first. */
const THIN = 2;
const THICK = 6;

/**
 * A PNG of classes: a row for each with its name, a column for each of its first `drawings` drawings (blank
 * where a class has fewer), dark on white, every pixel of the atlas 2x2.
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
  const shown = classes.map((index) => {
    const drawn = data.classes[index];
    if (!drawn) throw new RangeError(`${data.name} has no class ${index}`);
    return { ...drawn, label: labelLines(drawn.name) };
  });
  const left = labelColumn(shown.map(({ label }) => label));
  const page = new Page(
    left + drawings * pitch - GAP + MARGIN,
    classes.length * pitch - GAP + 2 * MARGIN,
  );
  shown.forEach((drawn, row) => {
    page.label(left - MARGIN, MARGIN + row * pitch + (side * CLASS_SCALE) / 2, drawn.label);
    for (let column = 0; column < drawings; column++) {
      const first = (drawn.first + column) * side * side;
      page.picture(
        left + column * pitch,
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

/** A name in lines: a folder above its class. */
function labelLines(name: string): string[] {
  return name
    .split('/')
    .slice(-2)
    .map((part) => (part.length > LONGEST ? `${part.slice(0, LONGEST - 3)}...` : part));
}

/** Pixels to the left of the pictures. */
function labelColumn(labels: readonly (readonly string[])[]): number {
  return MARGIN + Math.max(...labels.flat().map(widthOf)) + MARGIN;
}

/** A batch of episodes, as far as a sheet shows it. */
interface LabelledDrawings {
  readonly batch: number;
  readonly length: number;
  readonly inputs: Floats;
  readonly labels: ArrayLike<number>;
}

/**
 * A PNG of one episode, its pictures exactly as the network sees them, dark on white, in reading order,
 * 10 a row with the numbers of its steps, every pixel of the input 3x3. The frame's colour is the label
 * (the ninth has the first's colour again), a thick frame the first time of a class.
 * @param batch inputs [B, T, X], X = inputHeight inputWidth + numClasses
 * @param episode 0 to B-1
 * @returns the file's bytes
 * @throws RangeError when the episode is not in the batch or the sizes are not those of its inputs
 */
export function episodeSheet(
  { batch, length, inputs, labels }: LabelledDrawings,
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
  const steps = Array.from({ length: rows }, (_, row) => {
    const first = row * PER_ROW + 1;
    const last = Math.min(first + PER_ROW - 1, length);
    return [first === last ? `${first}` : `${first}-${last}`];
  });
  const left = labelColumn(steps);
  const page = new Page(left + columns * pitchX - GAP + MARGIN, rows * pitchY - GAP + 2 * MARGIN);
  steps.forEach((label, row) => {
    page.label(left - MARGIN, MARGIN + row * pitchY + (pitchY - GAP) / 2, label);
  });
  const seen = new Set<number>();
  for (let t = 0; t < length; t++) {
    const step = episode * length + t;
    const label = labels[step]!;
    const frame = seen.has(label) ? THIN : THICK;
    seen.add(label);
    const x = left + (t % PER_ROW) * pitchX + THICK;
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
