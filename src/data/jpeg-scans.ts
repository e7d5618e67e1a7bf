/** Passes over one component of the picture. Cameras and programs write thirty at most. */
const MOST_PASSES = 1000;

/**
 * Counts what the scans of a JPEG go over before it is decoded. Each scan goes over the whole picture, and
 * can do so with a handful of bytes ("nothing changes in the next 32,767 blocks"): a small file can ask for
 * days of work.
 * Counts the marker wherever it stands: what another reader skips, the decoder may not. It can't stand in the
 * data of a scan, and stands in other data by chance only.
 * @throws Error where there are too many
 */
export function checkScans(bytes: Uint8Array): void {
  let passes = 0;
  for (let at = bytes.indexOf(0xff); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    if (bytes[at + 1] === 0xda) passes += bytes[at + 4] ?? 0;
  }
  if (passes > MOST_PASSES) throw new Error('it has too many scans');
}
