// The kernels of the encoder's convolutions, packed, and their gradients from those of the samples.
import { convGradientSize, convGradientsAt } from '../layout/batch';
import { B, depth, floats, widthOf } from '../layout/shape';
import {
  at, channelsInto, convSize, encoderBias, encoderKernel, gradients, packedLayer, packedLayerBack, weights,
} from '../layout/tensors';
import { into, outOf } from './conv-layout';

/** The kernels in panels, and turned round for the way back; threads share the output channels. */
export function packConv(rank: i32, size: i32): void {
  for (let layer = 0; layer < depth; layer++) {
    const channels = widthOf(layer);
    const own = channelsInto(layer);
    const run = 9 * into(layer);
    const kernel = at(weights, encoderKernel(layer));
    const packed = packedLayer(layer);
    const back = packedLayerBack(layer);
    const biases = packed + floats(run * outOf(layer));
    for (let o = rank; o < outOf(layer); o += size) {
      const panel = packed + floats((o >> 3) * run * 8 + (o & 7));
      for (let k = 0; k < run; k++) {
        const tap = k / into(layer);
        const i = k % into(layer);
        const real = o < channels && i < own;
        const value: f32 = real ? f32.load(kernel + floats((tap * own + i) * channels + o)) : 0;
        f32.store(panel + floats(k * 8), value);
        if (layer > 0) f32.store(back + floats(o * run + k), value);
      }
      f32.store(biases + floats(o), o < channels ? f32.load(at(weights, encoderBias(layer)) + floats(o)) : 0);
    }
  }
}

/** The gradients of kernels and biases from those of the samples; threads share the output channels. */
export function convGradientSums(rank: i32, size: i32): void {
  let begin = 0;
  for (let layer = 0; layer < depth; layer++) {
    const channels = widthOf(layer);
    const own = channelsInto(layer);
    const run = 9 * into(layer);
    const kernel = at(gradients, encoderKernel(layer));
    for (let o = rank; o < channels; o += size) {
      for (let tap = 0; tap < 9; tap++) {
        for (let i = 0; i < own; i++) {
          const sum = overSamples(begin + o * run + tap * into(layer) + i);
          f32.store(kernel + floats((tap * own + i) * channels + o), sum);
        }
      }
      const bias = at(gradients, encoderBias(layer)) + floats(o);
      f32.store(bias, overSamples(begin + run * outOf(layer) + o));
    }
    begin += convSize(layer);
  }
}
function overSamples(offset: i32): f32 {
  let from = convGradientsAt(0) + floats(offset);
  let sum: f32 = 0;
  for (let b = 0; b < B; b++) {
    sum += f32.load(from);
    from += floats(convGradientSize);
  }
  return sum;
}
