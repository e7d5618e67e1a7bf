/** A trained network as an ONNX model: whole episodes, or one step of them. */
import { create, toBinary } from '@bufbuild/protobuf';
import { kindOf } from '../model/config.js';
import { checkTensors } from '../model/tensors.js';
import type { Checkpoint } from '../training/state.js';
import { Graph, type Port } from './graph.js';
import { metadataOf } from './metadata.js';
import { convKernel } from './network/encoder.js';
import { type ModelProto, ModelProtoSchema } from './schema/onnx_pb.js';
import { episodes, oneStep, type Ports } from './time.js';

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
export interface OnnxFile extends Ports {
  readonly bytes: Uint8Array;
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
function aboutAll(ports: Ports) {
  const words = (some: readonly Port[]) =>
    JSON.stringify(Object.fromEntries(some.map(({ name, about }) => [name, about])));
  return { inputs: words(ports.inputs), outputs: words(ports.outputs) };
}
