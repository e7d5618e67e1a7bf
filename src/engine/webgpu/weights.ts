/** Tensors in the padded buffers of the processor, and out of them. */
import type { ModelConfig } from '../../model/config.js';
import { type Tensor, type Tensors, tensorSpecs } from '../../model/tensors.js';
import { type Layout, placesOf } from './shaders/layout.js';

export class PaddedWeights {
  readonly #config: ModelConfig;
  readonly #total: number;
  readonly #places: Map<string, Int32Array>;

  constructor(config: ModelConfig, layout: Layout) {
    this.#config = config;
    this.#total = layout.total;
    this.#places = placesOf(config, layout);
  }

  /** One after another in one buffer. */
  pad(...all: Tensors[]): Float32Array {
    const numbers = new Float32Array(all.length * this.#total);
    all.forEach((tensors, n) => {
      for (const [name, places] of this.#places) {
        const { data } = tensors.get(name)!;
        for (let i = 0; i < places.length; i++) numbers[n * this.#total + places[i]!] = data[i]!;
      }
    });
    return numbers;
  }

  /** The tensors number `n` of a buffer. */
  unpad(numbers: Float32Array, n = 0): Tensors {
    const tensors = new Map<string, Tensor>();
    for (const { name, shape } of tensorSpecs(this.#config)) {
      const places = this.#places.get(name)!;
      const data = Float32Array.from(places, (at) => numbers[n * this.#total + at]!);
      tensors.set(name, { shape, data });
    }
    return tensors;
  }
}
