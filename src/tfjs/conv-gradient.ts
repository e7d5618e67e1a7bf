/**
 * The gradient of a convolution's kernel, which TensorFlow.js has on all of its backends but wasm. With it, networks with
 * a conv encoder can be trained there.
 */
import type { TensorInfo } from '@tensorflow/tfjs';
import { tf } from '#tensorflow';
import { give, type HostBackend, numbersOf } from './host/backend.js';

type ConvInfo = ReturnType<typeof tf.backend_util.computeConv2DInfo>;

interface KernelCall {
  readonly inputs: { readonly x: TensorInfo; readonly dy: TensorInfo };
  readonly attrs: {
    readonly strides: number | [number, number];
    readonly pad: Parameters<typeof tf.backend_util.computeConv2DInfo>[4];
    readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
    readonly filterShape: [number, number, number, number];
  };
  readonly backend: HostBackend;
}

const KERNEL = { kernelName: 'Conv2DBackpropFilter', backendName: 'wasm' } as const;

/** [height, width, in, out]: for every place of the kernel, input times gradient of output, summed over all drawings. */
function filterGradient({ inputs: { x, dy }, attrs, backend }: KernelCall): TensorInfo {
  const { strides, pad, dimRoundingMode, filterShape } = attrs;
  const shape = x.shape as [number, number, number, number];
  const info = tf.backend_util.computeConv2DInfo(
    ...([shape, filterShape, strides, 1, pad, dimRoundingMode] as const),
  );
  const gradient = new Float32Array(filterShape.reduce((a, b) => a * b, 1));
  addProducts(info, numbersOf(backend, x), numbersOf(backend, dy), gradient);
  return give(backend, gradient, filterShape);
}

function addProducts(
  info: ConvInfo,
  x: Float32Array,
  dy: Float32Array,
  gradient: Float32Array,
): void {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = info;
  const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = info;
  for (let ky = 0; ky < filterHeight; ky++) {
    for (let kx = 0; kx < filterWidth; kx++) {
      const to = (ky * filterWidth + kx) * inChannels * outChannels;
      const sums = gradient.subarray(to, to + inChannels * outChannels);
      for (let b = 0; b < batchSize; b++) {
        for (let oy = 0; oy < outHeight; oy++) {
          const iy = oy * strideHeight + ky - padInfo.top;
          if (iy < 0 || iy >= inHeight) continue;
          for (let ox = 0; ox < outWidth; ox++) {
            const ix = ox * strideWidth + kx - padInfo.left;
            if (ix < 0 || ix >= inWidth) continue;
            const from = ((b * inHeight + iy) * inWidth + ix) * inChannels;
            const out = ((b * outHeight + oy) * outWidth + ox) * outChannels;
            for (let i = 0; i < inChannels; i++) {
              const value = x[from + i]!;
              if (value === 0) continue; // most of what comes through relu, and of a drawing
              for (let o = 0; o < outChannels; o++) {
                sums[i * outChannels + o]! += value * dy[out + o]!;
              }
            }
          }
        }
      }
    }
  }
}

if (!tf.getKernel(KERNEL.kernelName, KERNEL.backendName)) {
  tf.registerKernel({ ...KERNEL, kernelFunc: filterGradient as never });
}
