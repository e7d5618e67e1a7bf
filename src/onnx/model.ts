/** A trained network as an ONNX model: whole episodes, or one step of them. */
import { create, toBinary } from '@bufbuild/protobuf';
import { kindOf, type ModelConfig } from '../model/config.js';
import { shapesOf } from '../model/shapes.js';
import { checkTensors } from '../model/tensors.js';
import type { Checkpoint } from '../training/state.js';
import { type Dimensions, Graph, type Port, type Value } from './graph.js';
import { metadataOf } from './metadata.js';
import { convKernel, encode } from './network/encoder.js';
import { reshape } from './network/linear.js';
import { answer } from './network/output.js';
import { beginning, type State, stateSpecs } from './network/state.js';
import { step } from './network/step.js';
import { type ModelProto, ModelProtoSchema } from './schema/onnx_pb.js';

/** The version of ONNX's operators that models are made of, and of its files: any runtime since 2022 reads them. */
const OPSET = 17n;
const IR_VERSION = 8n;

export interface OnnxOptions {
  /** One step, without a time axis: nothing loops. */
  readonly step?: boolean | undefined;
  /** The version of the program, for the file's metadata. */
  readonly version?: string | undefined;
}

/** A model as a file, with what goes in and comes out. */
export interface OnnxFile {
  readonly bytes: Uint8Array;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
}

/**
 * A trained network as the bytes of an ONNX file: `onnxModel(await loadCheckpoint('net.safetensors')).bytes`.
 *
 * Drawings and the labels before them give logits; `state.memory` and its like go in, and `next_state.memory` come out. A
 * state of 0 rows is the start state.
 * @throws UserError if the weights are not those of the network
 */
export function onnxModel(
  checkpoint: Pick<Checkpoint, 'config' | 'parameters'> & Partial<Checkpoint>,
  options: OnnxOptions = {},
): OnnxFile {
  const { config, parameters } = checkpoint;
  checkTensors(config, parameters, 'network');
  const graph = new Graph();
  for (const [name, { shape, data }] of parameters) {
    const isConv = shape.length === 4;
    const tensor = isConv ? convKernel(shape, data) : { shape, data };
    graph.floats(name, tensor.shape, tensor.data);
  }
  const { inputs, outputs } = options.step ? oneStep(graph, config) : episodes(graph, config);
  const metadata = { ...metadataOf(checkpoint, options), ...aboutAll({ inputs, outputs }) };
  const model: ModelProto = create(ModelProtoSchema, {
    irVersion: IR_VERSION,
    opsetImport: [{ domain: '', version: OPSET }],
    producerName: 'mann',
    producerVersion: options.version ?? '',
    modelVersion: BigInt(checkpoint.step ?? 0),
    graph: graph.message(options.step ? `${kindOf(config)}_step` : kindOf(config), inputs, outputs),
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  });
  return { bytes: toBinary(ModelProtoSchema, model), inputs, outputs };
}

/** What inputs and outputs are in words, as JSON: not every runtime shows the words that stand beside them. */
function aboutAll(ports: Readonly<Record<'inputs' | 'outputs', readonly Port[]>>) {
  const words = (some: readonly Port[]) =>
    JSON.stringify(Object.fromEntries(some.map(({ name, about }) => [name, about])));
  return { inputs: words(ports.inputs), outputs: words(ports.outputs) };
}

/** One step of a batch. */
function oneStep(graph: Graph, config: ModelConfig) {
  const { inputs, drawings, feedback, states } = begin(graph, config, ['batch']);
  const embedding = encode(graph, config, drawings, 1);
  const { output, after } = step(graph, config, { embedding, feedback }, states);
  const outputs = answer(graph, config, output, ['batch']);
  return { inputs, outputs: [...outputs, ...ending(graph, config, after)] };
}

/** Whole episodes of a batch: the encoder and the output on all steps at once, between them a loop. */
function episodes(graph: Graph, config: ModelConfig) {
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

/** The inputs of a model, and the state that it begins in. */
function begin(graph: Graph, config: ModelConfig, front: Dimensions) {
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
function ending(graph: Graph, config: ModelConfig, after: State): Port[] {
  return stateSpecs(config).map(({ name, shape, about }) => ({
    name: graph.op('Identity', `next_state.${name}`, [after.get(name)!]),
    shape: ['batch', ...shape],
    about: `${about}, after the last step`,
  }));
}
