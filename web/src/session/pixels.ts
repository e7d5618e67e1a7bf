import type { Pixels } from 'mann';
import { raster } from '../pad/strokes.js';
import type { Look } from './step.js';

/** A drawing as `learner.prepare` takes it. */
export function pixelsOf(look: Look): Pixels {
  if ('strokes' in look) return raster(look.strokes);
  return { width: look.side, height: look.side, data: look.ink };
}
