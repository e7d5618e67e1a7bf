/** Reads the file of a sweep (Node). Anybody may have written it. */
import { extname } from 'node:path';
import { messageOf, UserError } from '../../common/errors.js';
import { fileError } from '../../common/files/file-errors.js';
import { readWhole } from '../../common/files/read-file.js';
import { quoted } from '../../common/printable.js';
import { duplicateKey } from '../../runs/json-keys.js';
import { checkDefinition, type Definition } from './definition.js';

/** Bytes of a file. Reading YAML takes a time that grows with the square of the keys of a map. */
const LARGEST = { json: 2 ** 20, yaml: 2 ** 16 };
/** Maps and lists in one another: three are of use. */
const DEEPEST = 20;
/** Uses of anchors: a few lines of them can stand for billions of values. */
const MOST_ALIASES = 100;

/**
 * Reads a sweep's file: `await readDefinition('sweeps/seeds.yaml')`. It is JSON where its name ends in .json, else YAML.
 * @throws UserError that says in one sentence what is wrong
 */
export async function readDefinition(path: string): Promise<Definition> {
  let text: string;
  try {
    text = readWhole(path, LARGEST[kindOf(path)]).toString('utf8');
  } catch (error) {
    throw fileError(error, `cannot read ${path}`);
  }
  return parseDefinition(text, path);
}

/**
 * The same of a text: `await parseDefinition('{ "base": {} }', 'one.json')`.
 * @param where names the file in messages
 */
export async function parseDefinition(text: string, where: string): Promise<Definition> {
  const found = kindOf(where) === 'json' ? ofJson(text, where) : await ofYaml(text, where);
  return checkDefinition(found, where);
}

function kindOf(path: string): 'json' | 'yaml' {
  return extname(path).toLowerCase() === '.json' ? 'json' : 'yaml';
}

function ofJson(text: string, where: string): unknown {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch (error) {
    throw new UserError(`${where}: this is not JSON: ${firstLine(error)}`);
  }
  const twice = duplicateKey(text);
  if (twice !== undefined) throw new UserError(`${where}: ${quoted(twice)} is there twice`);
  return found;
}

async function ofYaml(text: string, where: string): Promise<unknown> {
  const { parseDocument, Parser } = await import('yaml');
  try {
    checkDepth([...new Parser().parse(text)]);
    const found = parseDocument(text, { logLevel: 'error' });
    const [problem] = [...found.errors, ...found.warnings];
    if (problem) throw problem;
    return found.toJS({ maxAliasCount: MOST_ALIASES });
  } catch (error) {
    throw new UserError(`${where}: this is not the YAML of a sweep: ${firstLine(error)}`);
  }
}

/** What the first of the two steps of reading YAML gives: items hold their keys and values. */
interface Token {
  readonly items?: readonly { readonly key?: unknown; readonly value?: unknown }[];
  readonly value?: unknown;
}

/**
 * The second step calls itself for what is nested: near the end of the stack V8 may end the process instead of
 * throwing an error. The first does not.
 * @throws Error
 */
function checkDepth(documents: readonly unknown[]): void {
  const open = documents.map((token) => ({ token, depth: 0 }));
  for (let next = open.pop(); next; next = open.pop()) {
    const { token, depth } = next;
    if (typeof token !== 'object' || token === null) continue;
    if (depth > DEEPEST) throw new Error(`it is nested more than ${DEEPEST} deep`);
    const { items = [], value } = token as Token;
    for (const { key, value } of items) {
      open.push({ token: key, depth: depth + 1 }, { token: value, depth: depth + 1 });
    }
    open.push({ token: value, depth: depth + 1 });
  }
}

/** Of a message; further ones quote the text. */
function firstLine(error: unknown): string {
  const line = messageOf(error).split('\n')[0]!.replace(/:$/, '');
  if (/multiple documents/.test(line)) return 'it holds several documents, and a sweep is one';
  if (/^Excessive alias/.test(line)) return 'its aliases stand for too many values';
  return line;
}
