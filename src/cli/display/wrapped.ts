import wrapAnsi from 'wrap-ansi';

interface Wrapping {
  /** What every line starts with. */
  readonly indent?: string;
  /** What the first line starts with instead, as wide as `indent`. */
  readonly first?: string;
  /** Cuts words longer than a line. Otherwise they stay whole, so that a path can be copied. */
  readonly cut?: boolean;
}

/** Breaks a paragraph between words. */
export function wrapped(text: string, width: number, options: Wrapping = {}): string[] {
  const { indent = '', first = indent, cut = false } = options;
  const room = Math.max(1, width - indent.length);
  const lines = wrapAnsi(text, room, { hard: cut }).split('\n');
  return lines.map((line, i) => (i === 0 ? first : indent) + line);
}

/** The same for a stream: as wide as a terminal, and in one line where it is none or does not say how wide it is. */
export function wrappedFor(
  stream: NodeJS.WriteStream,
  text: string,
  options: Wrapping = {},
): string {
  const { indent = '', first = indent } = options;
  const hasWidth = stream.isTTY && stream.columns > 0;
  return hasWidth ? wrapped(text, stream.columns, options).join('\n') : first + text;
}

/** Writes sentences, wrapped on a terminal. Lines that begin with a space, such as commands to copy, stay whole. */
export function say(text: string, stream: NodeJS.WriteStream = process.stderr): void {
  const lines = text.split('\n');
  const shown = lines.map((line) => (/^\s/.test(line) ? line : wrappedFor(stream, line)));
  stream.write(`${shown.join('\n')}\n`);
}
