import { type DataSet, glyphs } from 'mann';

let made: DataSet | undefined;

/** The generated drawings of `mann train --dataset glyphs`: the same pixels. Made once, in a second or so. */
export function drawingsOfAll(): DataSet {
  made ??= glyphs();
  return made;
}
