/** FNV-1a, 32 bits, of numbers in their order: to compare weights, or name settings, at a glance. */
export function fnv(parts: Iterable<ArrayLike<number>>): string {
  let hash = 0x811c9dc5;
  for (const part of parts) {
    for (let i = 0; i < part.length; i++) hash = Math.imul(hash ^ part[i]!, 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}
