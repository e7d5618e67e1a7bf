import type { ModelConfig } from './fields.js';

/**
 * The sizes of a network by the letters that the library uses everywhere: B batch, T time steps, P pixels, E embedding,
 * F feedback (the target of the step before), C classes or letters, G characters, D numbers of a target, X = P + F inputs, H hidden units, L layers, N slots, W slot
 * width, K key size, R read heads. Without memory N, W, K and R are 0. `shapesOf(config)` computes them.
 */
export interface Shapes {
  readonly P: number;
  readonly E: number;
  readonly F: number;
  /** 0 where the output is not of classes or letters. */
  readonly C: number;
  /** 0 where labels are not strings. */
  readonly G: number;
  /** 0 where targets are not numbers or bits. */
  readonly D: number;
  /** Numbers of a target as a batch has it: 1 label, G characters or D numbers. */
  readonly target: number;
  /** Columns of the answer: C, G·C, 2·D (means, then what deviations follow from) or D. */
  readonly A: number;
  /** Columns of the output: A, and one for familiarity where that is learned. */
  readonly Y: number;
  readonly X: number;
  readonly H: number;
  readonly L: number;
  readonly N: number;
  readonly W: number;
  readonly K: number;
  readonly R: number;
  /** Width of what the controller gets of the previous read: R·W, R·N or 0. */
  readonly rin: number;
  /**
   * Width of the heads' projection q: keys and adds (R·W each), gates and key strengths (R each, if any). Of an NTM: for
   * read heads and again for write heads keys (R·W), key strengths and interpolations (R each), shifts (R·3) and
   * sharpenings (R); then erases and adds (R·W each).
   */
  readonly Q: number;
  /** Gates in q: R with gated writing, or 0. */
  readonly gates: number;
  /** The width of the output [h_t, r_t]: H + R·W. */
  readonly O: number;
  /** Width of the previous embedding in the state: E with direct binding, otherwise 0. */
  readonly kept: number;
}

/** The sizes of a network: `shapesOf(modelConfig()).X` is 405. */
export function shapesOf(config: ModelConfig): Shapes {
  const memory = config.memory !== 'none';
  const P = config.inputHeight * config.inputWidth;
  const E = config.encoder === 'none' ? P : config.embeddingSize;
  const { C, G, D, F, A } = outputOf(config);
  const Y = config.familiarity === 'learned' ? A + 1 : A;
  const H = config.lstmSize;
  const N = memory ? config.memorySize : 0;
  const W = memory ? config.memoryDim : 0;
  const R = memory ? config.nbReads : 0;
  const ntm = config.memory === 'ntm';
  const gates = !ntm && config.writing === 'gated' ? R : 0;
  const strengths = config.keyStrength === 'learned' ? R : 0;
  return {
    ...{ P, E, F, C, G, D, A, Y, X: P + F, H, L: config.numLayers, N, W, R, gates },
    target: Math.max(1, G, D),
    K: ntm ? W : memory ? config.keySize : 0,
    rin: config.controllerInput === 'read-vectors' ? R * W : R * N,
    Q: ntm ? 2 * (R * W + 6 * R) + 2 * R * W : 2 * R * W + gates + strengths,
    O: H + R * W,
    kept: config.memory === 'lrua' && config.binding === 'direct' ? E : 0,
  };
}

/** What targets, feedback and answers are made of. */
function outputOf({ output, numClasses, labelLength, targetSize }: ModelConfig) {
  const [C, G, D] = [numClasses, labelLength, targetSize];
  switch (output) {
    case 'classes':
      return { C, G: 0, D: 0, F: C, A: C };
    case 'strings':
      return { C, G, D: 0, F: G * C, A: G * C };
    case 'gaussian':
      return { C: 0, G: 0, D, F: D, A: 2 * D };
    case 'bits':
      return { C: 0, G: 0, D, F: D, A: D };
  }
}

/** One convolution of the encoder and what it works on. */
export interface ConvLayer {
  /** Sides of what comes in; the convolution keeps them. */
  readonly height: number;
  readonly width: number;
  readonly channelsIn: number;
  readonly channels: number;
  /** The largest of each square of 2 x 2 is kept, an odd row or column left over dropped. */
  readonly pooled: boolean;
}

/** The layers of a conv encoder, and the numbers that go to its last, linear one. */
export function convLayers(config: ModelConfig): { layers: ConvLayer[]; features: number } {
  let [height, width, channelsIn] = [config.inputHeight, config.inputWidth, 1];
  const layers = config.encoderWidths.map((channels, i, { length }): ConvLayer => {
    const layer = { height, width, channelsIn, channels, pooled: i < length - 1 };
    if (layer.pooled) [height, width] = [height >> 1, width >> 1];
    channelsIn = channels;
    return layer;
  });
  return { layers, features: height * width * channelsIn };
}

/** Numbers that the encoder makes of a drawing, in all of its layers. */
export function encoderNumbers(config: ModelConfig): number {
  const { E } = shapesOf(config);
  if (config.encoder === 'none') return 0;
  const layers =
    config.encoder === 'conv'
      ? convLayers(config).layers.map(({ height, width, channels }) => height * width * channels)
      : config.encoderWidths;
  return layers.reduce((sum, numbers) => sum + numbers, E);
}
