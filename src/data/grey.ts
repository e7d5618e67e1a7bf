/** A decoded picture: one byte of grey a pixel, row after row, 0 black, 255 white. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly grey: Uint8Array;
  /** Opacity of every pixel, 255 opaque; absent where all of them are. */
  readonly alpha?: Uint8Array;
}

/** Pictures beyond this are refused: 50 million pixels are more than cameras give. */
export const MAX_PIXELS = 50_000_000;

/** JPEG's own limit. What resizes a picture keeps some numbers for each of its rows and columns. */
const MAX_SIDE = 65_535;

/** @throws Error where a picture is empty or too large */
export function checkSize(width: number, height: number): void {
  if (width === 0 || height === 0) throw new Error('it has no pixels');
  if (width > MAX_SIDE || height > MAX_SIDE || width * height > MAX_PIXELS) {
    throw new Error(`it is ${width}x${height} pixels, which is too large`);
  }
}

/** Brightness as the eye sees it (Rec. 601), rounded. */
export function luma(red: number, green: number, blue: number): number {
  return ((red * 299 + green * 587 + blue * 114 + 500) / 1000) | 0;
}

/** Lays a transparent picture on white, or on black where what is opaque in it is mostly light. */
export function flatten({ width, height, grey, alpha }: Picture): Picture {
  if (!alpha) return { width, height, grey };
  let opaque = 0;
  let light = 0;
  for (let i = 0; i < grey.length; i++) {
    opaque += alpha[i]!;
    light += alpha[i]! * grey[i]!;
  }
  // A light foreground on transparency would vanish on white.
  const ground = light > opaque * 127.5 && opaque < grey.length * 255 ? 0 : 255;
  const flat = grey.map((value, i) => {
    const part = alpha[i]!;
    return Math.round((value * part + ground * (255 - part)) / 255);
  });
  return { width, height, grey: flat };
}
