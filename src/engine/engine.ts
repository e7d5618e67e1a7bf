import type { ModelConfig } from '../model/config.js';
import type { Floats, Tensors } from '../model/tensors.js';

/** `reference`: plain float64; `simd` and `relaxed`: WebAssembly with 128-bit SIMD (and fused multiply-add). */
export type EngineKind = 'reference' | 'simd' | 'relaxed';

/** A batch of episodes as the network sees it. */
export interface Batch {
  /** B episodes. */
  readonly batch: number;
  /** T time steps. */
  readonly length: number;
  /** [B, T, X]: at each step the drawing's P pixels (ink 1, ground 0), then the previous step's label one-hot. */
  readonly inputs: Floats;
  /** [B, T]: the true label of each step, 0 to C-1. */
  readonly labels: Uint8Array | Uint16Array;
}

export interface Forward {
  /** Mean over the batch of the sum over time of the cross entropy, in nats. */
  readonly loss: number;
  /** [B, T, C]. */
  readonly logits: Floats;
}

/** Adam (Kingma & Ba 2015) between two updates. */
export interface OptimizerState {
  /** Updates made so far. */
  readonly step: number;
  /** First and second moments, named and shaped as the weights. */
  readonly first: Tensors;
  readonly second: Tensors;
}

/** What the network carries from one step to the next. Of a network without memory the memory's arrays are empty. */
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
  /** [B, R, N]: w^w_t. Not needed to go on; kept to be looked at. */
  readonly writeWeights: Floats;
  /** [B, N]: u_t. */
  readonly usage: Floats;
  /** [B, E]: e_t, which the next step binds to its label; empty without direct binding. */
  readonly embedding: Floats;
}

export interface StepResult {
  /** [B, O]: [h_t, r_t]. */
  readonly output: Floats;
  /** [B, C]. */
  readonly logits: Floats;
  readonly state: CellState;
}

export interface TrainStepOptions {
  readonly learningRate: number;
  /**
   * Where Adam's ε = 1e-8 is added: to the bias-corrected root of the second moment (`standard`, the default),
   * or to the uncorrected one, as TensorFlow 1 does (`tensorflow1`).
   */
  readonly adam?: 'standard' | 'tensorflow1';
  /** A gradient of a larger norm, over all weights, is scaled down to this one. Default 0: none is. */
  readonly clip?: number;
}

/**
 * The one wall between arithmetic and everything else: training, learner and commands see this
 * interface and nothing of what is behind it. Calls must not overlap: await one before the next.
 */
export interface Engine {
  readonly config: ModelConfig;
  readonly kind: EngineKind;
  /** Threads that work on one batch. Results do not depend on it. */
  readonly threads: number;

  /** Copies of the weights. */
  parameters(): Tensors;
  /** @throws UserError when names or shapes are not those of the configuration */
  setParameters(tensors: Tensors): void;
  /** Copies of the optimiser's state. */
  optimizer(): OptimizerState;
  setOptimizer(state: OptimizerState): void;

  /** Logits and loss, nothing learnt. */
  forward(batch: Batch): Promise<Forward>;
  /** As `forward`, and the gradient of the loss to every weight. */
  gradients(batch: Batch): Promise<Forward & { gradients: Tensors }>;
  /** One Adam update on one batch; gives logits and loss from before the update. */
  trainStep(batch: Batch, options: TrainStepOptions): Promise<Forward>;

  /** The state before the first step (M = 1e-6, w^r and u one-hot at slot 0, the rest zero). */
  zeroState(batch: number): CellState;
  /** One online step for B episodes at once. `inputs` is [B, X]; `state` is not changed. */
  step(inputs: Floats, state: CellState): StepResult;

  /** Ends the threads. */
  dispose(): Promise<void>;
}
