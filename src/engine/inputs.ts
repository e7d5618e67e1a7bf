/** What an engine is given, checked before it works: an array of another size would be read as something else. */
import { UserError } from '../common/errors.js';
import type { Shapes } from '../model/shapes.js';
import type { Batch, CellState } from './engine.js';

/**
 * Checks how much a batch says it is, before there is room for it: `checkCounts(batch)`.
 * @throws UserError
 */
export function checkCounts({ batch: B, length: T }: Pick<Batch, 'batch' | 'length'>): void {
  checkCount('batch', B);
  checkCount('length', T);
}

/**
 * Checks that a batch has the sizes that it says it has, and targets that there are: `checkBatch(shapesOf(config), batch)`.
 * @param draws whether the engine draws pictures itself
 * @throws UserError that names the array, and how many numbers it should have
 */
export function checkBatch(shapes: Shapes, given: Batch, draws = false): void {
  const { batch: B, length: T, inputs, views, targets, mask, start } = given;
  if (views && !draws) {
    throw new UserError('a batch with views is for an engine that draws: give this one inputs');
  }
  const { X, target } = shapes;
  if (views) {
    checkSize('views.drawings', views.drawings, { B, T });
    checkSize('views.resampling', views.resampling, { B, T, each: 6 });
    checkDrawings(views);
  } else checkSize('inputs', inputs, { B, T, X });
  checkSize('targets', targets, { B, T, ...(target > 1 && { each: target }) });
  if (mask) checkSize('mask', mask, { B, T });
  if (start) checkState(shapes, start, B);
  checkLabels(shapes, targets);
}

/**
 * Checks a single step: `checkStep(shapesOf(config), inputs, state)`.
 * @returns B
 * @throws UserError that names the array, and how many numbers it should have
 */
export function checkStep(shapes: Shapes, inputs: Batch['inputs'], state: CellState): number {
  const { X, H, L } = shapes;
  const B = state.hidden.length / (L * H);
  if (!Number.isInteger(B) || B < 1) {
    throw new UserError(
      `hidden of a state has ${state.hidden.length} numbers, not ${L * H} for each of its episodes`,
    );
  }
  checkSize('inputs', inputs, { B, X });
  checkState(shapes, state, B);
  return B;
}

/** The shape of each array of a state of B episodes: `stateShapes(shapesOf(config), 1).usage` is { B: 1, N: 64 }. */
export function stateShapes({ L, H, N, W, R, kept }: Shapes, B: number) {
  return {
    cell: { L, B, H },
    hidden: { L, B, H },
    memory: { B, N, W },
    readVectors: { B, R, W },
    readWeights: { B, R, N },
    writeWeights: { B, R, N },
    usage: { B, N },
    embedding: { B, E: kept },
  } satisfies Record<keyof CellState, Shape>;
}

function checkState(shapes: Shapes, state: CellState, B: number): void {
  for (const [name, shape] of Object.entries(stateShapes(shapes, B))) {
    checkSize(`${name} of a state`, state[name as keyof CellState], shape);
  }
}

/** Checks the number of episodes, or of the steps of each: `checkCount('batch', 16)`. @throws UserError */
export function checkCount(what: 'batch' | 'length', count: number): void {
  if (Number.isInteger(count) && count >= 1) return;
  throw new UserError(`${what} of a batch must be a whole number from 1, not ${count}`);
}

/** Sizes by their letters, the slowest first. */
type Shape = Readonly<Record<string, number>>;

/** How many numbers an array of this shape has: `sizeOf({ B: 2, N: 64 })` is 128. */
export function sizeOf(shape: Shape): number {
  return Object.values(shape).reduce((product, n) => product * n, 1);
}

function checkSize(what: string, { length }: { readonly length: number }, shape: Shape): void {
  const numbers = sizeOf(shape);
  if (length === numbers) return;
  const sizes = Object.entries(shape).map(([name, n]) => (name === 'each' ? n : `${name} = ${n}`));
  throw new UserError(
    `${what} must have ${numbers} numbers [${sizes.join(', ')}], and has ${length}`,
  );
}

/** A graphics processor says nothing where an index is too large: it takes another one, or what lies beyond. */
function checkDrawings({ atlas, side, drawings }: NonNullable<Batch['views']>): void {
  const count = Math.floor(atlas.length / side ** 2);
  for (let i = 0; i < drawings.length; i++) {
    const drawing = drawings[i]!;
    if (drawing >= 0 && drawing < count) continue;
    throw new UserError(`views.drawings names drawing ${drawing}, and the atlas has ${count}`);
  }
}

/** A label that no class has would be looked up beside the answers. */
function checkLabels({ C }: Shapes, targets: Batch['targets']): void {
  if (C === 0) return;
  for (let i = 0; i < targets.length; i++) {
    const label = targets[i]!;
    if (Number.isInteger(label) && label >= 0 && label <= C) continue; // C: no label
    throw new UserError(
      `targets must be whole numbers from 0 to ${C}, and number ${i + 1} is ${label}`,
    );
  }
}
