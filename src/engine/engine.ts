import type { ModelConfig } from '../model/config.js';
import type { Floats, Tensors } from '../model/tensors.js';

/**
 * Compute backend. `simd`: WebAssembly with 128-bit SIMD; `relaxed`: the same with fused multiply-add; `webgpu`: a
 * graphics processor, for whole batches; `reference`: float64 in TypeScript, slow.
 */
export type EngineKind = 'reference' | 'simd' | 'relaxed' | 'webgpu';

/** A batch of episodes as the network gets it. */
export interface Batch {
  /** B episodes. */
  readonly batch: number;
  /** T time steps. */
  readonly length: number;
  /**
   * [B, T, X]: at each step the drawing's P pixels (foreground 1, background 0), then the F numbers of feedback: the
   * previous step's target, a label as a one-hot (its characters one after another). Empty with `views`.
   */
  readonly inputs: Floats;
  /** Drawings that the engine is to draw itself, instead of `inputs`; only for an engine that `draws`. */
  readonly views?: Views | undefined;
  /**
   * What is right. Of `classes` [B, T]: the true label of each step, 0 to C-1. Of `strings` [B, T, G]: the letters of each
   * label, 0 to C-1. C stands for no label, and for each letter of none; such a drawing counts only for familiarity. Of
   * `gaussian` and `bits` [B, T, D]: the numbers, or zeros and ones.
   */
  readonly targets: Targets;
  /** [B, T]: 1 for steps that count, 0 for those that cost nothing. Default: all count. */
  readonly mask?: Uint8Array | undefined;
  /** The state that episodes begin in, through which no gradient goes further back. Default: the start state. */
  readonly start?: CellState | undefined;
}

/** Which drawings each step shows, and how; labels follow a step later, as `targets` have them. */
export interface Views {
  /** All drawings there are, [side, side] each, 0 background to 255; the same array from batch to batch. */
  readonly atlas: Uint8Array;
  readonly side: number;
  /** [B, T]: indices of drawings in the atlas. */
  readonly drawings: Int32Array;
  /**
   * [B, T, 6]: where the pixel (y, x) comes from in the drawing, column u0 + x·dux + y·duy and row v0 + x·dvx + y·dvy,
   * in the order u0, v0, dux, dvx, duy, dvy.
   */
  readonly resampling: Float32Array;
}

/** The right answers of a batch: labels or characters as whole numbers, or numbers. */
export type Targets = Uint8Array | Uint16Array | Floats;

export interface Forward {
  /** Mean over the batch of the sum over time of what answers (and familiarity) cost, in nats. */
  readonly loss: number;
  /**
   * [B, T, A], the answers. Of `classes` C logits, before the softmax; of `strings` C of each of G characters; of `bits` D,
   * before the logistic function; of `gaussian` D means, then D numbers s that deviations follow from, softplus(s) + 0.001.
   */
  readonly logits: Floats;
  /** [B, T], before the logistic function: that the drawing is of a class whose label came before. Empty where it is not learned. */
  readonly familiarity: Floats;
  /** The state after the last step, of a batch that has a `start`. */
  readonly end?: CellState | undefined;
}

/** The state of Adam (Kingma & Ba 2015) between two updates. */
export interface OptimizerState {
  /** Number of updates so far. */
  readonly step: number;
  /** First and second moments, named and shaped as the weights. */
  readonly first: Tensors;
  readonly second: Tensors;
}

/** The state of the network between two steps. In a network without memory the arrays of the memory are empty. */
export interface CellState {
  /** [L, B, H]: c_t of each LSTM layer. */
  readonly cell: Floats;
  /** [L, B, H]: h_t of each LSTM layer. */
  readonly hidden: Floats;
  /** [B, N, W]: M_t. */
  readonly memory: Floats;
  /** [B, R, W]: r_t. */
  readonly readVectors: Floats;
  /** [B, R, N]: w^r_t. */
  readonly readWeights: Floats;
  /** [B, R, N]: w^w_t. For inspection: only the next step of an NTM needs it. */
  readonly writeWeights: Floats;
  /** [B, N]: u_t. Zeros of an NTM, which keeps none. */
  readonly usage: Floats;
  /** [B, E]: e_t, which the next step binds to its label. Empty without direct binding. */
  readonly embedding: Floats;
}

export interface StepResult {
  /** [B, O]: [h_t, r_t]. */
  readonly output: Floats;
  /** [B, A], as of a batch. */
  readonly logits: Floats;
  /** [B], before the logistic function. Empty where familiarity is not learned. */
  readonly familiarity: Floats;
  readonly state: CellState;
}

export interface TrainStepOptions {
  readonly learningRate: number;
  /**
   * Where Adam adds ε = 1e-8: to the bias-corrected root of the second moment (`standard`, the default),
   * or to the uncorrected root, as TensorFlow 1 does (`tensorflow1`).
   */
  readonly adam?: 'standard' | 'tensorflow1';
  /** Gradients are scaled down to this norm (over all weights). Default 0: no clipping. */
  readonly clip?: number;
}

/**
 * Runs and trains one network: `createEngine(config)` makes one. Everything else in the library (training, learner,
 * commands) does its arithmetic through this interface. Calls must not overlap, unless `ahead` says so: await each before
 * the next.
 */
export interface Engine {
  readonly config: ModelConfig;
  readonly kind: EngineKind;
  /** Number of threads that compute a batch. Results do not depend on it. */
  readonly threads: number;
  /** What computes, where that is a graphics processor: its name. */
  readonly device?: string | undefined;
  /**
   * So many calls of `forward` and `trainStep` may be under way at once; they are worked off in order. 1 on a CPU; more on
   * a graphics processor, which would be idle while each answer is waited for.
   */
  readonly ahead: number;
  /** Whether batches may have `views` instead of `inputs`. */
  readonly draws: boolean;

  /** Copies of the weights. */
  parameters(): Tensors;
  /** @throws UserError if names or shapes are not those of the configuration */
  setParameters(tensors: Tensors): void;
  /** Copies of the state of the optimiser. */
  optimizer(): OptimizerState;
  setOptimizer(state: OptimizerState): void;

  /** Loss and logits; the weights do not change. */
  forward(batch: Batch): Promise<Forward>;
  /** Like `forward`, with the gradient of the loss with respect to every weight. */
  gradients(batch: Batch): Promise<Forward & { gradients: Tensors }>;
  /** One update with Adam: `engine.trainStep(batch, { learningRate: 1e-3 })`. Returns loss and logits from before it. */
  trainStep(batch: Batch, options: TrainStepOptions): Promise<Forward>;

  /** The state before the first step: M = 1e-6, w^r and u (w^w of an NTM) one-hot at slot 0, the rest zero. @throws UserError */
  zeroState(batch: number): CellState;
  /** One step of B episodes. `inputs` is [B, X]; `state` is not changed. */
  step(inputs: Floats, state: CellState): StepResult;

  /**
   * After training on a graphics processor: waits for the calls that are under way, and brings weights and moments to where
   * `parameters`, `optimizer` and `step` find them, which throw until then. Elsewhere there is nothing to do.
   */
  settle(): Promise<void>;

  /**
   * Waits for the call that is under way, and stops the threads. Calls that come later throw; on a graphics processor those
   * whose answers have not come yet do too.
   */
  dispose(): Promise<void>;
}
