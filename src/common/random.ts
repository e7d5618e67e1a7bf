/** The complete state of a {@link Random}: four unsigned 32-bit integers. */
export type RandomState = readonly [number, number, number, number];

/**
 * A small random number generator whose state can be saved (sfc32 by Chris Doty-Humphrey, from PractRand).
 *
 * ```ts
 * const random = new Random(1, 'weights');
 * random.uniform(-1, 1); // the same number on every machine
 * ```
 * All randomness of the library comes from such generators. Restoring {@link Random.state} repeats all later numbers.
 */
export class Random {
  // signed, as engines keep integers of 32 bits best
  #a = 0;
  #b = 0;
  #c = 0;
  #d = 0;

  /**
   * @param seed any integer
   * @param stream a name; generators with the same seed and different names are independent
   */
  constructor(seed: number, stream = '') {
    let hash = 2166136261; // FNV-1a of the name
    for (let i = 0; i < stream.length; i++) {
      hash = Math.imul(hash ^ stream.charCodeAt(i), 16777619);
    }
    this.restore([seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0, hash >>> 0, 1]);
    for (let i = 0; i < 16; i++) this.bits();
  }

  /** The state, for {@link restore}. */
  get state(): RandomState {
    return [this.#a >>> 0, this.#b >>> 0, this.#c >>> 0, this.#d >>> 0];
  }

  restore([a, b, c, d]: RandomState): this {
    this.#a = a | 0;
    this.#b = b | 0;
    this.#c = c | 0;
    this.#d = d | 0;
    return this;
  }

  /** A uniform integer in [0, 2^32). */
  bits(): number {
    const result = (this.#a + this.#b + this.#d) | 0;
    this.#d = (this.#d + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + result) | 0;
    return result >>> 0;
  }

  /** A uniform number in [low, high), one of 2^32 equally spaced values. */
  uniform(low = 0, high = 1): number {
    return low + (high - low) * (this.bits() / 2 ** 32);
  }

  /** A uniform integer in [0, n). */
  below(n: number): number {
    return Math.floor((this.bits() / 2 ** 32) * n);
  }

  /** A normally distributed number with mean 0 and standard deviation 1 (Box and Muller). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log((this.bits() + 1) / 2 ** 32));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Shuffles an array in place (Fisher and Yates) and returns it. */
  shuffle<T>(items: T[]): T[] {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [items[i], items[j]] = [items[j]!, items[i]!];
    }
    return items;
  }

  /** `count` different integers from [0, n), in random order (the first ones of a shuffle by Fisher and Yates). */
  sample(n: number, count: number): number[] {
    return n < 16 * count ? this.#sampleMany(n, count) : this.#sampleFew(n, count);
  }

  #sampleMany(n: number, count: number): number[] {
    const items: number[] = [];
    for (let i = 0; i < n; i++) items.push(i);
    for (let i = 0; i < count; i++) {
      const j = i + this.below(n - i);
      const item = items[j]!;
      items[j] = items[i]!;
      items[i] = item;
    }
    items.length = count;
    return items;
  }

  /** The same, without an array of all n. */
  #sampleFew(n: number, count: number): number[] {
    const moved = new Map<number, number>();
    const result: number[] = [];
    for (let i = 0; i < count; i++) {
      const j = i + this.below(n - i);
      result.push(moved.get(j) ?? j);
      moved.set(j, moved.get(i) ?? i);
    }
    return result;
  }
}
