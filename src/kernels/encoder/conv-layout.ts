// How the encoder's convolutions (conv.ts) lie in memory, and a thread's scratch for them.
import { allPlaces, borderedSize, convRoom, convScratchAt, inputAt } from '../layout/batch';
import { floats, height, roundUp, width, widthOf } from '../layout/shape';
import { channelsInto, columnsInto } from '../layout/tensors';

/** The code of a number that relu made 0. */
export const OFF: i32 = 255;

/** Padded channels into a layer and out of it. */
export function into(layer: i32): i32 {
  return layer == 0 ? 1 : roundUp(channelsInto(layer), 8);
}
export function outOf(layer: i32): i32 {
  return roundUp(widthOf(layer), 8);
}
/** Bytes of a row with its border. */
export function rowBytes(layer: i32): usize {
  return floats((columnsInto(layer) + 2) * into(layer));
}

// a thread's scratch (batch.ts)
export let drawing: usize = 0;
export let before: usize = 0; // gradients, in turn
export let after: usize = 0;
export let list: usize = 0; // of a channel: bytes to a patch, and the gradient there
export let patches: usize = 0; // [places of all layers][4]: bytes to the patch that a code stands for
export let square: usize = 0; // [4][8] sums
export function useConvScratch(rank: i32): void {
  square = convScratchAt(rank);
  drawing = square + floats(32);
  before = drawing + floats(roundUp(borderedSize(0), 16));
  after = before + floats(convRoom);
  patches = after + floats(convRoom);
  list = patches + floats(roundUp(4 * allPlaces(), 16));
}

/** The gradients change places: what was made of one layer is what the next begins with. */
export function takeTurns(): void {
  const made = before;
  before = after;
  after = made;
}

/** The drawing of a step within its border, which stays 0. */
export function takeDrawing(t: i32, b: i32): void {
  let from = inputAt(t, b);
  let to = drawing + floats(width + 3);
  for (let y = 0; y < height; y++) {
    memory.copy(to, from, floats(width));
    from += floats(width);
    to += floats(width + 2);
  }
}
