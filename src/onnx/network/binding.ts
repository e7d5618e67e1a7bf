/** Direct binding: src/reference/binding.ts as a graph. */
import type { Graph, Value } from '../graph.js';
import type { Heads } from './memory.js';

/** keys += e_t · bind.key;  adds += e_{t-1} · bind.value + y_{t-1} · bind.label. */
export function bind(
  graph: Graph,
  heads: Heads,
  { embedding, before, feedback }: { embedding: Value; before: Value; feedback: Value },
): Heads {
  const key = graph.op('MatMul', 'bind.key.product', [embedding, 'bind.key']);
  const value = graph.op('MatMul', 'bind.value.product', [before, 'bind.value']);
  const label = graph.op('MatMul', 'bind.label.product', [feedback, 'bind.label']);
  return {
    ...heads,
    keys: graph.op('Add', 'bound_keys', [heads.keys, key]),
    adds: graph.op('Sum', 'bound_adds', [heads.adds, value, label]),
  };
}
