/** FNV-1a of 64 bits over parts one after another, 16 hex digits. Tells things apart; no protection against forgery. */
export function fnv1a64(...parts: readonly Uint8Array[]): string {
  // In two halves of 32 bits, the lower multiplied in halves of 16; the prime is 2^40 + 435.
  let high = 0xcbf29ce4 | 0;
  let low = 0x84222325 | 0;
  for (const data of parts) {
    for (let i = 0; i < data.length; i++) {
      low ^= data[i]!;
      const lower = (low & 0xffff) * 435;
      const upper = (low >>> 16) * 435 + (lower >>> 16);
      high = (Math.imul(high, 435) + (low << 8) + (upper >>> 16)) | 0;
      low = (upper << 16) | (lower & 0xffff);
    }
  }
  return [high, low].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
}
