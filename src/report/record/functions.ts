import type { CellState, Engine } from '../../engine/engine.js';
import { shapesOf } from '../../model/shapes.js';
import type { Floats } from '../../model/tensors.js';
import { softplus } from '../../reference/linear.js';
import { LEAST_DEVIATION } from '../../reference/loss.js';
import { type PointFeatures, pointFeatures } from '../../tasks/regression/fourier-features.js';
import type { FunctionBatch } from '../../tasks/regression/functions.js';
import { type GaussianProcess, predictEach } from '../../tasks/regression/gaussian-process.js';
import type { FunctionRecord, FunctionView, Normals } from '../data.js';
import { MemoryRecorder } from './memory.js';

/** A function of one number is shown after so many points. */
const VIEWS: readonly number[] = [1, 2, 5, 10, 20, 50];
/** Numbers at which it is predicted then. */
const GRID = 96;
/** Of these so many at once: a batch that there was room for in training. */
const AT_ONCE = 16;
/** The memory looks much the same in later steps. */
const STEPS_OF_MEMORY = 60;

/**
 * Shows a network the first function of a batch, point by point, and keeps what it and the process predict.
 * @param range of the points
 */
export function recordFunction(
  engine: Engine,
  batch: FunctionBatch,
  { low, high }: { readonly low: number; readonly high: number },
): FunctionRecord {
  const { X, P } = shapesOf(engine.config);
  const T = batch.length;
  const D = batch.points.length / (batch.batch * T);
  const features = pointFeatures(D, (P - D) / 2);
  const points = batch.points.slice(0, T * D);
  const values = batch.targets.slice(0, T);
  const process = { length: batch.lengths[0]!, scale: batch.scales[0]!, noise: batch.noise };
  const grid = Float32Array.from(
    { length: D === 1 ? GRID : 0 },
    (_, i) => low + ((high - low) * i) / (GRID - 1),
  );
  const network = normals(T);
  const views: FunctionView[] = [];
  const recorder = new MemoryRecorder(engine, Math.min(T, STEPS_OF_MEMORY));
  let state = engine.zeroState(1);
  for (let t = 0; t < T; t++) {
    const result = engine.step(batch.inputs.slice(t * X, (t + 1) * X), state);
    state = result.state;
    read(result.logits, network, t);
    recorder.keep(t, state);
    const known = t + 1;
    if (grid.length > 0 && VIEWS.includes(known)) {
      views.push({
        known,
        network: predictGrid(engine, features, state, grid, values[t]!),
        exact: exactOnGrid(points.subarray(0, known), values.subarray(0, known), grid, process),
      });
    }
  }
  const { means, deviations } = predictEach(points, values, D, process);
  return {
    kind: 'regression',
    ...{ length: T, dimensions: D, points, values },
    ...{ network, exact: { means, deviations }, grid, views },
    ...recorder.record,
  };
}

function normals(count: number): Normals {
  return { means: new Float64Array(count), deviations: new Float64Array(count) };
}

/** Reads the first answer of a step. */
function read(logits: Floats, into: Normals, at: number, from = 0): void {
  into.means[at] = logits[from]!;
  into.deviations[at] = softplus(logits[from + 1]!) + LEAST_DEVIATION;
}

/** What the network would say of each number now. None of it is kept: the state stays as it is. */
function predictGrid(
  engine: Engine,
  features: PointFeatures,
  state: CellState,
  grid: Float32Array,
  last: number,
): Normals {
  const result = normals(grid.length);
  const X = features.size + 1;
  for (let from = 0; from < grid.length; from += AT_ONCE) {
    const numbers = grid.subarray(from, from + AT_ONCE);
    // the value at the last point has not been given yet
    const inputs = new Float32Array(numbers.length * X).fill(last);
    for (let i = 0; i < numbers.length; i++) features.write(numbers, i, inputs, i * X);
    const { logits } = engine.step(inputs, repeated(state, numbers.length, engine));
    for (let i = 0; i < numbers.length; i++) read(logits, result, from + i, 2 * i);
  }
  return result;
}

/** The state of one episode for a batch of them. */
function repeated(state: CellState, count: number, { config }: Engine): CellState {
  const { H, L } = shapesOf(config);
  const times = (array: Floats) => {
    const all = new Float64Array(count * array.length);
    for (let b = 0; b < count; b++) all.set(array, b * array.length);
    return all;
  };
  const layers = (array: Floats) => {
    const all = new Float64Array(count * array.length);
    for (let l = 0; l < L; l++) all.set(times(array.subarray(l * H, (l + 1) * H)), l * count * H);
    return all;
  };
  const { cell, hidden, ...rest } = state;
  const others = Object.entries(rest).map(([name, array]) => [name, times(array)]);
  return { ...Object.fromEntries(others), cell: layers(cell), hidden: layers(hidden) };
}

/** What the process says of each number once some values are known. */
function exactOnGrid(
  points: Float32Array,
  values: Float32Array,
  grid: Float32Array,
  process: GaussianProcess,
): Normals {
  const result = normals(grid.length);
  const known = values.length;
  for (const [i, x] of grid.entries()) {
    const { means, deviations } = predictEach(
      Float32Array.of(...points, x),
      Float32Array.of(...values, 0), // the last value is asked for, not looked at
      1,
      process,
    );
    result.means[i] = means[known]!;
    result.deviations[i] = deviations[known]!;
  }
  return result;
}
