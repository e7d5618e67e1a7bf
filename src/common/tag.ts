/**
 * What a built-in object is: `Uint8Array`, `ArrayBuffer`, `Map`, `URL`. Values of another realm (an iframe's,
 * those of a test runner that has its own window, of `node:vm`) are made by other classes of the same names,
 * so `instanceof` denies them.
 */
export function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

/** The bytes of a buffer or of a view of one, not copied; undefined of anything else. */
export function bytesIn(value: unknown): Uint8Array | undefined {
  if (ArrayBuffer.isView(value)) {
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  }
  return tagOf(value) === 'ArrayBuffer' ? new Uint8Array(value as ArrayBuffer) : undefined;
}
