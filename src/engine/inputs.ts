import { UserError } from '../common/errors.js';
import type { Batch } from './engine.js';

/**
 * Checks that a batch has what an engine needs that does not draw.
 * @throws UserError
 */
export function checkInputs({ views }: Batch): void {
  if (views) {
    throw new UserError('a batch with views is for an engine that draws: give this one inputs');
  }
}
