/** The network that layers of TensorFlow.js are; layers-of-network.ts is the way there. */
import type { LayersModel, layers, SymbolicTensor } from '@tensorflow/tfjs';
import { defined } from '../common/defined.js';
import { UserError } from '../common/errors.js';
import { type ModelConfig, modelConfig } from '../model/config.js';
import { modelPresets } from '../model/presets.js';
import { type Tensor, type Tensors, tensorSpecs } from '../model/tensors.js';
import { MANNCell } from './cell.js';
import { Columns } from './columns.js';

type Layer = InstanceType<typeof layers.Layer>;

/** What layers don't tell of every network. */
export interface Asked extends Sides {
  readonly numClasses?: number;
}

interface Sides {
  readonly inputHeight?: number;
  readonly inputWidth?: number;
}

/** A layer, and what goes into it. */
interface Link {
  readonly layer: Layer;
  readonly input: SymbolicTensor;
}

/** The layers of a model, by what they are in the network. */
interface Parts {
  /** From drawings to embeddings, first to last. */
  readonly encoder: readonly Link[];
  readonly rnn: Layer;
  /** E + F: numbers of each step that go into the rnn layer. */
  readonly width: number;
  /** E, where embeddings are apart from labels. */
  readonly embedding: number | undefined;
  /** The hidden layer in parallel to `out`, and its way to the logits. */
  readonly hidden: readonly Layer[];
  readonly out: Layer;
}

/** The configuration and the weights of a model. @throws UserError if it is not a network of ours */
export async function networkOf(
  model: LayersModel,
  asked: Asked,
): Promise<{ config: ModelConfig; parameters: Tensors }> {
  const { encoder, rnn, width, embedding, hidden, out } = partsOf(model);
  const { cell } = rnn as unknown as { cell: MANNCell };
  const { embeddingSize, ...network } = cell.options;
  const known = embedding ?? embeddingSize;
  if (known !== (embeddingSize ?? known)) {
    throw new UserError(
      `toCheckpoint: embeddings have ${known} numbers, but the cell has embeddingSize ${embeddingSize}`,
    );
  }
  const Y = unitsOf(out);
  const C = known === undefined ? (asked.numClasses ?? Y) : width - known;
  const E = width - C;
  if (E < 1 || C < 1) {
    throw new UserError(
      'toCheckpoint: an input must hold a drawing and the numbers of the label before it, ' +
        `but this model's are ${width} wide, and it gives ${Y} numbers`,
    );
  }
  if ((asked.numClasses ?? C) !== C || (Y !== C && Y !== C + 1)) {
    throw new UserError(
      `toCheckpoint: this model's labels have ${C} numbers, and it gives ${Y}: ` +
        'it must give one for each class, and may give one more, for familiarity',
    );
  }
  const { pixels, ...form } = encoderOf(encoder, E);
  const config = modelConfig({
    ...{ ...modelPresets.paper, ...network, ...form, ...pictureOf(pixels, form, asked) },
    ...{ numClasses: C, familiarity: Y > C ? 'learned' : 'none' },
    outputHidden: hidden[0] ? unitsOf(hidden[0]) : 0,
  });

  const layers = [...encoder.map(({ layer }) => layer), rnn, ...hidden, out];
  const weights = layers.flatMap((layer) => layer.getWeights()); // in the order of checkpoints
  const parameters = new Map<string, Tensor>();
  for (const [i, { name, shape, size }] of tensorSpecs(config).entries()) {
    const weight = weights[i];
    if (weight?.size !== size) {
      throw new UserError(
        `toCheckpoint: ${name} is [${weight?.shape ?? ''}] in this model, and must be [${shape}]`,
      );
    }
    parameters.set(name, { shape, data: Float32Array.from(await weight.data()) });
  }
  return { config, parameters };
}

/** Finds the parts, from the logits back to the inputs. */
function partsOf(model: LayersModel): Parts {
  const [last, ...others] = model.outputs;
  if (!last || others.length > 0) throw otherForm(model);
  const isSoftmax = isOf(last, 'Softmax', 'Activation');
  if (isSoftmax) checkActivation(last.sourceLayer, 'softmax');
  const end = isSoftmax ? last.inputs[0]! : last;
  const branches = isOf(end, 'Add') ? end.inputs : [end];
  const before = (tensor: SymbolicTensor | undefined) =>
    tensor && isOf(tensor, 'Dense') ? tensor.inputs[0] : undefined;
  const direct = branches.find((branch) => isMANN(before(branch)));
  const deep = branches.find((branch) => isMANN(before(before(branch))));
  const steps = before(direct);
  if (!direct || !steps || branches.length > 2 || (branches.length === 2 && !deep)) {
    throw otherForm(model);
  }
  const out = direct.sourceLayer;
  if (out.getWeights().length !== 2) {
    throw new UserError('toCheckpoint: the last layer must be dense, with a bias');
  }
  checkActivation(out, 'linear', ...(deep || isSoftmax ? [] : ['softmax']));
  const hidden = deep ? [before(deep)!.sourceLayer, deep.sourceLayer] : [];
  if (deep) checkHidden(hidden, before(before(deep)) === steps);

  const [input, ...states] = steps.inputs;
  const isJoined = isOf(input!, 'Concatenate') && input!.inputs.length === 2;
  const [first, label] = isJoined ? input!.inputs : [input, undefined];
  const { start, links: encoder } = chainTo(first!);
  const begins = isInput(start) && (isJoined ? isInput(label!) : encoder.length === 0);
  if (!begins || states.length > 0) throw otherForm(model);
  return {
    ...{ encoder, rnn: steps.sourceLayer, hidden, out, width: input!.shape.at(-1)! },
    embedding: isJoined ? first!.shape.at(-1)! : undefined,
  };
}

/** The layers, one after another, from `start` to this tensor; those of models among them, too. */
function chainTo(tensor: SymbolicTensor): { start: SymbolicTensor; links: Link[] } {
  const links: Link[] = [];
  let start = tensor;
  while (!isInput(start) && start.inputs.length === 1) {
    const [input] = start.inputs;
    const layer = unwrapped(start.sourceLayer);
    const inner = isModel(layer) ? chainTo(layer.outputs[0]!) : undefined;
    const isChain = inner !== undefined && isInput(inner.start);
    links.unshift(...(isChain ? inner.links : [{ layer, input: input! }]));
    start = input!;
  }
  return { start, links };
}

/** The form of an encoder, and the pixels of its drawings. */
function encoderOf(links: readonly Link[], E: number) {
  if (links.length === 0) return { encoder: 'none', encoderWidths: [], pixels: E } as const;
  const working = links.filter(({ layer }) => !isClass(layer, 'Reshape', 'Flatten'));
  const before = working.slice(0, -1);
  const last = working.at(-1)?.layer;
  const isEnd = last !== undefined && isClass(last, 'Dense') && activationOf(last) === 'linear';
  const form = { encoderWidths: weighted(before).map(unitsOf), embeddingSize: E };
  if (isEnd && before.length > 0 && before.every(({ layer }) => isReluLayer(layer))) {
    return { encoder: 'mlp', ...form, pixels: working[0]!.input.shape.at(-1)! } as const;
  }
  const alternates = before.every(({ layer }, i) =>
    i % 2 === 0 ? isConvolution(layer) : isPooling(layer),
  );
  if (isEnd && before.length % 2 === 1 && alternates) {
    const [inputHeight, inputWidth] = before[0]!.input.shape.slice(-3) as [number, number, number];
    const pixels = inputHeight * inputWidth;
    return { encoder: 'conv', ...form, inputHeight, inputWidth, pixels } as const;
  }
  throw new UserError(
    'toCheckpoint: an encoder is dense layers with relu, or convolutions of 3 x 3 with padding same and relu ' +
      'and 2 x 2 max pooling between them, and then a dense layer without activation; ' +
      `this one is ${namesOf(links.map(({ layer }) => layer))}`,
  );
}

const weighted = (links: readonly Link[]): Layer[] =>
  links.map(({ layer }) => layer).filter((layer) => layer.getWeights().length > 0);

const isReluLayer = (layer: Layer): boolean =>
  isClass(layer, 'Dense') && activationOf(layer) === 'relu' && layer.getWeights().length === 2;

function isConvolution(layer: Layer): boolean {
  if (!isClass(layer, 'Conv2D')) return false;
  const { kernelSize, strides, padding, dataFormat, dilationRate, useBias } = layer.getConfig();
  const ones = [strides, dilationRate].flat().every((n) => n === 1);
  const isPlain = padding === 'same' && dataFormat === 'channelsLast' && ones && useBias === true;
  return isPlain && String(kernelSize) === '3,3' && activationOf(layer) === 'relu';
}

function isPooling(layer: Layer): boolean {
  if (!isClass(layer, 'MaxPooling2D')) return false;
  const { poolSize, strides, padding } = layer.getConfig();
  const squares = [poolSize, strides].every((size) => String(size) === '2,2');
  return squares && padding === 'valid';
}

function checkHidden([hidden, out]: readonly Layer[], isParallel: boolean): void {
  const isRight =
    isParallel &&
    isReluLayer(hidden!) &&
    activationOf(out!) === 'linear' &&
    out!.getWeights().length === 1;
  if (isRight) return;
  throw new UserError(
    'toCheckpoint: the hidden output layer must be dense with relu, between the rnn layer and a dense layer ' +
      'without bias and activation',
  );
}

function checkActivation(layer: Layer, ...allowed: string[]): void {
  const activation = isClass(layer, 'Softmax') ? 'softmax' : activationOf(layer);
  if (allowed.includes(activation)) return;
  throw new UserError(
    `toCheckpoint: the last layer gives ${activation}; a checkpoint's gives logits (no activation, or softmax)`,
  );
}

const activationOf = (layer: Layer): string => String(layer.getConfig().activation ?? 'linear');

const unitsOf = (layer: Layer): number => layer.getWeights()[0]!.shape.at(-1)!;

const isClass = (layer: Layer, ...classes: string[]): boolean =>
  classes.includes(layer.getClassName());

const isOf = ({ sourceLayer }: SymbolicTensor, ...classes: string[]): boolean =>
  isClass(sourceLayer, ...classes);

/** An input of the model, or some of its columns. */
const isInput = (tensor: SymbolicTensor): boolean =>
  isOf(tensor, 'InputLayer') ||
  (isOf(tensor, Columns.className) && isOf(tensor.inputs[0]!, 'InputLayer'));

/** Also true for a cell that another copy of this library made. */
function isMANN(tensor: SymbolicTensor | undefined): boolean {
  const { cell } = Object(tensor?.sourceLayer) as { cell?: MANNCell };
  return cell?.getClassName?.() === MANNCell.className;
}

const isModel = (layer: Layer): layer is LayersModel => 'outputs' in layer && 'layers' in layer;

/** The layer that a `timeDistributed` applies to each step. */
const unwrapped = (layer: Layer): Layer =>
  isClass(layer, 'TimeDistributed') ? (layer as Layer & { layer: Layer }).layer : layer;

const namesOf = (layers: readonly Layer[]): string =>
  layers.map((layer) => layer.getClassName()).join(', ') || 'empty';

const otherForm = (model: LayersModel) =>
  new UserError(
    'toCheckpoint: the model must be an rnn layer with a MANNCell, then one dense layer, ' +
      'with or without an encoder before and a hidden layer beside it, as fromCheckpoint makes them; ' +
      `this one is ${namesOf(model.layers)}`,
  );

/** Sides of a drawing: those of the layers, or asked for, or of a square if the number of pixels allows it. */
function pictureOf(P: number, layers: object, asked: Sides) {
  const { inputHeight, inputWidth }: Sides = { ...layers, ...defined(asked) };
  const side = Math.sqrt(P);
  const height = inputHeight ?? (inputWidth ? P / inputWidth : Number.isInteger(side) ? side : 1);
  const width = inputWidth ?? P / height;
  if (height * width !== P || !Number.isInteger(width)) {
    throw new UserError(
      `toCheckpoint: a drawing of ${height} by ${width} does not have the ${P} pixels of this model`,
    );
  }
  return { inputHeight: height, inputWidth: width };
}
