import { encode } from 'fast-png';

/**
 * Drawings as foreground on a transparent background, so that one file serves light and dark pages.
 * @param ink [height, width], 0 to 1
 */
export function inkPng(ink: ArrayLike<number>, height: number, width: number): string {
  const data = new Uint8Array(2 * height * width); // grey and alpha; grey stays black
  for (let i = 0; i < height * width; i++) data[2 * i + 1] = byte(ink[i]!);
  return dataUri(encode({ width, height, data, channels: 2, depth: 8 }));
}

type Colour = readonly [red: number, green: number, blue: number];

/** The page's colours of maps (`--above` and `--below` in web/src/style/tokens.css), light and dark. */
export const HEAT = {
  light: { above: [29, 92, 134], below: [120, 103, 78] },
  dark: { above: [133, 191, 228], below: [190, 160, 112] },
} as const satisfies Record<string, { above: Colour; below: Colour }>;

/** What is faint is lifted a little, as on the page. */
const LIFT = 0.7;

/**
 * Numbers as opacity: `max` and above is the full colour, 0 the background; negative numbers take the second colour.
 * @param values [height, width]
 */
export function heatPngs(
  values: ArrayLike<number>,
  height: number,
  width: number,
  max: number,
): { light: string; dark: string } {
  const coloured = ({ above, below }: { above: Colour; below: Colour }) => {
    const data = new Uint8Array(4 * height * width);
    for (let i = 0; i < height * width; i++) {
      const value = max > 0 ? values[i]! / max : 0;
      data.set(value < 0 ? below : above, 4 * i);
      data[4 * i + 3] = byte(Math.min(1, Math.abs(value)) ** LIFT);
    }
    return dataUri(encode({ width, height, data, channels: 4, depth: 8 }));
  };
  return { light: coloured(HEAT.light), dark: coloured(HEAT.dark) };
}

function byte(share: number): number {
  return Math.round(255 * Math.min(1, Math.max(0, share)));
}

function dataUri(png: Uint8Array): string {
  return `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
}
