/** What a drawing becomes before the controller sees it, one drawing at a time: forward beside backward. */
import type { ModelConfig } from '../model/config.js';
import { type ConvLayer, convLayers } from '../model/shapes.js';
import { affineOf, linear, linearBackward, type Weights } from './linear.js';

/** A drawing's embedding, with all that its backward needs. */
export interface Encoding {
  /** What came into each layer: the drawing, then the layers' outputs. */
  readonly inputs: readonly Float64Array[];
  /** Of each pooled layer, which place of its convolution each kept number comes from. */
  readonly kept: readonly (Int32Array | undefined)[];
  /** [E]: e_t. */
  readonly embedding: Float64Array;
}

/** e_t: the drawing itself, or what the layers and a last, linear one make of it. */
export function encoderForward(
  config: ModelConfig,
  weights: Weights,
  drawing: Float64Array,
): Encoding {
  if (config.encoder === 'none') return { inputs: [], kept: [], embedding: drawing };
  const layers = config.encoder === 'conv' ? convLayers(config).layers : [];
  const inputs = [drawing];
  const kept: (Int32Array | undefined)[] = [];
  for (const i of config.encoderWidths.keys()) {
    const [kernel, bias] = affineOf(weights, `encoder.${i + 1}`);
    const layer = layers[i];
    let a = layer ? convolve(layer, inputs[i]!, kernel, bias) : linear(inputs[i]!, kernel, bias);
    a = a.map(relu);
    if (layer?.pooled) {
      const places = largestOfSquares(layer, a);
      const whole = a;
      a = Float64Array.from(places, (from) => whole[from]!);
      kept[i] = places;
    }
    inputs.push(a);
  }
  const embedding = linear(inputs.at(-1)!, ...affineOf(weights, 'encoder.out'));
  return { inputs, kept, embedding };
}

/** Given de_t: adds to the gradients of the encoder's weights. (The drawing itself needs none.) */
export function encoderBackward(
  config: ModelConfig,
  weights: Weights,
  { inputs, kept }: Encoding,
  dEmbedding: Float64Array,
  gradients: Weights,
): void {
  if (config.encoder === 'none') return;
  const layers = config.encoder === 'conv' ? convLayers(config).layers : [];
  const back = (name: string, x: Float64Array, dy: Float64Array) =>
    linearBackward(x, affineOf(weights, name)[0], dy, ...affineOf(gradients, name));
  let d = back('encoder.out', inputs.at(-1)!, dEmbedding);
  for (let i = config.encoderWidths.length - 1; i >= 0; i--) {
    const name = `encoder.${i + 1}`;
    d = d.map((g, n) => (inputs[i + 1]![n]! > 0 ? g : 0)); // relu'(0) = 0
    const layer = layers[i];
    if (!layer) {
      d = back(name, inputs[i]!, d);
      continue;
    }
    const places = kept[i];
    if (places) d = toSquares(layer, places, d);
    d = convolveBackward(
      layer,
      inputs[i]!,
      affineOf(weights, name)[0],
      d,
      ...affineOf(gradients, name),
    );
  }
}

const relu = (x: number): number => Math.max(x, 0);

/** A 3 x 3 convolution with a border of zeros. x [height, width, in], kernel [3, 3, in, out], y [height, width, out]. */
function convolve(
  layer: ConvLayer,
  x: Float64Array,
  kernel: Float64Array,
  bias: Float64Array,
): Float64Array {
  const y = new Float64Array(layer.height * layer.width * layer.channels).map(
    (_, n) => bias[n % layer.channels]!,
  );
  eachProduct(layer, (from, weight, to) => {
    y[to]! += x[from]! * kernel[weight]!;
  });
  return y;
}

/** Given dy: adds to dKernel and dBias, returns dx. */
function convolveBackward(
  layer: ConvLayer,
  x: Float64Array,
  kernel: Float64Array,
  dy: Float64Array,
  dKernel: Float64Array,
  dBias: Float64Array,
): Float64Array {
  const dx = new Float64Array(x.length);
  for (const [n, g] of dy.entries()) dBias[n % layer.channels]! += g;
  eachProduct(layer, (from, weight, to) => {
    dKernel[weight]! += x[from]! * dy[to]!;
    dx[from]! += kernel[weight]! * dy[to]!;
  });
  return dx;
}

/** Calls for every product of a convolution with the places of its factors and of its sum. */
function eachProduct(
  { height, width, channelsIn, channels }: ConvLayer,
  visit: (from: number, weight: number, to: number) => void,
): void {
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let ky = 0; ky < 3; ky++) {
        for (let kx = 0; kx < 3; kx++) {
          const [row, column] = [y + ky - 1, x + kx - 1];
          if (row < 0 || row >= height || column < 0 || column >= width) continue;
          for (let i = 0; i < channelsIn; i++) {
            for (let o = 0; o < channels; o++) {
              visit(
                (row * width + column) * channelsIn + i,
                ((ky * 3 + kx) * channelsIn + i) * channels + o,
                (y * width + x) * channels + o,
              );
            }
          }
        }
      }
    }
  }
}

/** Where the largest number of each square of 2 x 2 lies, the first of equals. */
function largestOfSquares({ height, width, channels }: ConvLayer, a: Float64Array): Int32Array {
  const [rows, columns] = [height >> 1, width >> 1];
  const kept = new Int32Array(rows * columns * channels);
  for (const n of kept.keys()) {
    const c = n % channels;
    const column = Math.floor(n / channels) % columns;
    const row = Math.floor(n / channels / columns);
    const place = (y: number, x: number) => ((2 * row + y) * width + 2 * column + x) * channels + c;
    const square = [place(0, 0), place(0, 1), place(1, 0), place(1, 1)];
    kept[n] = square.reduce((best, at) => (a[at]! > a[best]! ? at : best));
  }
  return kept;
}

/** The gradient of what pooling kept, at the places it came from. */
function toSquares(
  { height, width, channels }: ConvLayer,
  kept: Int32Array,
  d: Float64Array,
): Float64Array {
  const whole = new Float64Array(height * width * channels);
  for (const [n, at] of kept.entries()) whole[at] = d[n]!;
  return whole;
}
