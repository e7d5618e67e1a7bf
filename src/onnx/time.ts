/** From the inputs of a model to its outputs: one step of a batch, or whole episodes. */
import type { ModelConfig } from '../model/config.js';
import { shapesOf } from '../model/shapes.js';
import { Graph, type Port, type Value } from './graph.js';
import { encode } from './network/encoder.js';
import { answer } from './network/output.js';
import { stateSpecs } from './network/state.js';
import { step } from './network/step.js';
import { begin, ending } from './ports.js';

/** What goes in and what comes out. */
export interface Ports {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
}

/** One step of a batch. */
export function oneStep(graph: Graph, config: ModelConfig): Ports {
  const { inputs, drawings, feedback, states } = begin(graph, config, ['batch']);
  const embedding = encode(graph, config, drawings, 1);
  const { output, after } = step(graph, config, { embedding, feedback }, states);
  const outputs = answer(graph, config, output, ['batch']);
  return { inputs, outputs: [...outputs, ...ending(graph, config, after)] };
}

/** Whole episodes of a batch: the encoder and the output on all steps at once, between them a loop. */
export function episodes(graph: Graph, config: ModelConfig): Ports {
  const front = ['batch', 'time'];
  const { E, F, O } = shapesOf(config);
  const { inputs, drawings, feedback, states } = begin(graph, config, front);
  const embeddings = encode(graph, config, drawings, 2);

  const body = new Graph(graph);
  const specs = stateSpecs(config);
  const port = (name: string, ...shape: number[]): Port => ({
    name: body.fresh(name),
    shape: ['batch', ...shape],
  });
  const before = specs.map(({ name, shape }) => port(`${name}.before`, ...shape));
  const [e, y] = [port('embedding', E), port('previous', F)];
  const result = step(
    body,
    config,
    { embedding: e.name, feedback: y.name },
    new Map(specs.map(({ name }, i) => [name, before[i]!.name])),
  );
  const copy = (name: string, value: Value, ...shape: number[]): Port => ({
    name: body.op('Identity', name, [value]),
    shape: ['batch', ...shape],
  });
  const after = specs.map(({ name, shape }) =>
    copy(`${name}.after`, result.after.get(name)!, ...shape),
  );
  const o = copy('o', result.output, O);
  const names = specs.map(({ name }) => `${name}.last`);
  // time first: not every runtime scans along another axis
  const swapped = (name: string, x: Value) => graph.op('Transpose', name, [x], { perm: [1, 0, 2] });
  const scanned = [
    swapped('embeddings_by_time', embeddings),
    swapped('feedback_by_time', feedback),
  ];
  const ends = graph.ops(
    'Scan',
    [...names, 'outputs_by_time'],
    [...specs.map(({ name }) => states.get(name)!), ...scanned],
    {
      num_scan_inputs: scanned.length,
      body: body.message('step', [...before, e, y], [...after, o], false),
    },
  );
  const outputs = answer(graph, config, swapped('outputs', ends.at(-1)!), front);
  const last = new Map(specs.map(({ name }, i) => [name, ends[i]!]));
  return { inputs, outputs: [...outputs, ...ending(graph, config, last)] };
}
