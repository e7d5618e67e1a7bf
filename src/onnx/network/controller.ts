/** What goes through time: src/reference/controller.ts as a graph. */
import type { ModelConfig } from '../../model/config.js';
import { layerName } from '../../model/tensors.js';
import type { Graph, Value } from '../graph.js';
import { concat, linear, split } from './linear.js';
import { cellName, hiddenName, type State } from './state.js';

/** h_t of the last layer, from [e_t, y_{t-1}, rin]; the cells and hidden units of LSTM layers are put into `after`. */
export function control(
  graph: Graph,
  config: ModelConfig,
  input: Value,
  before: State,
  after: State,
): Value {
  if (config.controller === 'feedforward') {
    return graph.op('Tanh', 'h', [linear(graph, 'feedforward', input)]);
  }
  let h = input;
  for (let layer = 0; layer < config.numLayers; layer++) {
    const name = layerName(layer);
    const { c, h: own } = lstm(graph, name, h, config.lstmSize, {
      c: before.get(cellName(layer))!,
      h: before.get(hiddenName(layer))!,
    });
    after.set(cellName(layer), c);
    after.set(hiddenName(layer), own);
    h = own;
  }
  return h;
}

/**
 * z = [input, h_{t-1}] · kernel + bias, split into i, j, f, o;
 * c_t = σ(f+1) c_{t-1} + σ(i) tanh(j);  h_t = σ(o) tanh(c_t).
 */
function lstm(
  graph: Graph,
  name: string,
  input: Value,
  H: number,
  before: { readonly c: Value; readonly h: Value },
): { c: Value; h: Value } {
  const z = linear(graph, name, concat(graph, `${name}.input`, [input, before.h]));
  const parts = split(graph, z, {
    [`${name}.i`]: H,
    [`${name}.j`]: H,
    [`${name}.f`]: H,
    [`${name}.o`]: H,
  });
  const part = (gate: string) => parts[`${name}.${gate}`]!;
  const op = (type: string, what: string, ...inputs: Value[]) =>
    graph.op(type, `${name}.${what}`, inputs);
  const i = op('Sigmoid', 'i_gate', part('i'));
  const j = op('Tanh', 'candidate', part('j'));
  const f = op('Sigmoid', 'f_gate', op('Add', 'f_plus_1', part('f'), graph.scalar(1)));
  const o = op('Sigmoid', 'o_gate', part('o'));
  const c = op('Add', 'c', op('Mul', 'kept', f, before.c), op('Mul', 'added', i, j));
  return { c, h: op('Mul', 'h', o, op('Tanh', 'tanh_c', c)) };
}
