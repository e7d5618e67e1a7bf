import { describe, expect, it } from 'vitest';
import { oneLine, UserError } from '../../dist/common/errors.js';

describe('a message for people', () => {
  it.each([
    ['line breaks', 'a\nmann: all is well', 'a\\x0amann: all is well'],
    ['escape sequences', 'a\u001b[2Jb\u009b1m\u0007', 'a\\x1b[2Jb\\x9b1m\\x07'],
    ['separators', 'a\u2028b\u2029c', 'a\\u2028b\\u2029c'],
    ['half a character', 'a\ud835b', 'a\\ud835b'],
    ['everything else', 'ä 𝕏 漢字 “x” ©', 'ä 𝕏 漢字 “x” ©'],
  ])('keeps to one printable line: %s', (_, text, line) => {
    expect(oneLine(text)).toBe(line);
    expect(new UserError(text).message).toBe(line);
  });

  it('is shortened in its middle', () => {
    for (const letter of ['x', '𝕏']) {
      const line = oneLine(`run.zip: ${letter.repeat(5000)} is no name: choose another`);
      expect(line.length).toBeLessThanOrEqual(2003);
      expect(line).toMatch(/^run\.zip: .* … .* is no name: choose another$/);
      expect(line).not.toMatch(/\p{Cs}/u);
    }
  });
});
