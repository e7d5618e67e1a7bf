/** Looking up by content, equations 17 and 18: src/reference/lookup.ts as a graph. */
import type { Shapes } from '../../model/shapes.js';
import type { Graph, Value } from '../graph.js';

/** Keeps the cosine finite. */
const EPSILON = 1e-8;

/**
 * Where R keys [batch, R, W] find themselves in a memory [batch, N, W], by the first K numbers of both.
 * @param strengths [batch, R]; undefined where β is 1
 * @returns w [batch, R, N]
 */
export function lookUp(
  graph: Graph,
  name: string,
  { W, K }: Pick<Shapes, 'W' | 'K'>,
  keys: Value,
  strengths: Value | undefined,
  seen: Value,
): Value {
  const op = (type: string, what: string, inputs: readonly Value[], attributes = {}) =>
    graph.op(type, `${name}.${what}`, inputs, attributes);
  const begin = graph.ints([0]);
  const compared = (what: string, x: Value) =>
    K === W ? x : op('Slice', what, [x, begin, graph.ints([K]), graph.ints([-1])]);
  const k = compared('compared_keys', keys);
  const m = compared('compared_slots', seen);

  //                                                                      (17)
  const turned = op('Transpose', 'slots_as_columns', [m], { perm: [0, 2, 1] });
  const product = op('MatMul', 'products', [k, turned]);
  const keyNorm = op('ReduceL2', 'key_norms', [k], { axes: [-1], keepdims: 1 });
  const slotNorm = op('ReduceL2', 'slot_norms', [turned], { axes: [1], keepdims: 1 });
  const norms = op('Mul', 'norms', [keyNorm, slotNorm]);
  const divisor = op('Add', 'divisors', [norms, graph.scalar(EPSILON)]);
  const similarity = op('Div', 'similarity', [product, divisor]);

  //                                                                      (18)
  if (strengths === undefined) return op('Softmax', 'weights', [similarity], { axis: -1 });
  const beta = op('Unsqueeze', 'beta', [strengths, graph.ints([-1])]);
  return op('Softmax', 'weights', [op('Mul', 'sharpened', [beta, similarity])], { axis: -1 });
}
