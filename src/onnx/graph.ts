/** Builds an ONNX graph node by node, in the protobuf messages of the official schema (schema/onnx.proto). */
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import {
  type AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  TensorProto_DataType as DataType,
  type GraphProto,
  GraphProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  type ValueInfoProtoSchema,
} from './schema/onnx_pb.js';

/** The name of a value: an input, a weight, a constant or what a node gives. */
export type Value = string;

/** A whole number, a list of them, or the body of a loop. */
type Attribute = number | readonly number[] | GraphProto;

/** The sizes of a value; a word stands for one that is known only when the graph runs. */
export type Dimensions = readonly (number | string)[];

/** An input or output. */
export interface Port {
  readonly name: Value;
  readonly shape: Dimensions;
  /** What it is, in words. */
  readonly about?: string | undefined;
}

/** What a graph and the bodies of its loops share: names are used once in all of them, constants lie in the outermost. */
class Shared {
  readonly initializers = new Map<Value, TensorProto>();
  readonly #names = new Set<Value>();
  readonly #constants = new Map<string, Value>();

  /** The name itself where it is free. */
  fresh(name: string): Value {
    let free = name;
    for (let i = 2; this.#names.has(free); i++) free = `${name}_${i}`;
    this.#names.add(free);
    return free;
  }

  /** The constant of this description, made when it is first asked for. */
  once(description: string, make: (name: string) => Value): Value {
    const known = this.#constants.get(description);
    if (known !== undefined) return known;
    const made = make(description.replaceAll('-', 'minus_').replace(/\W/g, '_'));
    this.#constants.set(description, made);
    return made;
  }
}

/**
 * A graph that grows.
 *
 * ```ts
 * const graph = new Graph();
 * const y = graph.op('Tanh', 'y', ['x']);
 * const message = graph.message('example', [{ name: 'x', shape: ['batch', 3] }], [{ name: y, shape: ['batch', 3] }]);
 * ```
 */
export class Graph {
  readonly #shared: Shared;
  readonly #nodes: NodeProto[] = [];

  constructor(outer?: Graph) {
    this.#shared = outer ? outer.#shared : new Shared();
  }

  /** A node of one output, which is named after what it is. */
  op(
    type: string,
    name: string,
    inputs: readonly Value[],
    attributes: Readonly<Record<string, Attribute>> = {},
  ): Value {
    return this.ops(type, [name], inputs, attributes)[0]!;
  }

  /** A node of several outputs. */
  ops(
    type: string,
    names: readonly string[],
    inputs: readonly Value[],
    attributes: Readonly<Record<string, Attribute>> = {},
  ): Value[] {
    const outputs = names.map((name) => this.#shared.fresh(name));
    this.#nodes.push(
      create(NodeProtoSchema, {
        opType: type,
        name: outputs[0]!,
        input: [...inputs],
        output: outputs,
        attribute: Object.entries(attributes).map(([key, value]) => attribute(key, value)),
      }),
    );
    return outputs;
  }

  /** A name that nothing else has, for an input. */
  fresh(name: string): Value {
    return this.#shared.fresh(name);
  }

  /** Weights, or a constant: numbers of 32 bits. */
  floats(name: string, shape: readonly number[], data: ArrayLike<number>): Value {
    const own = this.#shared.fresh(name);
    const numbers = Float32Array.from(data);
    const bytes = new Uint8Array(numbers.buffer);
    this.#shared.initializers.set(own, tensor(own, DataType.FLOAT, shape, bytes));
    return own;
  }

  /** A number as a constant, the same one each time. */
  scalar(value: number): Value {
    return this.#shared.once(`constant ${value}`, (name) => this.floats(name, [], [value]));
  }

  /** Whole numbers as a constant: a vector, which is the same one each time. */
  ints(values: readonly number[]): Value {
    return this.#shared.once(`ints ${values.join(' ')}`, (name) =>
      this.#whole(name, [values.length], values),
    );
  }

  /** A whole number as a constant that is no vector. */
  int(value: number): Value {
    return this.#shared.once(`int ${value}`, (name) => this.#whole(name, [], [value]));
  }

  #whole(name: string, shape: readonly number[], values: readonly number[]): Value {
    const own = this.#shared.fresh(name);
    const bytes = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
    this.#shared.initializers.set(own, tensor(own, DataType.INT64, shape, bytes));
    return own;
  }

  /** The finished graph; one that lies in another has its constants there. */
  message(name: string, inputs: readonly Port[], outputs: readonly Port[], outermost = true) {
    return create(GraphProtoSchema, {
      name,
      node: this.#nodes,
      input: inputs.map(valueInfo),
      output: outputs.map(valueInfo),
      initializer: outermost ? [...this.#shared.initializers.values()] : [],
    });
  }
}

function tensor(name: string, dataType: DataType, shape: readonly number[], rawData: Uint8Array) {
  return create(TensorProtoSchema, { name, dataType, dims: shape.map(BigInt), rawData });
}

function attribute(name: string, value: Attribute): MessageInitShape<typeof AttributeProtoSchema> {
  if (typeof value === 'number') return { name, type: AttributeType.INT, i: BigInt(value) };
  if ('$typeName' in value) return { name, type: AttributeType.GRAPH, g: value };
  return { name, type: AttributeType.INTS, ints: value.map(BigInt) };
}

function valueInfo({ name, shape, about }: Port): MessageInitShape<typeof ValueInfoProtoSchema> {
  const dim = shape.map((size) => ({
    value:
      typeof size === 'number'
        ? ({ case: 'dimValue', value: BigInt(size) } as const)
        : ({ case: 'dimParam', value: size } as const),
  }));
  const tensorType = { elemType: DataType.FLOAT, shape: { dim } };
  return {
    name,
    type: { value: { case: 'tensorType', value: tensorType } },
    ...(about !== undefined && { docString: about }),
  };
}
