/** What goes into a model and comes out of it, by the names that programs use. */
import type { ModelConfig } from '../model/config.js';
import { shapesOf } from '../model/shapes.js';
import type { Dimensions, Graph, Port } from './graph.js';
import { reshape } from './network/linear.js';
import { beginning, type State, stateSpecs } from './network/state.js';

/** The inputs of a model, and the state that it begins in. */
export function begin(graph: Graph, config: ModelConfig, front: Dimensions) {
  const { P, F, C } = shapesOf(config);
  const { inputHeight, inputWidth } = config;
  const areDrawings = inputHeight > 1;
  const first: Port = {
    name: graph.fresh(areDrawings ? 'drawings' : 'inputs'),
    shape: [...front, ...(areDrawings ? [inputHeight, inputWidth] : [P])],
    about: areDrawings
      ? 'at each step a drawing: foreground 1, background 0'
      : 'at each step the numbers that the network is shown',
  };
  const second: Port = {
    name: graph.fresh(C > 0 ? 'previous_labels' : 'previous_targets'),
    shape: [...front, F],
    about: aboutFeedback(config),
  };
  const specs = stateSpecs(config);
  const given = specs.map(
    ({ name, shape, about }): Port => ({
      name: graph.fresh(`state.${name}`),
      shape: ['rows', ...shape],
      about: `${about}, as the last run gave it; episodes without a row are at their start`,
    }),
  );
  const batch = graph.op('Shape', 'batch', [first.name], { start: 0, end: 1 });
  const states: State = new Map(
    specs.map((spec, i) => [spec.name, beginning(graph, spec, given[i]!.name, batch)]),
  );
  const flat = [...front.map(() => 0), P];
  const drawings = areDrawings ? reshape(graph, 'pixels', first.name, flat) : first.name;
  return { inputs: [first, second, ...given], drawings, feedback: second.name, states };
}

function aboutFeedback({ output, numClasses, labelLength }: ModelConfig): string {
  const start = 'zeros at the first step and where it is not known';
  switch (output) {
    case 'classes':
      return `at each step the label of the step before as a one-hot of ${numClasses}; ${start}`;
    case 'strings':
      return `at each step the label of the step before as ${labelLength} one-hots of ${numClasses}; ${start}`;
    default:
      return `at each step the target of the step before; ${start}`;
  }
}

/** The state that a model ends in. */
export function ending(graph: Graph, config: ModelConfig, after: State): Port[] {
  return stateSpecs(config).map(({ name, shape, about }) => ({
    name: graph.op('Identity', `next_state.${name}`, [after.get(name)!]),
    shape: ['batch', ...shape],
    about: `${about}, after the last step`,
  }));
}
