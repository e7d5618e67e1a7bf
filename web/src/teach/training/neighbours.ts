/** Nearest neighbours on pixels, in place of a network: for the library's `evaluate`. */
import {
  type Batch,
  drawings,
  type EpisodeBatch,
  type Forward,
  type ModelConfig,
  nearestNeighbours,
} from 'mann';
import { answered, stateless } from './shots/labels.js';

/** Answers the episodes of a network with this configuration. */
export function pixelNeighbours(config: ModelConfig) {
  const pixels = drawings(config.inputHeight * config.inputWidth);
  return {
    ...stateless,
    forward: async (batch: Batch): Promise<Forward> =>
      answered(nearestNeighbours(batch as EpisodeBatch, pixels), config),
  };
}
