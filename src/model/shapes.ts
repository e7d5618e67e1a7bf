import type { ModelConfig } from './config.js';

/**
 * The shape letters, used everywhere: B batch, T time steps, P pixels, C classes, X = P + C inputs,
 * H hidden units, L layers, N slots, W word size, R heads. Of a network without memory N, W and R are 0.
 */
export interface Shapes {
  readonly P: number;
  readonly C: number;
  readonly X: number;
  readonly H: number;
  readonly L: number;
  readonly N: number;
  readonly W: number;
  readonly R: number;
  /** The width of `rin`, what the controller sees of the previous read: R·W, R·N or 0. */
  readonly rin: number;
  /** The width of the heads' projection q: 2·R·W + R (+ R with learned key strength), or 0. */
  readonly Q: number;
  /** The width of the output [h_t, r_t]: H + R·W. */
  readonly O: number;
}

export function shapesOf(config: ModelConfig): Shapes {
  const memory = config.model === 'mann';
  const P = config.inputHeight * config.inputWidth;
  const C = config.numClasses;
  const H = config.lstmSize;
  const N = memory ? config.memorySize : 0;
  const W = memory ? config.memoryDim : 0;
  const R = memory ? config.nbReads : 0;
  return {
    P,
    C,
    X: P + C,
    H,
    L: config.numLayers,
    N,
    W,
    R,
    rin: config.controllerInput === 'read-vectors' ? R * W : R * N,
    Q: 2 * R * W + (config.keyStrength === 'learned' ? 2 * R : R),
    O: H + R * W,
  };
}
