/** What a network carries from a step to the next, and where it begins. */
import type { ModelConfig } from '../../model/config.js';
import { shapesOf } from '../../model/shapes.js';
import { layerName } from '../../model/tensors.js';
import { initialState } from '../../reference/network.js';
import type { Graph, Value } from '../graph.js';

/** The values of a state by name. */
export type State = Map<string, Value>;

/** The states of LSTM layers, counted from 0: `cell`, `cell2`, ... */
export const cellName = (layer: number): string => layerName(layer).replace('lstm', 'cell');
export const hiddenName = (layer: number): string => layerName(layer).replace('lstm', 'hidden');

/** A part of the state that a network needs. */
export interface StateSpec {
  readonly name: string;
  /** Without the batch, which comes first. */
  readonly shape: readonly number[];
  /** The numbers before the first step, or the one that all of them are. */
  readonly start: ArrayLike<number> | number;
  /** What it is, in words. */
  readonly about: string;
}

/** All that the next step of a network needs, and nothing that is only looked at. */
export function stateSpecs(config: ModelConfig): StateSpec[] {
  const { H, L, N, W, R, rin, gates, kept } = shapesOf(config);
  // all columns of a slot begin alike: one is enough, where all would not fit into memory
  const { memory } = initialState({ ...config, memoryDim: 1 });
  const specs: StateSpec[] = [];
  const add = (
    isNeeded: boolean,
    name: string,
    shape: readonly number[],
    start: StateSpec['start'],
    about: string,
  ) => isNeeded && specs.push({ name, shape, start, about });
  for (let layer = 0; layer < L; layer++) {
    const isLstm = config.controller === 'lstm';
    add(isLstm, cellName(layer), [H], 0, 'cells of an LSTM layer');
    add(isLstm, hiddenName(layer), [H], 0, 'hidden units of an LSTM layer');
  }
  const isNtm = config.memory === 'ntm';
  const isRead = rin > 0 && config.controllerInput === 'read-vectors';
  const areWeightsRead = rin > 0 && (!isRead || gates > 0 || isNtm);
  add(R > 0, 'memory', [N, W], memory.memory[0]!, 'memory slots');
  add(isRead, 'read_vectors', [R, W], 0, 'what each head has read');
  add(areWeightsRead, 'read_weights', [R, N], memory.readWeights, 'where each head has read');
  add(isNtm, 'write_weights', [R, N], memory.writeWeights, 'where each head has written');
  add(R > 0 && !isNtm, 'usage', [N], memory.usage, 'usage of each slot');
  add(kept > 0, 'embedding', [kept], 0, 'embedding of the drawing before');
  return specs;
}

/**
 * The state that a batch begins in: the rows that are given, and for episodes without a row the start state.
 * @param given [rows, ...]
 * @param batch how many episodes there are, a vector of one number
 */
export function beginning(
  graph: Graph,
  { name, shape, start }: StateSpec,
  given: Value,
  batch: Value,
) {
  const row =
    typeof start === 'number'
      ? graph.scalar(start)
      : graph.floats(`start.${name}`, [1, ...shape], start);
  const sizes = graph.op('Concat', `start.${name}.sizes`, [batch, graph.ints(shape)], { axis: 0 });
  const rows = graph.op('Expand', `start.${name}.rows`, [row, sizes]);
  const all = graph.op('Concat', `${name}.given_and_start`, [given, rows], { axis: 0 });
  return graph.op('Slice', `${name}.first`, [all, graph.ints([0]), batch, graph.ints([0])]);
}
