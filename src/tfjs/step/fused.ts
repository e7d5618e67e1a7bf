/**
 * The cell's step as kernels of TensorFlow.js for the backends that keep their numbers where we can reach
 * them, with their gradients.
 *
 * The host would ask every step for the gradient of the weights and add them up, a pass over megabytes
 * each time. So weights enter a sequence once, through `MannCellStart`, which hands on `begun` unchanged;
 * a step takes `begun` and hands it on. On the way back each step adds its part of the weights' gradients
 * in place, when it is asked for the gradient of `begun`, and `MannCellStart`, the last to be asked, gives
 * the sums.
 */
import type { Tensor, Tensor2D, TensorInfo } from '@tensorflow/tfjs';
import { tf } from '#tensorflow';
import type { ModelConfig } from '../../model/config.js';
import { cellSpecs } from '../cell-options.js';
import { give, type HostBackend, numbersOf } from '../host/backend.js';
import type { CellWeights } from './plain.js';
import type { CellStates } from './state.js';
import { type StateGradients, type StepInput, StepKernels } from './step-kernels.js';

const START = 'MannCellStart';
const STEP = 'MannCellStep';
const STEP_GRADIENT = 'MannCellStepGradient';
const GATES_GRADIENT = 'MannCellGatesGradient';

/** The backends that have the kernels. */
const BACKENDS = ['cpu', 'wasm'] as const;

/** Steps with the same weights, on the same tape, each from the state of the one before. */
interface Sequence {
  readonly owner: FusedSteps;
  readonly tape: unknown;
  readonly weights: Float32Array;
}

/** Whether the current backend has the kernels, and they are for networks of this form. */
export const hasFused = ({ controller, binding }: ModelConfig): boolean =>
  controller === 'lstm' && binding === 'controller' && tf.getKernel(STEP, tf.getBackend()) != null;

/** Of one cell. */
export class FusedSteps {
  readonly kernels: StepKernels;
  readonly config: ModelConfig;
  /** By the `begun` that a step gave. */
  readonly #sequences = new WeakMap<Tensor, Sequence>();
  #weights = new Float32Array();
  /** Where the host has these weights; every assignment to a variable is a new place. */
  #places: readonly object[] = [];

  /** @param config with X inputs and no classes */
  constructor(config: ModelConfig) {
    this.config = config;
    this.kernels = new StepKernels(config);
  }

  /** As `plainStep`. */
  step(weights: CellWeights, x: Tensor2D, before: CellStates): CellStates {
    const tape = tf.engine().state.activeTape ?? undefined;
    const current = this.#read(weights);
    let { begun } = before;
    let sequence = this.#sequences.get(begun);
    if (sequence?.tape !== tape || sequence?.weights !== current) {
      sequence = { owner: this, tape, weights: current };
      [begun] = run(START, { begun, ...Object.fromEntries(weights) }, { sequence }) as [Tensor2D];
    }
    const { embedding: _, ...states } = before;
    const outputs = run(STEP, { x, ...states, begun }, { sequence });
    const [output, cell, memory, readWeights, usage, after] = outputs as Six<Tensor2D>;
    this.#sequences.set(after, sequence);
    return { output, cell, memory, readWeights, usage, begun: after };
  }

  /** The weights end to end; the same array as long as nobody has assigned to them. */
  #read(weights: CellWeights): Float32Array {
    const tensors = [...weights.values()];
    const places = tensors.map(({ dataId }) => dataId);
    if (places.some((place, i) => place !== this.#places[i])) {
      const backend = tf.backend() as unknown as HostBackend;
      this.#weights = new Float32Array(tensors.reduce((sum, { size }) => sum + size, 0));
      let at = 0;
      for (const tensor of tensors) {
        this.#weights.set(numbersOf(backend, tensor), at);
        at += tensor.size;
      }
      this.#places = places;
    }
    return this.#weights;
  }
}

type Six<T> = [T, T, T, T, T, T];
type Inputs = Record<string, Tensor>;

interface KernelCall {
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  readonly attrs: {
    readonly sequence: Sequence;
    readonly step: BackwardStep;
  };
  readonly backend: HostBackend;
}

function run(kernel: string, inputs: Inputs, attrs: Partial<KernelCall['attrs']>): Tensor[] {
  const result = tf.engine().runKernel(kernel, inputs, attrs as never) as Tensor | Tensor[];
  return Array.isArray(result) ? result : [result];
}

function inputOf(
  backend: HostBackend,
  inputs: KernelCall['inputs'],
  sequence: Sequence,
): StepInput {
  const numbers = (name: string) => numbersOf(backend, inputs[name]!);
  return {
    batch: inputs.x!.shape[0]!,
    weights: sequence.weights,
    x: numbers('x'),
    before: {
      output: numbers('output'),
      cell: numbers('cell'),
      memory: numbers('memory'),
      readWeights: numbers('readWeights'),
      usage: numbers('usage'),
      begun: numbers('begun'),
    },
  };
}

function startKernel({ inputs, backend }: KernelCall): TensorInfo {
  const { dataId, shape, dtype } = inputs.begun!;
  backend.incRef(dataId);
  return { dataId, shape, dtype };
}

function stepKernel({ inputs, attrs, backend }: KernelCall): TensorInfo[] {
  const input = inputOf(backend, inputs, attrs.sequence);
  const after = attrs.sequence.owner.kernels.forward(input);
  const like = (name: keyof typeof after) => give(backend, after[name], inputs[name]!.shape);
  const begun = give(backend, new Float32Array(input.batch).fill(1), [input.batch, 1]);
  return [like('output'), like('cell'), like('memory'), like('readWeights'), like('usage'), begun];
}

/** One step on its way back. */
interface BackwardStep {
  readonly sequence: Sequence;
  /** To be told apart from other steps by the kernels. */
  input: StepInput | undefined;
}

/** The states' gradients before the step, and in place what `addGradients` and `gates` need. */
function stepGradientKernel({ inputs, attrs, backend }: KernelCall): TensorInfo[] {
  const { step } = attrs;
  const input = inputOf(backend, inputs, step.sequence);
  const numbers = (name: string) => numbersOf(backend, inputs[name]!);
  const before = step.sequence.owner.kernels.backward(input, {
    output: numbers('dOutput'),
    cell: numbers('dCell'),
    memory: numbers('dMemory'),
    readWeights: numbers('dReadWeights'),
  });
  step.input = input;
  const like = (name: keyof StateGradients) => give(backend, before[name], inputs[name]!.shape);
  return [like('output'), like('cell'), like('memory'), like('readWeights')];
}

function gatesGradientKernel({ attrs, backend }: KernelCall): TensorInfo {
  const { sequence, input } = attrs.step;
  const gates = sequence.owner.kernels.gates();
  return give(backend, gates, [input!.batch, gates.length / input!.batch]);
}

/** The gradients of `MannCellStep`. */
function stepGradients(dys: Tensor[], saved: Tensor[], { sequence }: KernelCall['attrs']) {
  const [x, output, cell, memory, readWeights, usage, begun] = saved as [Tensor, ...Six<Tensor>];
  const [dOutput, dCell, dMemory, dReadWeights] = dys as Six<Tensor>;
  const step: BackwardStep = { sequence, input: undefined };
  const { kernels, config } = sequence.owner;
  const back = () =>
    run(
      STEP_GRADIENT,
      {
        ...{ x, output, cell, memory, readWeights, usage, begun },
        ...{ dOutput, dCell, dMemory, dReadWeights },
      },
      { step },
    );
  // Now, not when the first gradient is asked for: the host tidies up after each.
  const before = back();
  /** Other steps may have come between; then this one is made once more. */
  const inPlace = () => {
    if (!step.input || !kernels.isLast(step.input)) tf.dispose(back());
  };
  return {
    x: () => {
      inPlace();
      const [dz] = run(GATES_GRADIENT, {}, { step });
      const columns = 4 * config.lstmSize;
      const rows = sequence.weights.subarray(0, config.inputWidth * columns);
      // transposed beforehand: the backend wasm is slow at products of transposed matrices
      const across = tf.transpose(tf.tensor2d(rows, [config.inputWidth, columns]));
      return tf.matMul(dz as Tensor2D, across);
    },
    output: () => before[0]!,
    cell: () => before[1]!,
    memory: () => before[2]!,
    readWeights: () => before[3]!,
    usage: () => tf.zerosLike(usage),
    begun: () => {
      inPlace();
      kernels.addGradients(sequence);
      return tf.zerosLike(begun);
    },
  };
}

/** The gradients of `MannCellStart`: what the steps have added up. */
function startGradients(
  dy: Tensor | Tensor[],
  _saved: Tensor[],
  { sequence }: KernelCall['attrs'],
) {
  let gradients: Float32Array | undefined;
  const { kernels, config } = sequence.owner;
  let end = 0;
  const parts = cellSpecs(config).map(({ name, shape, size }) => {
    const from = end;
    end += size;
    const gradient = () => {
      gradients ??= kernels.takeGradients(sequence);
      return tf.tensor(gradients.slice(from, from + size), [...shape]);
    };
    return [name, gradient] as const;
  });
  return { begun: () => (Array.isArray(dy) ? dy[0]! : dy), ...Object.fromEntries(parts) };
}

function register(): void {
  const kernels = {
    [START]: startKernel,
    [STEP]: stepKernel,
    [STEP_GRADIENT]: stepGradientKernel,
    [GATES_GRADIENT]: gatesGradientKernel,
  };
  for (const [kernelName, kernelFunc] of Object.entries(kernels)) {
    for (const backendName of BACKENDS) {
      if (tf.getKernel(kernelName, backendName)) continue; // this module was loaded before
      tf.registerKernel({ kernelName, backendName, kernelFunc: kernelFunc as never });
    }
  }
  if (tf.getGradient(STEP)) return;
  tf.registerGradient({ kernelName: START, gradFunc: startGradients as never });
  tf.registerGradient({
    kernelName: STEP,
    inputsToSave: ['x', 'output', 'cell', 'memory', 'readWeights', 'usage', 'begun'],
    gradFunc: stepGradients as never,
  });
}

register();
