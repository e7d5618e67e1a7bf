/** How work is cut for a device: what was found to be fastest for batches of a size. */

/** How a plan is fitted to a device and to the size of batches. */
export interface Tuning {
  /** Invocations of the workgroups that take episodes through time, and episodes of each. */
  readonly invocations: number;
  readonly episodes: number;
  readonly readAhead: number;
  readonly tile: 64 | 128;
  /** Bytes of memory that a workgroup has. */
  readonly nearBytes: number;
}

export function tuningFor(limits: GPUSupportedLimits, episodes: number, rows: number): Tuning {
  const most = Math.min(limits.maxComputeInvocationsPerWorkgroup, limits.maxComputeWorkgroupSizeX);
  const [invocations, together] =
    episodes >= 512 ? [256, 4] : episodes >= 128 ? [512, 1] : [1024, 1];
  return {
    invocations: Math.min(most, invocations),
    episodes: together,
    readAhead: 2,
    tile: rows >= 4096 ? 128 : 64,
    nearBytes: limits.maxComputeWorkgroupStorageSize,
  };
}

/** Workgroups that keep a large processor at work: two for each part of it. */
const AT_ONCE = 264;

/** Sums over rows are made of so many slices, which become workgroups: enough of them for the largest product. */
export function slicesFor(
  { rows, columns }: { rows: number; columns: number },
  batchRows: number,
): number {
  const tiles = Math.ceil(rows / 128) * Math.ceil(columns / 128);
  return Math.max(1, Math.min(Math.floor(AT_ONCE / tiles), Math.ceil(batchRows / 64), 16));
}
