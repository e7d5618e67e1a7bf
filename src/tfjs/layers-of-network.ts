/** A network as layers of TensorFlow.js; network-of-layers.ts is the way back. */
import type { LayersModel, layers, SymbolicTensor } from '@tensorflow/tfjs';
import { tf } from '#tensorflow';
import type { ModelConfig } from '../model/config.js';
import { convLayers, shapesOf } from '../model/shapes.js';
import type { Tensors } from '../model/tensors.js';
import { MANNCell } from './cell.js';
import { cellNetwork, cellSpecs } from './cell-options.js';
import { Columns } from './columns.js';

type Layer = InstanceType<typeof layers.Layer>;

/** A layer, and the names of its weights in checkpoints. */
interface Placed {
  readonly layer: Layer;
  readonly names: readonly string[];
}

/** The model of a network with a memory, from inputs [B, T, X] to outputs [B, T, Y]. */
export function layersOf(config: ModelConfig, parameters: Tensors): LayersModel {
  const { P, X, Y } = shapesOf(config);
  const placed: Placed[] = [];
  const apply = ({ layer, names }: Placed, inputs: SymbolicTensor | SymbolicTensor[]) => {
    placed.push({ layer, names });
    return layer.apply(inputs) as SymbolicTensor;
  };

  const inputs = tf.input({ shape: [null, X] });
  let steps = inputs; // [B, T, E + F] = [e_t, y_{t-1}]
  if (config.encoder !== 'none') {
    const drawings = apply(plain(new Columns({ to: P, name: 'drawings' })), inputs);
    const labels = apply(plain(new Columns({ from: P, to: X, name: 'labels' })), inputs);
    const embeddings = encoderLayers(config).reduce((x, layer) => apply(layer, x), drawings);
    steps = apply(plain(tf.layers.concatenate({ name: 'steps' })), [embeddings, labels]);
  }

  const cell = new MANNCell(cellNetwork(config));
  const rnn = tf.layers.rnn({ cell, returnSequences: true, name: 'mann' });
  const read = apply({ layer: rnn, names: cellSpecs(config).map(({ name }) => name) }, steps);
  let logits = apply(dense('out', Y), read);
  if (config.outputHidden > 0) {
    const hidden = apply(dense('hidden', config.outputHidden, 'relu'), read);
    const layer = tf.layers.dense({ name: 'hidden_out', units: Y, useBias: false });
    const more = apply({ layer, names: ['hidden.out'] }, hidden);
    logits = apply(plain(tf.layers.add({ name: 'logits' })), [logits, more]);
  }

  const model = tf.model({ inputs, outputs: logits });
  for (const { layer, names } of placed) setWeights(layer, names, parameters);
  return model;
}

/** From drawings [B, T, P] to embeddings [B, T, E]. */
function encoderLayers(config: ModelConfig): Placed[] {
  const { E } = shapesOf(config);
  if (config.encoder === 'conv') return [convEncoder(config)];
  const all = config.encoderWidths.map((width, i) => dense(`encoder.${i + 1}`, width, 'relu'));
  return [...all, dense('encoder.out', E)];
}

/** All of a conv encoder for one step at a time: joining steps again is cheap where embeddings come, not pictures. */
function convEncoder(config: ModelConfig): Placed {
  const { P, E } = shapesOf(config);
  const { inputHeight, inputWidth } = config;
  const all: Placed[] = [
    plain(tf.layers.reshape({ inputShape: [P], targetShape: [inputHeight, inputWidth, 1] })),
  ];
  for (const [i, { channels, pooled }] of convLayers(config).layers.entries()) {
    all.push(convolution(`encoder.${i + 1}`, channels));
    if (pooled) all.push(plain(tf.layers.maxPooling2d({ poolSize: 2 })));
  }
  all.push(plain(tf.layers.flatten()), dense('encoder.out', E));
  const layer = tf.sequential({ layers: all.map((placed) => placed.layer) });
  return {
    layer: tf.layers.timeDistributed({ layer, name: 'encoder' }),
    names: all.flatMap((placed) => placed.names),
  };
}

function convolution(name: string, filters: number): Placed {
  const layer = tf.layers.conv2d({
    ...{ name: name.replace('.', '_'), filters, kernelSize: 3 },
    ...{ padding: 'same', activation: 'relu' },
  });
  return { layer, names: [`${name}.kernel`, `${name}.bias`] };
}

function dense(name: string, units: number, activation?: 'relu'): Placed {
  const layer = tf.layers.dense({
    ...{ name: name.replace('.', '_'), units },
    ...(activation && { activation }),
  });
  return { layer, names: [`${name}.kernel`, `${name}.bias`] };
}

const plain = (layer: Layer): Placed => ({ layer, names: [] });

function setWeights(layer: Layer, names: readonly string[], parameters: Tensors): void {
  if (names.length === 0) return;
  const weights = layer
    .getWeights()
    .map(({ shape }, i) => tf.tensor(Float32Array.from(parameters.get(names[i]!)!.data), shape));
  layer.setWeights(weights);
  tf.dispose(weights);
}
