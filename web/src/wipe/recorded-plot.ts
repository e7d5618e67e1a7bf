import type { Recording } from '../demo/recording.js';
import { CLASSES } from '../session/step.js';
import type { Plot } from './wipe-section.js';

/** The symbols of the recorded episode, and one of them drawn by somebody else. */
export function plotOf({ steps }: Recording): Plot {
  const symbols = steps
    .slice(0, 5)
    .map(({ strokes, truth }) => ({ name: CLASSES[truth]!, look: { strokes } }));
  return { symbols, asked: { strokes: steps[5]!.strokes } };
}
