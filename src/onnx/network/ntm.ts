/** The external memory of the Neural Turing Machine (Graves et al. 2014): src/reference/ntm.ts as a graph. */
import type { ModelConfig } from '../../model/config.js';
import { shapesOf } from '../../model/shapes.js';
import type { Graph, Value } from '../graph.js';
import { oneMinus, onePlusSoftplus, reshape, split } from './linear.js';
import { lookUp } from './lookup.js';
import type { State } from './state.js';

/** One step. Memory and weights are put into `after`. Returns r_t [batch, R·W]. */
export function rememberNtm(
  graph: Graph,
  config: ModelConfig,
  q: Value,
  before: State,
  after: State,
): Value {
  const { W, R } = shapesOf(config);
  const op = graph.op.bind(graph);
  const heads = R * (W + 6);
  const parts = split(graph, q, {
    read_block: heads,
    write_block: heads,
    erase_block: R * W,
    add_block: R * W,
  });
  const old = before.get('memory')!;
  const ofHeads = (name: string, x: Value) => reshape(graph, name, x, [0, R, W]);

  const address = (name: string, block: Value, weights: Value) =>
    addressing(graph, config, name, block, weights, old);
  const reading = address('read', parts.read_block!, before.get('read_weights')!);
  const writing = address('write', parts.write_block!, before.get('write_weights')!);
  const erases = ofHeads('erases', op('Sigmoid', 'erases_flat', [parts.erase_block!]));
  const adds = ofHeads('adds', op('Tanh', 'adds_flat', [parts.add_block!]));

  let memory = old; //                                                    M_{t-1} ∘ Π_r (1 - w^w_r ⊗ e_r)
  const perSlot = op('Transpose', 'slot_write_weights', [writing], { perm: [0, 2, 1] });
  for (let r = 0; r < R; r++) {
    const [from, to] = [graph.ints([r]), graph.ints([r + 1])];
    const ofHead = op('Slice', 'head_write_weights', [perSlot, from, to, graph.ints([2])]);
    const erase = op('Slice', 'head_erases', [erases, from, to, graph.ints([1])]);
    const left = oneMinus(graph, 'head_left', op('Mul', 'head_erased', [ofHead, erase]));
    memory = op('Mul', 'erased_memory', [memory, left]);
  }
  //                                                                      + Σ_r w^w_r ⊗ a_r
  memory = op('Add', 'memory', [memory, op('MatMul', 'written', [perSlot, adds])]);

  const readVectors = op('MatMul', 'read_vectors', [reading, memory]); //            r_t[r] = w^r_t[r] · M_t
  after.set('memory', memory);
  after.set('read_weights', reading);
  after.set('write_weights', writing);
  after.set('read_vectors', readVectors);
  return reshape(graph, 'read_vectors_flat', readVectors, [0, R * W]);
}

/** R heads, from their weights of the step before to those of this one, [batch, R, N] each. */
function addressing(
  graph: Graph,
  config: ModelConfig,
  name: string,
  q: Value,
  before: Value,
  memory: Value,
): Value {
  const sizes = shapesOf(config);
  const { N, W, R } = sizes;
  const op = (type: string, what: string, inputs: readonly Value[], attributes = {}) =>
    graph.op(type, `${name}.${what}`, inputs, attributes);
  const names = ['key_block', 'strengths', 'gates', 'shifts', 'sharpenings'] as const;
  const columns = [R * W, R, R, 3 * R, R];
  const parts = split(
    graph,
    q,
    Object.fromEntries(names.map((part, i) => [`${name}.${part}`, columns[i]!])),
  );
  const block = (which: (typeof names)[number]) => parts[`${name}.${which}`]!;
  const column = (what: string, x: Value) => op('Unsqueeze', what, [x, graph.ints([-1])]);

  const keys = reshape(graph, `${name}.keys`, op('Tanh', 'keys_flat', [block('key_block')]), [
    ...[0, R, W],
  ]);
  const strengths = op('Softplus', 'beta_flat', [block('strengths')]);
  const gates = column('interpolation', op('Sigmoid', 'interpolation_flat', [block('gates')]));
  const apart = reshape(graph, `${name}.shifts_of_heads`, block('shifts'), [0, R, 3]);
  const shifts = op('Softmax', 'shift_weights', [apart], { axis: -1 });
  const sharpenings = column(
    'sharpening',
    onePlusSoftplus(graph, `${name}.gamma`, block('sharpenings')),
  );

  const content = lookUp(graph, name, sizes, keys, strengths, memory); // w^c = softmax_i(β cos_i)
  //                                                                      w^g = g w^c + (1 - g) w_{t-1}
  const found = op('Mul', 'content_part', [gates, content]);
  const stayed = op('Mul', 'before_part', [oneMinus(graph, `${name}.one_minus_g`, gates), before]);
  const mixed = op('Add', 'mixed', [found, stayed]);
  //                                                                      w~(i) = Σ_j w^g((i - j) mod N) s(j)
  const part = (x: Value, what: string, from: number, to: number) =>
    op('Slice', what, [x, graph.ints([from]), graph.ints([to]), graph.ints([2])]);
  const around = (parts: readonly Value[]) => op('Concat', 'turned', parts, { axis: 2 });
  const turned = [
    around([part(mixed, 'behind_first', 1, N), part(mixed, 'first', 0, 1)]), // w^g(i + 1)
    mixed,
    around([part(mixed, 'last', N - 1, N), part(mixed, 'before_last', 0, N - 1)]), // w^g(i - 1)
  ];
  const moved = turned.map((weights, j) =>
    op('Mul', 'moved', [weights, part(shifts, 'share', j, j + 1)]),
  );
  const shifted = op('Sum', 'shifted', moved);
  //                                                                      w = w~^γ / Σ w~^γ
  const largest = op('ReduceMax', 'largest', [shifted], { axes: [-1], keepdims: 1 });
  const powers = op('Pow', 'powers', [
    op('Div', 'shares_of_largest', [shifted, largest]),
    sharpenings,
  ]);
  const sum = op('ReduceSum', 'sum_of_powers', [powers, graph.ints([-1])], { keepdims: 1 });
  return op('Div', 'weights', [powers, sum]);
}
