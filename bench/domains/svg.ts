import { bytesOf, load } from './packages.ts';
import type { Grey } from './picture.ts';

interface Rendered {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
  free(): void;
}

interface Resvg {
  initWasm(wasm: Uint8Array): Promise<void>;
  Resvg: new (svg: string) => { render(): Rendered; free(): void };
}

/** Side of the pictures in pixels: that of Omniglot's. */
export const SIDE = 105;

/**
 * What draws SVG, black on white.
 * @returns (content, viewBox): the square part `viewBox` of a picture
 */
export async function renderer(): Promise<(content: string, viewBox: string) => Grey> {
  const { initWasm, Resvg } = load<Resvg>('@resvg/resvg-wasm');
  await initWasm(bytesOf('@resvg/resvg-wasm/index_bg.wasm'));
  return (content, viewBox) => {
    const svg = new Resvg(
      `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ` +
        `width="${SIDE}" height="${SIDE}" viewBox="${viewBox}" color="#000">${content}</svg>`,
    );
    const image = svg.render();
    const { width, height, pixels } = image;
    // Everything is black: how opaque a pixel is says it all.
    const data = Uint8Array.from({ length: width * height }, (_, i) => 255 - pixels[4 * i + 3]!);
    image.free();
    svg.free();
    return { width, height, data };
  };
}
