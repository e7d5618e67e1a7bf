/** The external memory of Santoro et al. 2016, equations 17 to 23: src/reference/memory.ts as a graph. */
import type { ModelConfig } from '../../model/config.js';
import { shapesOf } from '../../model/shapes.js';
import type { Graph, Value } from '../graph.js';
import { oneMinus, onePlusSoftplus, reshape, split } from './linear.js';
import { lookUp } from './lookup.js';
import type { State } from './state.js';

/** What R heads want of the memory, before their functions: [batch, R·W] each; gates and strengths [batch, R]. */
export interface Heads {
  readonly keys: Value;
  readonly adds: Value;
  readonly gates: Value | undefined;
  readonly strengths: Value | undefined;
}

/** The blocks of q, the heads' projection. */
export function headsOf(graph: Graph, config: ModelConfig, q: Value): Heads {
  const { R, W, gates } = shapesOf(config);
  const strengths = config.keyStrength === 'learned' ? R : 0;
  const parts = split(graph, q, {
    key_block: R * W,
    add_block: R * W,
    gates,
    strengths,
  });
  return {
    keys: parts.key_block!,
    adds: parts.add_block!,
    gates: parts.gates,
    strengths: parts.strengths,
  };
}

/** One step. Memory, read weights and usage are put into `after`. Returns r_t [batch, R·W]. */
export function remember(
  graph: Graph,
  config: ModelConfig,
  heads: Heads,
  before: State,
  after: State,
): Value {
  const sizes = shapesOf(config);
  const { N, W, R } = sizes;
  const op = graph.op.bind(graph);
  const ofHeads = (name: string, x: Value) => reshape(graph, name, x, [0, R, W]);

  const keys = ofHeads('keys', op('Tanh', 'keys_flat', [heads.keys]));
  const adds = ofHeads('adds', op('Tanh', 'adds_flat', [heads.adds]));
  const strengths = heads.strengths && onePlusSoftplus(graph, 'beta_flat', heads.strengths);

  const { slots, erased } = leastUsed(graph, before.get('usage')!, N, R); // (21)

  let writeWeights = slots; //                                          (22)
  if (heads.gates !== undefined) {
    const alpha = op('Unsqueeze', 'alpha', [
      op('Sigmoid', 'alpha_flat', [heads.gates]),
      graph.ints([-1]),
    ]);
    const again = op('Mul', 'written_again', [alpha, before.get('read_weights')!]);
    const fresh = op('Mul', 'written_fresh', [oneMinus(graph, 'one_minus_alpha', alpha), slots]);
    writeWeights = op('Add', 'write_weights', [again, fresh]);
  } else if (R > 1) {
    writeWeights = op('Expand', 'write_weights', [slots, graph.ints([1, R, 1])]);
  }

  const old = before.get('memory')!; //                                 (23)
  const wiped = op('Mul', 'wiped_memory', [old, oneMinus(graph, 'all_but_z', erased)]);
  const perSlot = op('Transpose', 'slot_write_weights', [writeWeights], { perm: [0, 2, 1] });
  const memory = op('Add', 'memory', [wiped, op('MatMul', 'written', [perSlot, adds])]);

  const seen = config.lookup === 'after-write' ? memory : old;
  const readWeights = lookUp(graph, 'read', sizes, keys, strengths, seen); // (17, 18)

  const used = op('Add', 'used_by_heads', [readWeights, writeWeights]); // (20)
  const now = op('ReduceSum', 'used_now', [used, graph.ints([1])], { keepdims: 0 });
  const decayed = op('Mul', 'decayed_usage', [graph.scalar(config.gamma), before.get('usage')!]);
  const usage = op('Add', 'usage', [decayed, now]);

  const readVectors = op('MatMul', 'read_vectors', [readWeights, memory]); // (19)

  after.set('memory', memory);
  after.set('usage', usage);
  after.set('read_weights', readWeights);
  after.set('read_vectors', readVectors);
  return reshape(graph, 'read_vectors_flat', readVectors, [0, R * W]);
}

/**
 * Equation 21: the R slots of smallest usage. Among equals the higher index counts as less used, whereas TopK takes the
 * lower one first; so it gets the slots from the last to the first.
 * @param usage [batch, N]
 * @returns `slots` w_lu [batch, 1, N], their one-hots summed, and `erased` [batch, N, 1], the very least used one
 */
function leastUsed(graph: Graph, usage: Value, N: number, R: number) {
  const [last, end] = [graph.ints([-1]), graph.ints([-N - 1])];
  const back = [last, end, graph.ints([1]), graph.ints([-1])];
  const turned = graph.op('Slice', 'usage_backwards', [usage, ...back]);
  const top = ['least_usages', 'least_used_backwards'];
  const order = { axis: 1, largest: 0, sorted: 1 };
  const [, places] = graph.ops('TopK', top, [turned, graph.ints([R])], order);
  const least = graph.op('Sub', 'least_used', [graph.int(N - 1), places!]);
  const values = graph.floats('off_and_on', [2], [0, 1]);
  const oneHots = graph.op('OneHot', 'least_used_one_hots', [least, graph.int(N), values], {
    axis: -1,
  });
  const slots =
    R === 1
      ? oneHots
      : graph.op('ReduceSum', 'least_used_weights', [oneHots, graph.ints([1])], { keepdims: 1 });
  const first =
    R === 1
      ? oneHots
      : graph.op('Slice', 'z', [oneHots, graph.ints([0]), graph.ints([1]), graph.ints([1])]);
  const erased = graph.op('Transpose', 'z_of_slots', [first], { perm: [0, 2, 1] });
  return { slots, erased };
}
