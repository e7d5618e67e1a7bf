/** Values of flags, checked where they are read, so that the message can name the flag. */
import { InvalidArgumentError, Option } from 'commander';

/** A whole number of `low` to `high`. */
export function whole(low: number, high = 1e9): (text: string) => number {
  return (text) => {
    const value = number(text);
    if (!Number.isInteger(value) || value < low || value > high) {
      // the limit is of no interest to whoever is far below it
      const range =
        high < 1e9 || value > high
          ? `from ${low} to ${high < 1e9 ? high : high.toLocaleString('en')}`
          : `of at least ${low}`;
      throw new InvalidArgumentError(`It must be a whole number ${range}.`);
    }
    return value;
  };
}

/** A number in [low, high], without low itself when `open`. */
export function real(low: number, high: number, open = false): (text: string) => number {
  return (text) => {
    const value = number(text);
    if (!(value >= low && value <= high) || (open && value === low)) {
      const range = open ? `greater than ${low} and at most ${high}` : `between ${low} and ${high}`;
      throw new InvalidArgumentError(`It must be a number ${range}.`);
    }
    return value;
  };
}

/** `Number` takes '' for 0 and reads 0x10; people who type that mean something else. */
function number(text: string): number {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : Number.NaN;
}

/**
 * An option that takes one of a few words, in small letters or capitals.
 * @param aliases older words, and what they are called now
 */
export function choice(
  flags: string,
  description: string,
  words: readonly string[],
  aliases: Readonly<Record<string, string>> = {},
): Option {
  const option = new Option(flags, description).choices(words);
  const parse = option.parseArg!;
  return option.argParser((text: string, previous: unknown) => {
    const word = text.toLowerCase();
    const known = Object.hasOwn(aliases, word) ? aliases[word]! : word;
    return parse.call(option, known, previous as never);
  });
}
