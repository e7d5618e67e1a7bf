import { UserError } from '../../common/errors.js';
import type { ModelConfig } from '../../model/config.js';
import type { Floats, Tensors } from '../../model/tensors.js';
import { adamNumbers, noUpdate } from '../adam-numbers.js';
import type {
  Batch,
  CellState,
  Engine,
  Forward,
  OptimizerState,
  StepResult,
  TrainStepOptions,
} from '../engine.js';
import { checkBatch, checkCounts } from '../inputs.js';
import { answersOf, atlasOf, inputsOf, targetsOf } from './batch.js';
import { fittingPlan, type Plan } from './plan/plan.js';
import { slicesFor, type Tuning, tuningFor } from './plan/tuning.js';
import { mostEpisodes } from './running/buffers.js';
import { profile } from './running/profile.js';
import { type Ready, type ReadyPlan, Runner } from './running/runner.js';
import { type Layout, layoutOf } from './shaders/layout.js';
import { PaddedWeights } from './weights.js';

/** So many batches are under way at once: the next one waits when the processor has done with one. */
const AHEAD = 3;

/** What a call is to do. */
type Work = 'forward' | 'gradients' | 'train';

/**
 * Whole batches on a graphics processor, behind the engine's interface: shaders of `shaders/` in the order of plan.ts. A
 * call gives its work to the processor and returns; several can be under way. Single steps are worked on the CPU.
 */
export class WebGpuEngine implements Engine {
  readonly kind = 'webgpu';
  readonly threads = 0;
  readonly ahead = AHEAD;
  readonly draws = true;
  readonly #layout: Layout;
  readonly #padded: PaddedWeights;
  readonly #runner: Runner;
  readonly #plans = new Map<string, Promise<ReadyPlan>>();
  #atlas: Uint8Array | undefined;
  #side = 0;
  #step = 0;
  /** Work is handed over in the order of calls. */
  #last: Promise<unknown> = Promise.resolve();
  /** The CPU has weights that the processor does not have yet. */
  #isNew = true;
  /** The processor has other weights than the CPU. */
  #isTrained = false;
  /** The weights have been turned over for the way back. */
  #isTurned = false;
  #isDisposed = false;

  /**
   * @param cpu has the weights and moments from before the last training, and works single steps
   * @param device the processor's name
   * @param tune what is to be other than usual
   */
  constructor(
    readonly config: ModelConfig,
    readonly cpu: Engine,
    gpu: GPUDevice,
    readonly device: string,
    readonly tune: Partial<Tuning> & { readonly mostBytes?: number } = {},
  ) {
    this.#layout = layoutOf(config);
    this.#padded = new PaddedWeights(config, this.#layout);
    this.#runner = new Runner(gpu);
  }

  parameters(): Tensors {
    this.#mustBeSettled();
    return this.cpu.parameters();
  }

  setParameters(tensors: Tensors): void {
    this.cpu.setParameters(tensors);
    this.#isNew = true;
    this.#isTrained = false;
  }

  optimizer(): OptimizerState {
    this.#mustBeSettled();
    return this.cpu.optimizer();
  }

  setOptimizer(state: OptimizerState): void {
    this.cpu.setOptimizer(state);
    this.#step = state.step;
    this.#isNew = true;
  }

  forward(batch: Batch): Promise<Forward> {
    return this.#run(batch, 'forward');
  }

  async gradients(batch: Batch): Promise<Forward & { gradients: Tensors }> {
    const forward = await this.#run(batch, 'gradients');
    const gradients = await this.#runner.read('gradients', this.#layout.total);
    return { ...forward, gradients: this.#padded.unpad(gradients) };
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
    const weights = await this.#runner.read('weights', total);
    const moments = await this.#runner.read('moments', 2 * total);
    const [first, second] = [this.#padded.unpad(moments, 0), this.#padded.unpad(moments, 1)];
    this.cpu.setParameters(this.#padded.unpad(weights));
    this.cpu.setOptimizer({ step: this.#step, first, second });
    this.#isTrained = false;
  }

  async dispose(): Promise<void> {
    this.#isDisposed = true;
    await this.#last;
    this.#runner.gpu.destroy();
    await this.cpu.dispose();
  }

  /** Milliseconds of each pass of a training step, medians of `times`: what to look at when it is slow. */
  async profile(batch: Batch, times = 10): Promise<Record<string, number>> {
    await this.gradients(batch);
    await this.settle();
    this.#isNew = true; // the passes of an update will have changed the moments
    const ready = await this.#planFor(batch);
    const passes = [...passesOf(ready, batch, 'gradients'), ...ready.update, ready.transpose];
    return profile(this.#runner, passes, this.#sizesOf(batch, batch.batch), times);
  }

  #mustBeSettled(): void {
    if (!this.#isTrained) return;
    throw new Error('the weights are still on the graphics processor: await engine.settle() first');
  }

  /** Hands the work over when it is its turn, and waits for the answers. */
  async #run(batch: Batch, work: Work, options?: TrainStepOptions): Promise<Forward> {
    if (this.#isDisposed) throw new Error('this engine was disposed of: create another one');
    if (batch.start) {
      throw new UserError(
        'the webgpu engine begins every episode anew: to keep the memory between episodes, use another engine',
      );
    }
    checkCounts(batch);
    checkBatch(this.#layout.shapes, batch, true);
    const handedOver = this.#last.then(() => this.#handOver(batch, work, options));
    this.#last = handedOver.catch(() => {});
    const numbers = batch.batch * batch.length * this.#layout.answer;
    return answersOf(await this.#runner.take(await handedOver, numbers), batch, this.#layout);
  }

  /** Everything up to the copies of the answers, which can be read when the processor has come so far. */
  async #handOver(batch: Batch, work: Work, options?: TrainStepOptions): Promise<GPUBuffer> {
    const runner = this.#runner;
    runner.check();
    const { gpu } = runner;
    const ready = await this.#planFor(batch);
    const { batch: B, length: T } = batch;
    const each = await this.#reserve(ready.plan, batch);
    const buffers = runner.buffers!;
    this.#giveWeights();
    if (batch.views) this.#giveAtlas(batch.views);

    const { answer } = this.#layout;
    const { A, Y } = this.#layout.shapes;
    const answers = runner.staging(B * T * answer);
    const update = options ? adamNumbers(options, this.#step + 1) : noUpdate;
    for (let from = 0; from < B; from += each) {
      const to = Math.min(from + each, B);
      const isFirst = from === 0;
      const sizes = this.#sizesOf(batch, to - from);
      runner.setSizes({ ...sizes, length: T, isFirst, share: 1 / B, update });
      this.#giveBatch(batch, from, to);

      const encoder = gpu.createCommandEncoder();
      const open = encoder.beginComputePass();
      const passes = passesOf(ready, batch, work);
      if (work !== 'forward' && !this.#isTurned) passes.unshift(ready.transpose);
      if (work !== 'forward') this.#isTurned = true;
      if (work === 'train' && to === B) passes.push(...ready.update, ready.transpose);
      for (const pass of passes) runner.dispatch(open, pass, sizes);
      open.end();
      let part = 0; // all losses, then all answers, then whether all classes are familiar
      for (const [name, each] of [
        ['losses', 1],
        ['answers', A],
        ['familiarity', Y - A],
      ] as const) {
        const [target, bytes] = [4 * (part + from * T * each), 4 * (to - from) * T * each];
        if (each > 0) encoder.copyBufferToBuffer(buffers.get(name), 0, answers, target, bytes);
        part += B * T * each;
      }
      gpu.queue.submit([encoder.finish()]);
    }
    if (work === 'train') {
      this.#step++;
      this.#isTrained = true;
    }
    return answers;
  }

  /** Makes room for a batch, or for parts of it. @returns the episodes of a part */
  async #reserve(plan: Plan, { batch, length }: Batch): Promise<number> {
    const { gpu, buffers } = this.#runner;
    const slices = slicesFor(this.#layout.total, batch * length);
    const most = mostEpisodes(plan.buffers, gpu.limits, length, slices, this.tune.mostBytes);
    const each = Math.ceil(batch / Math.ceil(batch / most));
    const { episodes } = plan.tuning;
    await buffers!.reserve({ episodes: Math.ceil(each / episodes) * episodes, length, slices });
    return each;
  }

  #sizesOf({ batch, length }: Batch, episodes: number) {
    const slices = slicesFor(this.#layout.total, batch * length);
    return { episodes, rows: episodes * length, slices };
  }

  #planFor({ batch, length }: Batch): Promise<ReadyPlan> {
    const { limits } = this.#runner.gpu;
    const tuning = { ...tuningFor(limits, batch, batch * length), ...this.tune };
    const key = JSON.stringify(tuning);
    const there = this.#plans.get(key);
    if (there) return there;
    const made = this.#runner.makeReady(fittingPlan(this.config, this.#layout, tuning));
    this.#plans.set(key, made);
    return made;
  }

  #giveWeights(): void {
    if (!this.#isNew) return;
    const { first, second } = this.cpu.optimizer();
    this.#runner.buffers!.write('weights', this.#padded.pad(this.cpu.parameters()));
    this.#runner.buffers!.write('moments', this.#padded.pad(first, second));
    this.#isNew = false;
    this.#isTurned = false;
  }

  #giveAtlas({ atlas, side }: NonNullable<Batch['views']>): void {
    if (atlas === this.#atlas && side === this.#side) return;
    const whole = atlasOf(atlas, side);
    this.#runner.buffers!.set('atlas', whole.length);
    this.#runner.buffers!.write('atlas', whole);
    this.#atlas = atlas;
    this.#side = side;
  }

  #giveBatch(batch: Batch, from: number, to: number): void {
    const buffers = this.#runner.buffers!;
    buffers.write('targets', targetsOf(batch, this.#layout, from, to));
    const { length: T, views } = batch;
    if (views) {
      buffers.write('drawings', views.drawings.subarray(from * T, to * T));
      buffers.write('resampling', views.resampling.subarray(6 * from * T, 6 * to * T));
    } else buffers.write('raw', inputsOf(batch, this.#layout, from, to));
  }
}

/** The passes of a batch, up to the gradients where those are wanted. */
function passesOf(ready: ReadyPlan, batch: Batch, work: Work): Ready[] {
  const first = batch.views ? ready.draw : ready.unpack;
  const back = work === 'forward' ? [] : [...ready.backward, ready.sum];
  return [first, ...ready.forward, ...back];
}
