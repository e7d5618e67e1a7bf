import { load } from './packages.ts';
import { numbered, type Write } from './picture.ts';

const SIDE = 28;

/** 10,000 digits of MNIST, white on black, from the package `mnist`. */
export function writeDigits(write: Write): void {
  for (let digit = 0; digit < 10; digit++) {
    const { data } = load<{ data: number[] }>(`mnist/src/digits/${digit}.json`);
    const size = SIDE * SIDE;
    // One of the files ends with a piece of a digit.
    for (let number = 0; (number + 1) * size <= data.length; number++) {
      const values = data.slice(number * size, (number + 1) * size);
      const grey = Uint8Array.from(values, (value) => Math.round(255 * value));
      write(String(digit), numbered(number), { width: SIDE, height: SIDE, data: grey });
    }
  }
}
