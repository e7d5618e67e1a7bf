import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inWords } from '../../dist/common/bytes.js';
import { UserError } from '../../dist/common/errors.js';
import { printable, quoted } from '../../dist/common/printable.js';

describe('messages', () => {
  it('write out what a terminal would act on', () => {
    expect(new UserError('a\u001b[2J\nb\u0085\u202ec').message).toBe(
      'a\\u001b[2J\\nb\\u0085\\u202ec',
    );
    expect(printable('half \ud83d of a smile, and a whole 😀')).toBe(
      'half \\ud83d of a smile, and a whole 😀',
    );
  });

  it('leave every other text as it is', () => {
    const text = 'Größe 60×60, 日本語, नमस्ते, "C:\\new"';
    expect(new UserError(text).message).toBe(text);
  });

  it('are not longer than a person reads', () => {
    const { message } = new UserError(`begins ${'x'.repeat(1e6)} ends`);
    expect(message).toMatch(/^begins x{900,}…x{900,} ends$/);
    expect(quoted('x'.repeat(1e6))).toBe(`${'x'.repeat(60)}…`);
  });

  it('are one printable line, whatever they quote', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 50 }), (text) => {
        expect(printable(text)).not.toMatch(/[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e]/u);
      }),
    );
  });

  it.each([
    [0, '0 bytes'],
    [1023, '1,023 bytes'],
    [2 ** 26, '64 MB'],
    [3.62 * 2 ** 40, '3.6 TB'],
    [2 ** 70, '1,024 EB'],
  ])('%d bytes in words', (bytes, words) => expect(inWords(bytes)).toBe(words));
});
