import { base64Of, bytesOf } from '../../../dist/common/numbers/base64.js';

/** The base64 of bytes in letters that addresses take as they are. */
export const base64UrlOf = (bytes: Uint8Array): string =>
  base64Of(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');

/** The bytes of what `base64UrlOf` writes; undefined of any other text. */
export function bytesOfBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[\w-]*$/.test(text) || text.length % 4 === 1) return undefined;
  return bytesOf(text.replaceAll('-', '+').replaceAll('_', '/'));
}
