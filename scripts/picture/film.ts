import { decode } from 'fast-png';
import { encode } from 'modern-gif';

/** Enough for paper, ink, one accent and the maps' shades; more make the file larger and look the same. */
const COLOURS = 128;

/** A picture as it is shown for a while. Pixels are RGBA. */
interface Shot {
  readonly pixels: Uint8Array<ArrayBuffer>;
  milliseconds: number;
}

/** Pictures one after the other; of like ones that follow each other the first is kept. */
export class Film {
  readonly #shots: Shot[] = [];
  #width = 0;
  #height = 0;

  get milliseconds(): number {
    return this.#shots.reduce((sum, shot) => sum + shot.milliseconds, 0);
  }

  /** @param png as browsers make screenshots */
  add(png: Uint8Array, milliseconds: number): void {
    const { width, height, data, channels } = decode(png);
    const pixels = rgba(data as Uint8Array<ArrayBuffer>, channels);
    const last = this.#shots.at(-1);
    if (last && Buffer.compare(last.pixels, pixels) === 0) {
      last.milliseconds += milliseconds;
      return;
    }
    [this.#width, this.#height] = [width, height];
    this.#shots.push({ pixels, milliseconds });
  }

  /** As a GIF that begins again when it ends. */
  async gif(): Promise<Uint8Array> {
    const frames = this.#shots.map(({ pixels, milliseconds }) => ({
      data: pixels,
      delay: milliseconds,
    }));
    const [width, height] = [this.#width, this.#height];
    return new Uint8Array(
      await encode({ width, height, frames, loopCount: 0, maxColors: COLOURS }),
    );
  }
}

function rgba(data: Uint8Array<ArrayBuffer>, channels: number): Uint8Array<ArrayBuffer> {
  if (channels === 4) return data;
  const pixels = new Uint8Array((data.length / 3) * 4).fill(255);
  for (let i = 0; i < data.length / 3; i++) pixels.set(data.subarray(3 * i, 3 * i + 3), 4 * i);
  return pixels;
}
