import { encode } from 'fast-png';

/**
 * Drawings as ink on a transparent ground, so that one file serves light and dark pages.
 * @param ink [height, width], 0 to 1
 */
export function inkPng(ink: ArrayLike<number>, height: number, width: number): string {
  const data = new Uint8Array(2 * height * width); // grey and alpha; grey stays black
  for (let i = 0; i < height * width; i++) data[2 * i + 1] = byte(ink[i]!);
  return dataUri(encode({ width, height, data, channels: 2, depth: 8 }));
}

/**
 * Numbers as opacity: `max` and above is the full colour, 0 the ground; negative numbers
 * take the second colour.
 */
export function heatPng(
  values: ArrayLike<number>,
  height: number,
  width: number,
  max: number,
  [positive, negative]: readonly [string, string],
): string {
  const data = new Uint8Array(4 * height * width);
  const [plus, minus] = [rgb(positive), rgb(negative)];
  for (let i = 0; i < height * width; i++) {
    const value = max > 0 ? values[i]! / max : 0;
    data.set(value < 0 ? minus : plus, 4 * i);
    data[4 * i + 3] = byte(Math.abs(value));
  }
  return dataUri(encode({ width, height, data, channels: 4, depth: 8 }));
}

function byte(share: number): number {
  return Math.round(255 * Math.min(1, Math.max(0, share)));
}

/** #rrggbb to three bytes. */
function rgb(colour: string): number[] {
  const value = Number.parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

function dataUri(png: Uint8Array): string {
  return `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
}
