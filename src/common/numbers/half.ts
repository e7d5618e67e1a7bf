/** Numbers of 16 bits (IEEE 754 binary16), which not every JavaScript engine has yet: Float16Array. */

/** The numbers that pairs of bytes stand for, little-endian. */
export function fromHalves(bytes: Uint8Array): Float32Array<ArrayBuffer> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: bytes.length / 2 }, (_, i) =>
    numberOf(view.getUint16(2 * i, true)),
  );
}

/** Numbers rounded to 16 bits, ties to even, as pairs of bytes, little-endian. Those from 65,520 on become infinity. */
export function toHalves(numbers: ArrayLike<number>): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(2 * numbers.length);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < numbers.length; i++) view.setUint16(2 * i, bitsOf(numbers[i]!), true);
  return bytes;
}

/** Five bits of exponent and ten of fraction; exponent 0 for the smallest numbers, 31 for infinity and NaN. */
function numberOf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction > 0 ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function bitsOf(x: number): number {
  const sign = x < 0 || Object.is(x, -0) ? 0x8000 : 0;
  const size = Math.abs(x);
  if (Number.isNaN(x)) return 0x7e00;
  if (size >= 65520) return sign | 0x7c00;
  // In units of the last place, rounding is that of whole numbers; a carry goes into the exponent by itself.
  const exponent = size > 0 ? Math.max(-14, Math.floor(Math.log2(size))) : -14;
  const units = toEven(size * 2 ** (10 - exponent));
  return sign | (exponent === -14 ? units : ((exponent + 14) << 10) + units);
}

function toEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}
