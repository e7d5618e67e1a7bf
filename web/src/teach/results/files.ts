/** Pictures as files for people to keep. */
import { element } from '../../ui/element.js';

/** Pixels of the file for one of the picture. */
const SCALE = 2;

/**
 * A picture as PNG, twice as large. It must name its colours itself: no style of the page reaches it.
 * @throws Error where the browser can't
 */
export async function pngOf(picture: SVGSVGElement, width: number, height: number) {
  const text = new XMLSerializer().serializeToString(picture);
  const address = URL.createObjectURL(new Blob([text], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = element('canvas', { width: width * SCALE, height: Math.ceil(height * SCALE) });
    canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
    if (!blob) throw new Error('this browser cannot write PNG');
    return { blob, width: canvas.width, height: canvas.height };
  } finally {
    URL.revokeObjectURL(address);
  }
}
