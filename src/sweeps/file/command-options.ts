/** A command line of `mann train` as options: no shell reads it, so it has no quotes, variables or other commands. */
import { UserError } from '../../common/errors.js';
import { quoted } from '../../common/printable.js';

/** What a shell would do something with, other than words. */
const NOT_PLAIN = /["'`$\\;|&<>(){}*?#~!]/;

/**
 * The options of a command line: `optionsOfCommand('mann train --preset flat --keep-memory', 'a.yaml')` are
 * `{ preset: 'flat', 'keep-memory': true }`.
 * @param where names the file in messages
 * @throws UserError where it is more than a command and its options
 */
export function optionsOfCommand(text: string, where: string): Record<string, string | boolean> {
  const fail = (what: string): never => {
    throw new UserError(`${where}: base: ${what}: write the options as a map`);
  };
  const strange = NOT_PLAIN.exec(text)?.[0];
  if (strange) fail(`no shell reads this command, and ${strange} has no meaning in it`);
  const words = text.trim().split(/\s+/);
  if (words[0] === 'npx') words.shift();
  if (words[0] === 'mann') words.shift();
  if (words[0] === 'train') words.shift();
  const options = new Map<string, string | boolean>();
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const [, name, value] = /^--([a-z][a-z-]{0,39})(?:=(.*))?$/.exec(word) ?? [];
    if (name === undefined) return fail(`${quoted(word)} is not an option of mann train`);
    if (options.has(name)) fail(`--${name} is there twice`);
    if (name === 'no-augment') options.set('augment', false);
    else options.set(name, value ?? (/^--/.test(words[0] ?? '--') ? true : words.shift()!));
  }
  return Object.fromEntries(options);
}
