/** One step of a network between its encoder and its output: src/reference/network.ts as a graph. */
import type { ModelConfig } from '../../model/config.js';
import { shapesOf } from '../../model/shapes.js';
import type { Graph, Value } from '../graph.js';
import { bind } from './binding.js';
import { control } from './controller.js';
import { concat, linear, reshape } from './linear.js';
import { headsOf, remember } from './memory.js';
import { rememberNtm } from './ntm.js';
import type { State } from './state.js';

/**
 * e_t [batch, E] and y_{t-1} [batch, F] with the state before give o_t = [h_t, r_t] and the state after, which may hold
 * more than the next step needs.
 */
export function step(
  graph: Graph,
  config: ModelConfig,
  { embedding, feedback }: { embedding: Value; feedback: Value },
  before: State,
): { output: Value; after: State } {
  const { R, rin, kept } = shapesOf(config);
  const after: State = new Map();
  const read = config.controllerInput === 'read-vectors' ? 'read_vectors' : 'read_weights';
  const rins = rin > 0 ? [reshape(graph, 'rin', before.get(read)!, [0, rin])] : [];
  const input = concat(graph, 'controller_input', [embedding, feedback, ...rins]);
  const h = control(graph, config, input, before, after);
  if (R === 0) return { output: h, after };

  const q = linear(graph, 'heads', h);
  let vectors: Value;
  if (config.memory === 'ntm') vectors = rememberNtm(graph, config, q, before, after);
  else {
    const heads = headsOf(graph, config, q);
    const bound = { embedding, before: before.get('embedding')!, feedback };
    const all = kept > 0 ? bind(graph, heads, bound) : heads;
    vectors = remember(graph, config, all, before, after);
  }
  if (kept > 0) after.set('embedding', embedding);
  return { output: concat(graph, 'controller_and_reads', [h, vectors]), after };
}
