import type { TensorInfo } from '@tensorflow/tfjs';

/** What our kernels use of a backend of TensorFlow.js. */
export interface HostBackend {
  write(values: Float32Array, shape: number[], dtype: 'float32'): object;
  readSync(dataId: object): Float32Array;
  incRef(dataId: object): void;
  /** Of the backend wasm: the numbers where they lie. */
  typedArrayFromHeap?(info: TensorInfo): Float32Array;
}

/** A tensor's numbers, not to be written to, good until the backend's next call. */
export function numbersOf(backend: HostBackend, info: TensorInfo): Float32Array {
  return backend.typedArrayFromHeap?.(info) ?? backend.readSync(info.dataId);
}

/** A tensor of numbers that are copied where they are a view. */
export function give(backend: HostBackend, numbers: Float32Array, shape: number[]): TensorInfo {
  // The backend wasm copies to its heap, the backend cpu keeps what it gets.
  const own = backend.typedArrayFromHeap ? numbers : numbers.slice();
  return { dataId: backend.write(own, shape, 'float32'), shape, dtype: 'float32' };
}
