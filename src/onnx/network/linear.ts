/** What several parts are made of. The weights of a network are named as in its checkpoint. */
import type { Graph, Value } from '../graph.js';

/** y = x · kernel + bias, of a layer that is named. x [..., K], y [..., M]. */
export function linear(graph: Graph, layer: string, x: Value): Value {
  const product = graph.op('MatMul', `${layer}.product`, [x, `${layer}.kernel`]);
  return graph.op('Add', `${layer}.sum`, [product, `${layer}.bias`]);
}

/** Parts of the last axis, one after another; none of those that have no columns. */
export function split(graph: Graph, x: Value, parts: Readonly<Record<string, number>>) {
  const some = Object.entries(parts).filter(([, columns]) => columns > 0);
  const names = some.map(([name]) => name);
  if (names.length === 1) return { [names[0]!]: x };
  const sizes = graph.ints(some.map(([, columns]) => columns));
  const values = graph.ops('Split', names, [x, sizes], { axis: -1 });
  return Object.fromEntries(names.map((name, i) => [name, values[i]!]));
}

/** Joins vectors end to end. */
export function concat(graph: Graph, name: string, parts: readonly Value[]): Value {
  return parts.length === 1 ? parts[0]! : graph.op('Concat', name, parts, { axis: -1 });
}

/** The same numbers in another shape. A 0 keeps a size. */
export function reshape(graph: Graph, name: string, x: Value, shape: readonly number[]): Value {
  return graph.op('Reshape', name, [x, graph.ints(shape)]);
}

/** 1 - x. */
export function oneMinus(graph: Graph, name: string, x: Value): Value {
  return graph.op('Sub', name, [graph.scalar(1), x]);
}

/** 1 + softplus(x). */
export function onePlusSoftplus(graph: Graph, name: string, x: Value): Value {
  return graph.op('Add', name, [graph.scalar(1), graph.op('Softplus', `${name}.softplus`, [x])]);
}
