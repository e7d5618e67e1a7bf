/**
 * What a terminal acts on instead of showing it: control characters, the separators of lines and
 * paragraphs, marks that turn the direction of writing, the byte order mark. Halves of characters can't be
 * shown at all.
 */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * A text that came from outside, fit for one line on a terminal: what would act on it is written as in
 * JSON, and the middle of a long text is left out.
 */
export function printable(text: string, longest = Number.POSITIVE_INFINITY): string {
  const half = longest / 2;
  const cut = text.length > longest ? `${text.slice(0, half)}…${text.slice(-half)}` : text;
  return cut.replace(
    UNPRINTABLE,
    (character) =>
      NAMED[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A name that came from outside, to be quoted in a message. */
export function quoted(name: string, longest = 60): string {
  return name.length > longest ? `${printable(name.slice(0, longest))}…` : printable(name);
}
