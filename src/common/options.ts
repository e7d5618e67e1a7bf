import { UserError } from './errors.js';
import { quoted } from './printable.js';
import { bytesIn, tagOf } from './tag.js';

type Kind = 'string' | 'number' | 'boolean' | 'function' | 'object';

/**
 * Checks an object of options, which programs in plain JavaScript may give as anything:
 *
 * ```js
 * checkOptions('loadOmniglot', options, { data: 'string', side: 'number', onProgress: 'function' });
 * ```
 *
 * @param call the function that was called
 * @param kinds of all options that there are; what is undefined counts as left out
 * @param needed those that can't be left out
 * @throws UserError that names the option and what it may be
 */
export function checkOptions<T extends object>(
  call: string,
  options: T,
  kinds: { readonly [name in keyof Required<T>]: Kind },
  needed: readonly (keyof T)[] = [],
): void {
  const all = Object.keys(kinds).join(', ');
  checkObject(call, options, ` { ${all} }`);
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(kinds, name)) {
      throw new UserError(
        `${call}: there is no option called ${quoted(name)} (the options are ${all})`,
      );
    }
    const kind = kinds[name as keyof T];
    if (value === undefined || (typeof value === kind && value !== null)) continue;
    throw new UserError(`${call}: ${name} must be ${article(kind)}, not ${inWords(value)}`);
  }
  const missing = needed.find((name) => options[name] === undefined);
  if (missing !== undefined) throw new UserError(`${call}: ${String(missing)} is missing`);
}

/**
 * Checks no more than that options are an object, and none of those that have no options: lists, maps, bytes.
 * @param like what to show
 * @throws UserError
 */
export function checkObject(call: string, options: unknown, like = ''): void {
  const isOne = typeof options === 'object' && options !== null;
  if (isOne && !(Symbol.iterator in options) && bytesIn(options) === undefined) return;
  throw new UserError(`${call}: options are given as an object${like}, not as ${inWords(options)}`);
}

function inWords(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'string') return `the string "${quoted(value)}"`;
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number' || typeof value === 'boolean')
    return `the ${typeof value} ${value}`;
  return typeof value === 'object' ? tagOf(value) : article(typeof value);
}

const article = (kind: string) => `${kind === 'object' ? 'an' : 'a'} ${kind}`;
