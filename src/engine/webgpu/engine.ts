import { UserError } from '../../common/errors.js';
import type { ModelConfig } from '../../model/config.js';
import type { Floats, Tensor, Tensors } from '../../model/tensors.js';
import { tensorSpecs } from '../../model/tensors.js';
import { isFamiliar } from '../../reference/loss.js';
import type {
  Batch,
  CellState,
  Engine,
  Forward,
  OptimizerState,
  StepResult,
  TrainStepOptions,
} from '../engine.js';
import { Buffers, mostEpisodes } from './buffers.js';
import { COMPUTE, READ, USAGE } from './constants.js';
import { type Layout, layoutOf, placesOf } from './layout.js';
import { type BatchSizes, type Pass, type Plan, planOf, type Tuning } from './plan.js';
import { MASKED } from './shaders/loss.js';

/** So many batches are under way at once: the next one waits when the processor has done with one. */
const AHEAD = 3;

/** Numbers of the uniform buffer, in the order of SIZES in shaders/wgsl.ts. */
const SIZES_NUMBERS = 12;

/** What a call is to do. */
type Work = 'forward' | 'gradients' | 'train';

/** A pass with its pipeline, and what it is bound to. */
interface Ready {
  readonly pass: Pass;
  readonly pipeline: GPUComputePipeline;
  /** The pass's own numbers, where it has some. */
  readonly numbers: GPUBuffer | undefined;
  bound?: GPUBindGroup;
  generation: number;
}

/** Whether a plan was made ready, pass by pass. */
interface ReadyPlan {
  readonly plan: Plan;
  readonly unpack: Ready;
  readonly draw: Ready;
  readonly forward: readonly Ready[];
  readonly backward: readonly Ready[];
  readonly sum: Ready;
  readonly update: readonly Ready[];
  readonly transpose: Ready;
}

/**
 * Whole batches on a graphics processor, behind the engine's interface: shaders of `shaders/` in the order of plan.ts. A
 * call gives its work to the processor and returns; several can be under way. Single steps are worked on the CPU.
 */
export class WebGpuEngine implements Engine {
  readonly kind = 'webgpu';
  readonly threads = 0;
  readonly ahead = AHEAD;
  readonly draws = true;
  readonly #layout;
  readonly #places: Map<string, Int32Array>;
  readonly #sizes: GPUBuffer;
  readonly #plans = new Map<string, Promise<ReadyPlan>>();
  readonly #modules = new Map<string, Promise<GPUComputePipeline>>();
  readonly #idle: GPUBuffer[] = [];
  #buffers: Buffers | undefined;
  #atlas: Uint8Array | undefined;
  #step = 0;
  /** Work is handed over in the order of calls. */
  #last: Promise<unknown> = Promise.resolve();
  /** The processor has other weights than the CPU. */
  #isTrained = false;
  #isTurned = false;
  #failure: string | undefined;

  /** @param cpu has the weights and moments from before the last training, and works single steps */
  constructor(
    readonly config: ModelConfig,
    readonly cpu: Engine,
    readonly gpu: GPUDevice,
    readonly device: string,
    readonly tune: Partial<Tuning> & { readonly mostBytes?: number } = {},
  ) {
    this.#layout = layoutOf(config);
    this.#places = placesOf(config, this.#layout);
    this.#sizes = gpu.createBuffer({
      size: 4 * SIZES_NUMBERS,
      usage: USAGE.uniform | USAGE.copyTarget,
    });
    gpu.onuncapturederror = ({ error }) => {
      this.#failure ??= error.message;
    };
    gpu.lost.then(({ reason, message }) => {
      if (reason !== 'destroyed') this.#failure ??= `it was lost (${message})`;
    });
  }

  parameters(): Tensors {
    this.#mustBeSettled();
    return this.cpu.parameters();
  }

  setParameters(tensors: Tensors): void {
    this.cpu.setParameters(tensors);
    this.#isTrained = false;
    this.#upload();
  }

  optimizer(): OptimizerState {
    this.#mustBeSettled();
    return this.cpu.optimizer();
  }

  setOptimizer(state: OptimizerState): void {
    this.cpu.setOptimizer(state);
    this.#step = state.step;
    this.#upload();
  }

  forward(batch: Batch): Promise<Forward> {
    return this.#run(batch, 'forward');
  }

  async gradients(batch: Batch): Promise<Forward & { gradients: Tensors }> {
    const forward = await this.#run(batch, 'gradients');
    const [gradients] = this.#tensors(await this.#read('gradients', this.#layout.total));
    return { ...forward, gradients: gradients! };
  }

  trainStep(batch: Batch, options: TrainStepOptions): Promise<Forward> {
    return this.#run(batch, 'train', options);
  }

  zeroState(batch: number): CellState {
    return this.cpu.zeroState(batch);
  }

  step(inputs: Floats, state: CellState): StepResult {
    this.#mustBeSettled();
    return this.cpu.step(inputs, state);
  }

  async settle(): Promise<void> {
    await this.#last;
    if (!this.#isTrained) return;
    const { total } = this.#layout;
    const [weights] = this.#tensors(await this.#read('weights', total));
    const [first, second] = this.#tensors(await this.#read('moments', 2 * total));
    this.cpu.setParameters(weights!);
    this.cpu.setOptimizer({ step: this.#step, first: first!, second: second! });
    this.#isTrained = false;
  }

  async dispose(): Promise<void> {
    await this.#last;
    this.gpu.destroy();
    await this.cpu.dispose();
  }

  /** Milliseconds of each pass of a training step, medians of `times`: what to look at when it is slow. */
  async profile(batch: Batch, times = 10): Promise<Record<string, number>> {
    const { gpu } = this;
    if (!gpu.features.has('timestamp-query')) return {};
    await this.gradients(batch);
    const ready = await this.#planFor(batch);
    const passes = this.#passes(ready, batch, true);
    const sizes = this.#sizesOf(batch, batch.batch);
    const set = gpu.createQuerySet({ type: 'timestamp', count: 2 * passes.length });
    const bytes = 16 * passes.length;
    const { copySource, copyTarget, mapRead, queryResolve } = USAGE;
    const resolved = gpu.createBuffer({ size: bytes, usage: queryResolve | copySource });
    const read = gpu.createBuffer({ size: bytes, usage: copyTarget | mapRead });
    const taken = passes.map((): number[] => []);
    for (let n = 0; n < times; n++) {
      const encoder = gpu.createCommandEncoder();
      passes.forEach((pass, i) => {
        const at = {
          querySet: set,
          ...{ beginningOfPassWriteIndex: 2 * i, endOfPassWriteIndex: 2 * i + 1 },
        };
        const open = encoder.beginComputePass({ timestampWrites: at });
        this.#dispatch(open, pass, sizes);
        open.end();
      });
      encoder.resolveQuerySet(set, 0, 2 * passes.length, resolved, 0);
      encoder.copyBufferToBuffer(resolved, 0, read, 0, bytes);
      gpu.queue.submit([encoder.finish()]);
      await read.mapAsync(READ);
      const stamps = new BigUint64Array(read.getMappedRange());
      passes.forEach((_, i) => {
        taken[i]!.push(Number(stamps[2 * i + 1]! - stamps[2 * i]!) / 1e6);
      });
      read.unmap();
    }
    return Object.fromEntries(
      passes.map(({ pass }, i) => [pass.label, taken[i]!.sort((a, b) => a - b)[times >> 1]!]),
    );
  }

  #mustBeSettled(): void {
    if (!this.#isTrained) return;
    throw new Error('the weights are still on the graphics processor: await engine.settle() first');
  }

  /** Hands the work over when it is its turn, and waits for the answers. */
  async #run(batch: Batch, work: Work, options?: TrainStepOptions): Promise<Forward> {
    if (batch.start) {
      throw new UserError(
        'the webgpu engine begins every episode anew: to keep the memory between episodes, use another engine',
      );
    }
    const handedOver = this.#last.then(() => this.#handOver(batch, work, options));
    this.#last = handedOver.catch(() => {});
    return this.#answers(batch, await handedOver);
  }

  /** Everything up to the copies of the answers, which are read when the processor has come so far. */
  async #handOver(batch: Batch, work: Work, options?: TrainStepOptions): Promise<GPUBuffer> {
    this.#check();
    const { gpu } = this;
    const ready = await this.#planFor(batch);
    const { plan } = ready;
    const { batch: B, length: T } = batch;
    const rows = B * T;
    const slices = this.#slicesFor(rows);
    const most = mostEpisodes(plan.buffers, gpu.limits, T, slices, this.tune.mostBytes);
    const parts = Math.ceil(B / most);
    const each = Math.ceil(B / parts);
    const whole = Math.ceil(each / plan.tuning.episodes) * plan.tuning.episodes;
    const buffers = this.#buffers!;
    await buffers.reserve({ episodes: whole, length: T, slices });
    if (batch.views && batch.views.atlas !== this.#atlas) this.#setAtlas(batch.views.atlas);

    const { Y } = this.#layout;
    const answers = this.#staging(4 * rows * (1 + Y));
    const update = options && adamNumbers(options, this.#step + 1);
    for (let from = 0; from < B; from += each) {
      const to = Math.min(from + each, B);
      const isFirst = from === 0;
      const sizes = this.#sizesOf(batch, to - from);
      this.#setSizes(sizes, batch, isFirst, update);
      this.#setBatch(batch, from, to);
      const encoder = gpu.createCommandEncoder();
      const open = encoder.beginComputePass();
      if (work !== 'forward' && isFirst && !this.#isTurned)
        this.#dispatch(open, ready.transpose, sizes);
      for (const pass of this.#passes(ready, batch, work !== 'forward'))
        this.#dispatch(open, pass, sizes);
      if (work === 'train' && to === B) {
        for (const pass of ready.update) this.#dispatch(open, pass, sizes);
        this.#dispatch(open, ready.transpose, sizes);
      }
      open.end();
      const own = (to - from) * T;
      encoder.copyBufferToBuffer(buffers.get('losses'), 0, answers, 4 * from * T, 4 * own);
      encoder.copyBufferToBuffer(
        buffers.get('logits'),
        0,
        answers,
        4 * (rows + from * T * Y),
        4 * own * Y,
      );
      gpu.queue.submit([encoder.finish()]);
    }
    if (work !== 'forward') this.#isTurned = true;
    if (work === 'train') {
      this.#step++;
      this.#isTrained = true;
    }
    return answers;
  }

  async #answers({ batch: B, length: T }: Batch, answers: GPUBuffer): Promise<Forward> {
    try {
      await answers.mapAsync(READ);
    } catch (error) {
      this.#check();
      throw error;
    }
    const rows = B * T;
    const padded = this.#layout.Y;
    const { A, Y } = this.#layout.shapes;
    const numbers = new Float32Array(answers.getMappedRange(0, 4 * rows * (1 + padded)));
    let loss = 0;
    for (let row = 0; row < rows; row++) loss += numbers[row]!;
    const logits = new Float32Array(rows * A);
    const familiarity = new Float32Array(rows * (Y - A));
    for (let row = 0; row < rows; row++) {
      const at = rows + row * padded;
      for (let a = 0; a < A; a++) logits[row * A + a] = numbers[at + a]!;
      if (Y > A) familiarity[row] = numbers[at + A]!;
    }
    answers.unmap();
    this.#idle.push(answers);
    this.#check();
    return { loss: loss / B, logits, familiarity };
  }

  #passes(ready: ReadyPlan, batch: Batch, andBack: boolean): Ready[] {
    const first = batch.views ? ready.draw : ready.unpack;
    return [first, ...ready.forward, ...(andBack ? [...ready.backward, ready.sum] : [])];
  }

  #check(): void {
    if (this.#failure === undefined) return;
    throw new UserError(`the graphics processor failed: ${this.#failure}`);
  }

  // ---- sizes and plans

  /** Sums over rows are made of so many slices: enough to keep every part of a large processor at work. */
  #slicesFor(rows: number): number {
    const { lstm } = this.#layout.blocks;
    const tiles = Math.ceil(lstm.rows / 128) * Math.ceil(lstm.columns / 128);
    return Math.max(1, Math.min(Math.floor(264 / tiles), Math.ceil(rows / 64), 16));
  }

  #sizesOf({ batch, length }: Batch, episodes: number): BatchSizes {
    return { episodes, rows: episodes * length, slices: this.#slicesFor(batch * length) };
  }

  #setSizes(
    { episodes, rows, slices }: BatchSizes,
    { batch, length }: Batch,
    isFirst: boolean,
    update = noUpdate,
  ): void {
    const numbers = new ArrayBuffer(4 * SIZES_NUMBERS);
    const slice = Math.ceil(rows / slices / 16) * 16;
    new Uint32Array(numbers).set([episodes, length, rows, slice, slices, Number(isFirst)]);
    new Float32Array(numbers).set([1 / batch, ...update], 6);
    this.gpu.queue.writeBuffer(this.#sizes, 0, numbers);
  }

  #planFor({ batch, length }: Batch): Promise<ReadyPlan> {
    const tuning = { ...tuningFor(this.gpu.limits, batch, batch * length), ...this.tune };
    const key = JSON.stringify(tuning);
    const there = this.#plans.get(key);
    if (there) return there;
    const made = this.#makeReady(fittingPlan(this.config, this.#layout, tuning));
    this.#plans.set(key, made);
    return made;
  }

  async #makeReady(plan: Plan): Promise<ReadyPlan> {
    if (!this.#buffers) {
      this.#buffers = new Buffers(this.gpu, plan.buffers);
      this.#buffers.set('atlas', 16);
      await this.#buffers.reserve({ episodes: 1, length: 1, slices: 1 });
      this.#upload();
    }
    const ready = async (pass: Pass): Promise<Ready> => {
      const numbers = pass.numbers && this.#uniform(pass.numbers);
      return { pass, pipeline: await this.#pipeline(pass), numbers, generation: -1 };
    };
    const all = (passes: readonly Pass[]) => Promise.all(passes.map(ready));
    const [[unpack, draw, sum, transpose], forward, backward, update] = await Promise.all([
      all([plan.unpack, plan.draw, plan.sum, plan.transpose]),
      all(plan.forward),
      all(plan.backward),
      all(plan.update),
    ]);
    return {
      ...{ plan, forward, backward, update },
      ...{ unpack: unpack!, draw: draw!, sum: sum!, transpose: transpose! },
    };
  }

  #uniform(numbers: readonly number[]): GPUBuffer {
    const size = Math.ceil(numbers.length / 4) * 16;
    const buffer = this.gpu.createBuffer({ size, usage: USAGE.uniform | USAGE.copyTarget });
    this.gpu.queue.writeBuffer(buffer, 0, Uint32Array.from(numbers));
    return buffer;
  }

  /** One shader is compiled once, whatever plans it is in. */
  #pipeline({ code, label }: Pass): Promise<GPUComputePipeline> {
    const there = this.#modules.get(code);
    if (there) return there;
    const module = this.gpu.createShaderModule({ code, label });
    const compute = { module, entryPoint: 'main' };
    const group = this.gpu.createBindGroupLayout({ entries: bindingsIn(code) });
    const layout = this.gpu.createPipelineLayout({ bindGroupLayouts: [group] });
    const made = this.gpu
      .createComputePipelineAsync({ layout, compute, label })
      .catch((error: Error) => {
        throw new Error(`shader "${label}": ${error.message}`);
      });
    this.#modules.set(code, made);
    return made;
  }

  #dispatch(open: GPUComputePassEncoder, ready: Ready, sizes: BatchSizes): void {
    const buffers = this.#buffers!;
    if (!ready.bound || ready.generation !== buffers.generation) {
      const own = ready.numbers ? [ready.numbers] : [];
      const named = ready.pass.buffers.map((name) => buffers.get(name));
      const entries = [this.#sizes, ...own, ...named];
      ready.bound = this.gpu.createBindGroup({
        layout: ready.pipeline.getBindGroupLayout(0),
        entries: entries.map((buffer, binding) => ({ binding, resource: { buffer } })),
      });
      ready.generation = buffers.generation;
    }
    open.setPipeline(ready.pipeline);
    open.setBindGroup(0, ready.bound);
    const [x, y, z] = ready.pass.grid(sizes);
    open.dispatchWorkgroups(x, y, z);
  }

  // ---- in and out

  #upload(): void {
    if (!this.#buffers) return;
    const { total } = this.#layout;
    const weights = new Float32Array(total);
    const moments = new Float32Array(2 * total);
    const { first, second } = this.cpu.optimizer();
    for (const [name, places] of this.#places) {
      const [w, m, v] = [this.cpu.parameters(), first, second].map((all) => all.get(name)!.data);
      for (let i = 0; i < places.length; i++) {
        weights[places[i]!] = w![i]!;
        moments[places[i]!] = m![i]!;
        moments[total + places[i]!] = v![i]!;
      }
    }
    this.#buffers.write('weights', weights);
    this.#buffers.write('moments', moments);
    this.#isTurned = false;
  }

  #setAtlas(atlas: Uint8Array): void {
    const buffers = this.#buffers!;
    const whole = atlas.length % 4 === 0 ? atlas : new Uint8Array(Math.ceil(atlas.length / 4) * 4);
    if (whole !== atlas) whole.set(atlas);
    buffers.set('atlas', whole.length);
    buffers.write('atlas', whole);
    this.#atlas = atlas;
  }

  #setBatch({ length: T, inputs, views, targets, mask }: Batch, from: number, to: number): void {
    const buffers = this.#buffers!;
    const { X, target, Y, A, C } = this.#layout.shapes;
    const columns = this.#layout.targets;
    const rows = (to - from) * T;
    const right = new Uint32Array(rows * columns);
    for (let row = 0; row < rows; row++) {
      for (let g = 0; g < target; g++)
        right[row * columns + g] = targets[(from * T + row) * target + g]!;
      if (mask?.[from * T + row] === 0) right[row * columns]! += MASKED;
    }
    if (Y > A) {
      for (let b = from; b < to; b++) {
        const labels = targets.subarray(b * T, (b + 1) * T);
        for (let t = 0; t < T; t++) {
          right[((b - from) * T + t) * columns + target] = Number(isFamiliar(labels, t, C));
        }
      }
    }
    buffers.write('targets', right);
    if (!views) {
      const own = inputs.subarray(from * T * X, to * T * X);
      buffers.write('raw', own instanceof Float32Array ? own : Float32Array.from(own));
      return;
    }
    const numbers = new Float32Array(rows * 8);
    const whole = new Uint32Array(numbers.buffer);
    const { drawings, side, resampling } = views;
    for (let row = 0; row < rows; row++) {
      const at = row * 8;
      const own = from * T + row;
      whole[at] = drawings[own]!;
      whole[at + 1] = side;
      for (let i = 0; i < 6; i++) numbers[at + 2 + i] = resampling[own * 6 + i]!;
    }
    buffers.write('views', numbers);
  }

  #staging(bytes: number): GPUBuffer {
    const at = this.#idle.findIndex(({ size }) => size >= bytes);
    if (at >= 0) return this.#idle.splice(at, 1)[0]!;
    for (const small of this.#idle.splice(0)) small.destroy();
    return this.gpu.createBuffer({ size: bytes, usage: USAGE.mapRead | USAGE.copyTarget });
  }

  async #read(name: string, numbers: number): Promise<Float32Array> {
    const bytes = 4 * numbers;
    const read = this.#staging(bytes);
    const encoder = this.gpu.createCommandEncoder();
    encoder.copyBufferToBuffer(this.#buffers!.get(name), 0, read, 0, bytes);
    this.gpu.queue.submit([encoder.finish()]);
    await read.mapAsync(READ);
    const copy = new Float32Array(read.getMappedRange(0, bytes).slice(0));
    read.unmap();
    this.#idle.push(read);
    this.#check();
    return copy;
  }

  /** Tensors out of padded buffers, one after another. */
  #tensors(numbers: Float32Array): Tensors[] {
    const { total } = this.#layout;
    return Array.from({ length: numbers.length / total }, (_, n) => {
      const tensors = new Map<string, Tensor>();
      for (const { name, shape } of tensorSpecs(this.config)) {
        const data = Float32Array.from(this.#places.get(name)!, (at) => numbers[n * total + at]!);
        tensors.set(name, { shape, data });
      }
      return tensors;
    });
  }
}

/** With fewer episodes a workgroup where they need more memory than it has. @throws UserError where one needs more */
function fittingPlan(config: ModelConfig, layout: Layout, tuning: Tuning): Plan {
  try {
    return planOf(config, layout, tuning);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    if (tuning.episodes === 1) {
      throw new UserError(`the network is too large for the webgpu engine: ${error.message}`);
    }
    return fittingPlan(config, layout, { ...tuning, episodes: tuning.episodes / 2 });
  }
}

/** What a shader declares; a layout made out of it by the device itself would leave out what it has no use for. */
function bindingsIn(code: string): GPUBindGroupLayoutEntry[] {
  const declared = code.matchAll(/@binding\((\d+)\) var<(?:uniform|storage, (read|read_write))>/g);
  return Array.from(declared, ([, binding, access]) => ({
    binding: Number(binding),
    visibility: COMPUTE,
    buffer: {
      type: access === undefined ? 'uniform' : access === 'read' ? 'read-only-storage' : 'storage',
    },
  }));
}

/** What was found to be fastest for batches of such a size. */
function tuningFor(limits: GPUSupportedLimits, episodes: number, rows: number): Tuning {
  const most = Math.min(limits.maxComputeInvocationsPerWorkgroup, limits.maxComputeWorkgroupSizeX);
  const [invocations, together] =
    episodes >= 512 ? [256, 4] : episodes >= 128 ? [512, 1] : [1024, 1];
  return {
    invocations: Math.min(most, invocations),
    episodes: together,
    readAhead: 2,
    tile: rows >= 4096 ? 128 : 64,
    nearBytes: limits.maxComputeWorkgroupStorageSize,
  };
}

/** Adam's numbers for one update, as SIZES has them; steps count from 1. */
function adamNumbers({ learningRate, adam, clip = 0 }: TrainStepOptions, step: number): number[] {
  const correct1 = 1 / (1 - 0.9 ** step);
  const correct2 = 1 / (1 - 0.999 ** step);
  const epsilon = adam === 'tensorflow1' ? 1e-8 * Math.sqrt(correct2) : 1e-8;
  return [learningRate, correct1, correct2, epsilon, clip];
}
const noUpdate = [0, 0, 0, 0, 0];
