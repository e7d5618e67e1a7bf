/** How work is cut for a device: what an NVIDIA H200 was found to be fastest with, for batches of a size. */

/** How a plan is fitted to a device and to the size of batches. */
export interface Tuning {
  /** Invocations of the workgroups that take episodes through time, and episodes of each. */
  readonly invocations: number;
  readonly episodes: number;
  /** Invocations that share products: more of them are in each other's way. */
  readonly busy: number;
  readonly readAhead: number;
  /** Fours of numbers for partial sums, at most. */
  readonly partial: number;
  readonly tile: 64 | 128;
  /** Bytes of memory that a workgroup has. */
  readonly nearBytes: number;
}

export function tuningFor(limits: GPUSupportedLimits, episodes: number, rows: number): Tuning {
  const most = Math.min(limits.maxComputeInvocationsPerWorkgroup, limits.maxComputeWorkgroupSizeX);
  const [invocations, together, readAhead, partial, busy] =
    episodes >= 512
      ? [768, 4, 4, 2048, 768]
      : episodes >= 128
        ? [1024, 2, 4, 1536, 640]
        : [1024, 1, 2, 2048, 640];
  return {
    invocations: Math.min(most, invocations),
    busy: Math.min(most, busy),
    episodes: together,
    ...{ readAhead, partial },
    tile: rows >= 8192 ? 128 : 64,
    nearBytes: limits.maxComputeWorkgroupStorageSize,
  };
}

/** Bytes that all slices of gradients may take. */
const MOST_BYTES = 100e6;

/**
 * Sums over the rows of a batch are made of so many slices, each a workgroup for every tile: enough of them for products
 * of few tiles. @param total numbers of all gradients
 */
export function slicesFor(total: number, rows: number): number {
  const most = Math.min(32, Math.floor(MOST_BYTES / (4 * total)));
  return Math.max(1, Math.min(most, Math.ceil(rows / 64)));
}
