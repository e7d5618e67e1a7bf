/** Plans made ready on a device: pipelines, what they are bound to, and their dispatch. */
import { UserError } from '../../../common/errors.js';
import type { adamNumbers } from '../../adam-numbers.js';
import type { BatchSizes, Pass } from '../plan/pass.js';
import type { Plan } from '../plan/plan.js';
import { Buffers } from './buffers.js';
import { COMPUTE, READ, USAGE } from './constants.js';

/** Numbers of the uniform buffer, in the order of SIZES in shaders/wgsl.ts. */
const SIZES_NUMBERS = 12;

/** A pass with its pipeline, and what it is bound to. */
export interface Ready {
  readonly pass: Pass;
  readonly pipeline: GPUComputePipeline;
  /** The pass's own numbers, where it has some. */
  readonly numbers: GPUBuffer | undefined;
  bound?: GPUBindGroup;
  generation: number;
}

/** A plan, pass by pass. */
export interface ReadyPlan {
  readonly plan: Plan;
  readonly unpack: Ready;
  readonly draw: Ready;
  readonly forward: readonly Ready[];
  readonly backward: readonly Ready[];
  readonly sum: Ready;
  readonly update: readonly Ready[];
  readonly transpose: Ready;
}

/** What the uniform of sizes says besides the sizes. */
export interface Uniform extends BatchSizes {
  readonly length: number;
  /** Whether gradients begin anew. */
  readonly isFirst: boolean;
  /** 1 / episodes of the whole batch. */
  readonly share: number;
  readonly update: ReturnType<typeof adamNumbers>;
}

export class Runner {
  readonly gpu: GPUDevice;
  readonly #sizes: GPUBuffer;
  readonly #pipelines = new Map<string, Promise<GPUComputePipeline>>();
  /** For copies that are read here. */
  readonly #staging: GPUBuffer[] = [];
  #buffers: Buffers | undefined;
  #failure: string | undefined;

  constructor(gpu: GPUDevice) {
    this.gpu = gpu;
    const usage = USAGE.uniform | USAGE.copyTarget;
    this.#sizes = gpu.createBuffer({ size: 4 * SIZES_NUMBERS, usage });
    gpu.onuncapturederror = ({ error }) => {
      this.#failure ??= error.message;
    };
    gpu.lost.then(({ reason, message }) => {
      if (reason !== 'destroyed') this.#failure ??= `it was lost (${message})`;
    });
  }

  /** Undefined before the first plan. */
  get buffers(): Buffers | undefined {
    return this.#buffers;
  }

  /** @throws UserError where the device has failed since */
  check(): void {
    if (this.#failure === undefined) return;
    throw new UserError(`the graphics processor failed: ${this.#failure}`);
  }

  /** Room for a plan's buffers, and its passes ready. */
  async makeReady(plan: Plan): Promise<ReadyPlan> {
    if (!this.#buffers) {
      this.#buffers = new Buffers(this.gpu, plan.buffers);
      this.#buffers.set('atlas', 16);
      await this.#buffers.reserve({ episodes: 1, length: 1, slices: 1 });
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

  setSizes({ episodes, length, rows, slices, isFirst, share, update }: Uniform): void {
    const numbers = new ArrayBuffer(4 * SIZES_NUMBERS);
    const slice = Math.ceil(rows / slices / 16) * 16;
    new Uint32Array(numbers).set([episodes, length, rows, slice, slices, Number(isFirst)]);
    const { rate, correct1, correct2, epsilon, clip } = update;
    new Float32Array(numbers).set([share, rate, correct1, correct2, epsilon, clip], 6);
    this.gpu.queue.writeBuffer(this.#sizes, 0, numbers);
  }

  dispatch(open: GPUComputePassEncoder, ready: Ready, sizes: BatchSizes): void {
    const buffers = this.#buffers!;
    if (!ready.bound || ready.generation !== buffers.generation) {
      const own = ready.numbers ? [ready.numbers] : [];
      const named = ready.pass.buffers.map((name) => buffers.get(name));
      ready.bound = this.gpu.createBindGroup({
        layout: ready.pipeline.getBindGroupLayout(0),
        entries: [this.#sizes, ...own, ...named].map((buffer, binding) => {
          return { binding, resource: { buffer } };
        }),
      });
      ready.generation = buffers.generation;
    }
    open.setPipeline(ready.pipeline);
    open.setBindGroup(0, ready.bound);
    const [x, y, z] = ready.pass.grid(sizes);
    open.dispatchWorkgroups(x, y, z);
  }

  /** A buffer to copy into, for {@link take}. */
  staging(numbers: number): GPUBuffer {
    const bytes = 4 * numbers;
    const at = this.#staging.findIndex(({ size }) => size >= bytes);
    if (at >= 0) return this.#staging.splice(at, 1)[0]!;
    for (const small of this.#staging.splice(0)) small.destroy();
    return this.gpu.createBuffer({ size: bytes, usage: USAGE.mapRead | USAGE.copyTarget });
  }

  /** The numbers copied there, when the processor has come so far. */
  async take(from: GPUBuffer, numbers: number): Promise<Float32Array<ArrayBuffer>> {
    try {
      await from.mapAsync(READ);
    } catch (error) {
      this.check();
      throw error;
    }
    // All at once: it may be memory of the graphics processor, where one number takes as long as many.
    const own = new Float32Array(from.getMappedRange(0, 4 * numbers)).slice();
    from.unmap();
    this.#staging.push(from);
    this.check();
    return own;
  }

  /** The first numbers of a buffer. */
  async read(name: string, numbers: number): Promise<Float32Array> {
    const copy = this.staging(numbers);
    const encoder = this.gpu.createCommandEncoder();
    encoder.copyBufferToBuffer(this.#buffers!.get(name), 0, copy, 0, 4 * numbers);
    this.gpu.queue.submit([encoder.finish()]);
    return this.take(copy, numbers);
  }

  #uniform(numbers: readonly number[]): GPUBuffer {
    const size = Math.ceil(numbers.length / 4) * 16;
    const buffer = this.gpu.createBuffer({ size, usage: USAGE.uniform | USAGE.copyTarget });
    this.gpu.queue.writeBuffer(buffer, 0, Uint32Array.from(numbers));
    return buffer;
  }

  /** One shader is compiled once, whatever plans it is in. */
  #pipeline({ code, label }: Pass): Promise<GPUComputePipeline> {
    const there = this.#pipelines.get(code);
    if (there) return there;
    const module = this.gpu.createShaderModule({ code, label });
    const group = this.gpu.createBindGroupLayout({ entries: bindingsIn(code) });
    const layout = this.gpu.createPipelineLayout({ bindGroupLayouts: [group] });
    const compute = { module, entryPoint: 'main' };
    const made = this.gpu
      .createComputePipelineAsync({ layout, compute, label })
      .catch((error: Error) => {
        throw new Error(`shader "${label}": ${error.message}`);
      });
    this.#pipelines.set(code, made);
    return made;
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
