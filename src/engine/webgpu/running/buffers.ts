/** The buffers of a plan on a device: as large as the largest batch so far needs them. */
import { inWords } from '../../../common/bytes.js';
import { UserError } from '../../../common/errors.js';
import type { Room } from '../plan/pass.js';
import { USAGE } from './constants.js';

/** What buffers are large enough for. */
export interface Capacity {
  readonly episodes: number;
  readonly length: number;
  readonly slices: number;
}

/** Bytes in all that a batch may take; larger ones go in parts. No device says how much memory it has. */
const MOST_BYTES = 3e9;

const numbersOf = (
  { row = 0, episode = 0, state = 0, slice = 0, fixed = 0 }: Room,
  { episodes, length, slices }: Capacity,
): number => {
  const ofEpisode = row * length + episode + state * (length + 1);
  return Math.max(4, fixed + slice * slices + episodes * ofEpisode);
};

/**
 * How many episodes of so many steps fit at once: every buffer within what a shader may be given, all of them within
 * what a device is likely to have. At least one.
 */
export function mostEpisodes(
  rooms: ReadonlyMap<string, Room>,
  limits: Pick<GPUSupportedLimits, 'maxStorageBufferBindingSize' | 'maxBufferSize'>,
  length: number,
  slices: number,
  mostBytes = MOST_BYTES,
): number {
  const most = Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize);
  const at = (episodes: number, room: Room) => 4 * numbersOf(room, { episodes, length, slices });
  let episodes = Number.POSITIVE_INFINITY;
  let all = 0;
  let allFixed = 0;
  for (const room of rooms.values()) {
    const fixed = at(0, room);
    const each = at(1, { ...room, fixed: 0, slice: 0 });
    const isOfEpisodes = !!(room.row || room.episode || room.state);
    if (isOfEpisodes) episodes = Math.min(episodes, Math.floor((most - fixed) / each));
    allFixed += fixed;
    all += isOfEpisodes ? each : 0;
  }
  return Math.max(1, Math.min(episodes, Math.floor((mostBytes - allFixed) / all)));
}

/** Buffers by name. Weights and moments keep what they hold. */
export class Buffers {
  readonly #device: GPUDevice;
  readonly #rooms: ReadonlyMap<string, Room>;
  readonly #buffers = new Map<string, GPUBuffer>();
  #capacity: Capacity = { episodes: 0, length: 0, slices: 0 };
  /** Grows when buffers are new: what was bound to the old ones is of no use any more. */
  generation = 0;

  constructor(device: GPUDevice, rooms: ReadonlyMap<string, Room>) {
    this.#device = device;
    this.#rooms = rooms;
  }

  get(name: string): GPUBuffer {
    return this.#buffers.get(name)!;
  }

  /** Makes room. @throws UserError where the device has too little memory */
  async reserve(need: Capacity): Promise<void> {
    const had = this.#capacity;
    const isEnough =
      need.episodes * need.length <= had.episodes * had.length &&
      need.episodes <= had.episodes &&
      need.episodes * (need.length + 1) <= had.episodes * (had.length + 1) &&
      need.slices <= had.slices;
    if (isEnough) return;
    const capacity = {
      episodes: Math.max(need.episodes, had.episodes),
      length: Math.max(
        need.length,
        Math.ceil((had.episodes * had.length) / Math.max(need.episodes, had.episodes)),
      ),
      slices: Math.max(need.slices, had.slices),
    };
    this.#device.pushErrorScope('out-of-memory');
    let bytes = 0;
    for (const [name, room] of this.#rooms) {
      const numbers = numbersOf(room, capacity);
      bytes += 4 * numbers;
      const old = this.#buffers.get(name);
      if (old && old.size >= 4 * numbers) continue;
      this.set(name, 4 * numbers);
      if (room.one !== undefined) this.#setOnes(name, room, capacity);
    }
    const error = await this.#device.popErrorScope();
    if (error) {
      throw new UserError(
        `the graphics processor does not give ${inWords(bytes)} of memory: use a smaller batch, or another engine`,
      );
    }
    this.#capacity = capacity;
  }

  /** A new buffer in place of the old one. */
  set(name: string, bytes: number): GPUBuffer {
    this.#buffers.get(name)?.destroy();
    const usage = USAGE.storage | USAGE.copySource | USAGE.copyTarget;
    const buffer = this.#device.createBuffer({ label: name, size: Math.max(16, bytes), usage });
    this.#buffers.set(name, buffer);
    this.generation++;
    return buffer;
  }

  write(name: string, data: Float32Array | Int32Array | Uint32Array | Uint8Array): void {
    this.#device.queue.writeBuffer(this.get(name), 0, data as Float32Array<ArrayBuffer>);
  }

  destroy(): void {
    for (const buffer of this.#buffers.values()) buffer.destroy();
    this.#buffers.clear();
  }

  #setOnes(name: string, { row = 0, one = 0 }: Room, { episodes, length }: Capacity): void {
    const numbers = new Float32Array(row * episodes * length);
    for (let at = one; at < numbers.length; at += row) numbers[at] = 1;
    this.write(name, numbers);
  }
}
