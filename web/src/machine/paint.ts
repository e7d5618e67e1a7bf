/** Maps of numbers as pixels, in the page's colours. */

interface Colours {
  readonly above: readonly number[];
  readonly below: readonly number[];
}

let known: Colours | undefined;

/** Looks the colours up again, for dark and light. */
export function forgetColours(): void {
  known = undefined;
}

function colours(): Colours {
  const style = getComputedStyle(document.documentElement);
  // Red, green and blue, such as `29 92 134`.
  const colour = (name: string) => style.getPropertyValue(name).trim().split(/\s+/).map(Number);
  known ??= { above: colour('--above'), below: colour('--below') };
  return known;
}

/**
 * Paints [height, width] numbers from -1 to 1, one pixel each: 0 is clear, what is above goes towards the
 * accent, what is below towards the second colour.
 */
export function paint(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
  value: (x: number, y: number) => number,
): void {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext('2d');
  if (!context || width === 0 || height === 0) return;
  const { above, below } = known ?? colours();
  const image = new ImageData(width, height);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 4) {
      const v = Math.max(-1, Math.min(1, value(x, y)));
      const [r, g, b] = v >= 0 ? above : below;
      image.data[at] = r!;
      image.data[at + 1] = g!;
      image.data[at + 2] = b!;
      // What is faint is lifted a little.
      image.data[at + 3] = 255 * Math.abs(v) ** 0.7;
    }
  }
  context.putImageData(image, 0, 0);
}
