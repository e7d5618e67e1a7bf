import { addressSpace, moreMemory } from '#platform';
import { inWords } from '../../common/bytes.js';
import { UserError } from '../../common/errors.js';

/** Bytes of a page of WebAssembly memory. */
const PAGE = 65536;
/** Pages: as much as WebAssembly can address, and less than any network of use needs. */
const [MOST, LEAST] = [65536, 256];

/**
 * Memory for kernels, which can grow as far as there are addresses for it. Where they are few it takes half of
 * them at most: threads and JavaScript need the others.
 * @param most pages at most, a power of two times `least`
 * @param least pages that it is of no use without
 * @throws UserError where there are not so many
 */
export function reserveMemory({
  shared = false,
  most = MOST,
  least = LEAST,
} = {}): WebAssembly.Memory {
  const fitting = addressSpace().left / 2 / PAGE;
  let failure: unknown;
  for (let maximum = most; maximum >= least; maximum /= 2) {
    if (maximum > fitting) continue;
    try {
      const memory = new WebAssembly.Memory({ initial: 1, maximum, shared });
      // Where V8 gets no addresses for the maximum it may keep to the start without a word.
      memory.grow(1);
      return memory;
    } catch (error) {
      failure = error;
    }
  }
  const { limit } = addressSpace();
  const why =
    limit === Infinity
      ? 'this machine has no memory left for WebAssembly'
      : `the limit of ${inWords(limit)} of address space (ulimit -v) is too low for WebAssembly`;
  throw new UserError(`${why}: ${moreMemory()}`, { cause: failure });
}
