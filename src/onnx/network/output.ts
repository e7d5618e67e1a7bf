/** From o_t = [h_t, r_t] to the answers: src/reference/output.ts as a graph, for all steps at once. */
import type { ModelConfig } from '../../model/config.js';
import { shapesOf } from '../../model/shapes.js';
import { LEAST_DEVIATION } from '../../reference/loss.js';
import type { Dimensions, Graph, Port, Value } from '../graph.js';
import { linear, split } from './linear.js';

/**
 * out_t = o_t · out.kernel + out.bias, plus hidden · hidden.out; and what the numbers mean.
 * @param output [...front, O]
 * @param front the sizes in front: batch, or batch and time
 */
export function answer(
  graph: Graph,
  config: ModelConfig,
  output: Value,
  front: Dimensions,
): Port[] {
  const { A, Y, C, G, D } = shapesOf(config);
  let out = linear(graph, 'out', output);
  if (config.outputHidden > 0) {
    const hidden = graph.op('Relu', 'hidden', [linear(graph, 'hidden', output)]);
    const more = graph.op('MatMul', 'hidden.out.product', [hidden, 'hidden.out']);
    out = graph.op('Add', 'out', [out, more]);
  }
  const parts = split(graph, out, { answer: A, familiarity_column: Y - A });
  const ports = answers(graph, config, parts.answer!, front, { C, G, D });
  const familiar = parts.familiarity_column;
  if (familiar !== undefined) {
    ports.push({
      name: graph.op('Squeeze', 'familiarity', [familiar, graph.ints([-1])]),
      shape: front,
      about: 'before the logistic function: that the class of this drawing came before',
    });
  }
  return ports;
}

function answers(
  graph: Graph,
  { output }: ModelConfig,
  numbers: Value,
  front: Dimensions,
  { C, G, D }: { C: number; G: number; D: number },
): Port[] {
  switch (output) {
    case 'classes':
      return [
        {
          name: graph.op('Identity', 'logits', [numbers]),
          shape: [...front, C],
          about: 'of each class, before the softmax',
        },
      ];
    case 'strings': {
      const shape = graph.ints([...front.map(() => 0), G, C]);
      return [
        {
          name: graph.op('Reshape', 'logits', [numbers, shape]),
          shape: [...front, G, C],
          about: 'of each letter of each character of a label, before the softmax',
        },
      ];
    }
    case 'bits':
      return [
        {
          name: graph.op('Identity', 'logits', [numbers]),
          shape: [...front, D],
          about: 'of each bit, before the logistic function',
        },
      ];
    case 'gaussian': {
      const parts = split(graph, numbers, { means: D, spreads: D });
      const softplus = graph.op('Softplus', 'spreads.softplus', [parts.spreads!]);
      return [
        {
          name: graph.op('Identity', 'mean', [parts.means!]),
          shape: [...front, D],
          about: 'of each number',
        },
        {
          name: graph.op('Add', 'deviation', [softplus, graph.scalar(LEAST_DEVIATION)]),
          shape: [...front, D],
          about: 'standard deviation of each number',
        },
      ];
    }
  }
}
