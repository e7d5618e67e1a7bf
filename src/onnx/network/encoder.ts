/** What a drawing becomes before the controller sees it: src/reference/encoder.ts as a graph, for all drawings at once. */
import type { ModelConfig } from '../../model/config.js';
import { convLayers, shapesOf } from '../../model/shapes.js';
import type { Graph, Value } from '../graph.js';
import { linear, reshape } from './linear.js';

/**
 * e_t: the drawing itself, or what the layers and a last, linear one make of it.
 * @param drawings [batch, P], or [batch, time, P] with two sizes in front
 * @param front how many sizes are in front
 * @returns [batch, E] or [batch, time, E]
 */
export function encode(graph: Graph, config: ModelConfig, drawings: Value, front: 1 | 2): Value {
  if (config.encoder === 'none') return drawings;
  if (config.encoder === 'mlp') {
    const layers = config.encoderWidths.map((_, i) => `encoder.${i + 1}`);
    const last = layers.reduce((a, layer) => {
      return graph.op('Relu', `${layer}.output`, [linear(graph, layer, a)]);
    }, drawings);
    return linear(graph, 'encoder.out', last);
  }
  const { inputHeight, inputWidth } = config;
  const { layers, features } = convLayers(config);
  let a = reshape(graph, 'drawings_nchw', drawings, [-1, 1, inputHeight, inputWidth]);
  for (const [i, { pooled }] of layers.entries()) {
    const layer = `encoder.${i + 1}`;
    const weights = [`${layer}.kernel`, `${layer}.bias`];
    const frame = { kernel_shape: [3, 3], pads: [1, 1, 1, 1] };
    a = graph.op('Conv', `${layer}.convolved`, [a, ...weights], frame);
    a = graph.op('Relu', `${layer}.output`, [a]);
    if (!pooled) continue;
    const square = { kernel_shape: [2, 2], strides: [2, 2] };
    a = graph.op('MaxPool', `${layer}.pooled`, [a], square);
  }
  // [channel, y, x] as ONNX has it, [y, x, channel] as ours
  a = graph.op('Transpose', 'channels_last', [a], { perm: [0, 2, 3, 1] });
  const embeddings = linear(graph, 'encoder.out', reshape(graph, 'features', a, [-1, features]));
  if (front === 1) return embeddings;
  const counts = graph.op('Shape', 'batch_and_time', [drawings], { start: 0, end: front });
  const { E } = shapesOf(config);
  const shape = graph.op('Concat', 'embeddings_shape', [counts, graph.ints([E])], { axis: 0 });
  return graph.op('Reshape', 'embeddings', [embeddings, shape]);
}

/** A kernel of a convolution as ONNX has it: [3, 3, in, out] becomes [out, in, 3, 3]. */
export function convKernel(shape: readonly number[], data: ArrayLike<number>) {
  const [rows, columns, channelsIn, channels] = shape as [number, number, number, number];
  const turned = new Float32Array(data.length);
  for (let n = 0; n < turned.length; n++) {
    const o = n % channels;
    const i = Math.floor(n / channels) % channelsIn;
    const place = Math.floor(n / channels / channelsIn);
    turned[(o * channelsIn + i) * rows * columns + place] = data[n]!;
  }
  return { shape: [channels, channelsIn, rows, columns], data: turned };
}
