/** Files that deviate from the safetensors format. */
import { Learner } from '../../dist/learner/learner.js';
import { type Attack, type Group, makeSparse, ofBytes } from './attack.js';

/** A file with this header, as text or as an object, and this many bytes of zeros behind it. */
export function tensorFile(header: unknown, dataLength = 0, claimed?: bigint): Uint8Array {
  const text = new TextEncoder().encode(
    typeof header === 'string' ? header : JSON.stringify(header),
  );
  const bytes = new Uint8Array(8 + text.length + dataLength);
  new DataView(bytes.buffer).setBigUint64(0, claimed ?? BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

/** What a header says of a tensor. */
export const entry = (shape: unknown, begin: number, end: number, dtype: unknown = 'F32') => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

/** So deep that a recursive reader runs out of stack. */
export const nested = (depth = 100_000): string => '['.repeat(depth) + ']'.repeat(depth);

function attack(
  name: string,
  careless: string,
  ...file: [header: unknown, dataLength?: number, claimed?: bigint]
): Attack {
  return ofBytes(name, careless, () => tensorFile(...file));
}

/** The file of an attack with some of its bytes changed. */
function patched(
  name: string,
  careless: string,
  bytes: Uint8Array,
  at: number,
  patch: readonly number[],
): Attack {
  bytes.set(patch, at < 0 ? bytes.length + at : at);
  return ofBytes(name, careless, () => bytes);
}

const length: Attack[] = [
  ofBytes('an empty file', 'reads a length from nothing', () => new Uint8Array(0)),
  ofBytes('seven bytes', 'reads a length of eight bytes anyway', () => new Uint8Array(7)),
  attack(
    'a header longer than the file',
    'allocates what is claimed, or reads beyond the end',
    ...(['{}', 0, 1000n] as const),
  ),
  attack(
    'a header of 18 exabytes',
    'allocates them, or adds 8 to the length and gets 7',
    ...(['{}', 0, 2n ** 64n - 1n] as const),
  ),
  {
    name: 'a header of 50 MB',
    careless: 'parses it, which takes long and many times the memory',
    make: (path) => makeSparse(path, 50_000_008, tensorFile('{', 0, 50_000_000n)),
  },
  attack('no header', 'parses an empty text', '', 8),
];

const text: Attack[] = [
  patched('bytes that are not text', 'replaces them by question marks', tensorFile('{"a": "??"}'), 15, [0xff, 0xff]),
  attack('a header that is not JSON', 'fails with whatever its parser says', '{"a": '),
  attack('zeros after the header', 'stops at the first closing brace', '{}\0\0'),
  attack('a list for a header', 'takes the indices for names', '[1, 2]'),
  attack('null for a header', 'looks for tensors in nothing', 'null'),
  attack('a space before the header', 'accepts it, which the format forbids, so that two readers disagree', ' {}'),
  attack('a byte order mark before it', 'skips it', '\ufeff{}'),
  attack('a hundred thousand nested brackets', 'recurses and runs out of stack', nested()),
  attack('a tensor twice', 'takes the last, as JSON.parse does, where others take the first', '{"a": {}, "b": 1, "a": {}}'),
  attack('a tensor twice, once escaped', 'compares the escaped texts, which differ', '{"a": {}, "\\u0061": {}}'),
  attack(
    'a field twice',
    'checks names of tensors only',
    '{"a":{"dtype":"F32","dtype":"F64","shape":[],"data_offsets":[0,8]}}',
    8,
  ),
]; // biome-ignore format: a table

const entries: Attack[] = [
  attack('metadata that are a list', 'looks up names in it', { __metadata__: [] }),
  attack('metadata that are not strings', 'takes numbers for strings', { __metadata__: { a: 1 } }),
  attack('a tensor that is a number', 'looks for fields in it', { a: 3 }),
  attack('a tensor without dtype', 'guesses one', { a: { shape: [], data_offsets: [0, 4] } }, 4),
  attack('a tensor without shape', 'guesses one', { a: { dtype: 'F32', data_offsets: [0, 4] } }, 4),
  attack('a tensor without offsets', 'guesses them', { a: { dtype: 'F32', shape: [] } }, 4),
  attack('an extra field', 'ignores what it does not know', { a: { ...entry([], 0, 4), x: 1 } }, 4),
  attack('a dtype that does not exist', 'takes the nearest', { a: entry([1], 0, 4, 'F33') }, 4),
  attack('toString for a dtype', 'finds it in every object', { a: entry([1], 0, 4, 'toString') }, 4),
  attack('a number for a dtype', 'compares it with strings', { a: entry([1], 0, 4, 32) }, 4),
  attack('brackets for a dtype', 'prints them in its message and runs out of stack', `{"a":{"dtype":${nested()},"shape":[],"data_offsets":[0,4]}}`, 4),
  attack('a dtype that is not supported', 'takes 16 bits for 32', { a: entry([2], 0, 4, 'BF16') }, 4),
  attack('a negative dimension', 'multiplies', { a: entry([-1, -1], 0, 4) }, 4),
  attack('half a dimension', 'multiplies', { a: entry([0.5], 0, 2) }, 2),
  attack('a number for a shape', 'iterates over its digits', { a: entry(1, 0, 4) }, 4),
  attack('a hundred thousand dimensions', 'multiplies, and prints them all in a message', { a: entry(Array(100_000).fill(1), 0, 4) }, 4),
  attack('three offsets', 'looks at two of them', { a: { ...entry([], 0, 4), data_offsets: [0, 4, 8] } }, 8),
  attack('a negative offset', 'reads the header as weights', { a: entry([1], -4, 0) }, 4),
  attack('an infinite offset', 'computes with it', '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,1e999]}}'),
  attack('an offset beyond the file', 'reads whatever is there', { a: entry([2], 0, 8) }, 4),
  attack('offsets in the wrong order', 'allocates a negative size', { a: entry([1], 4, 0) }, 4),
  attack('counts that overflow', 'multiplies in 64 bits and gets 0', { a: entry([2 ** 32, 2 ** 32], 0, 0) }),
  attack('counts that overflow before a 0', 'gets the right result by luck', { a: entry([2 ** 52, 2 ** 52, 0], 0, 0) }),
  attack('a shape that does not fit', 'reads beyond the tensor', { a: entry([2], 0, 4) }, 4),
]; // biome-ignore format: a table

/** Many tensors that are all the same bytes. */
const overlapping = Object.fromEntries(
  Array.from({ length: 1000 }, (_, i) => [`a${i}`, entry([1000], 0, 4000)]),
);

const layout: Attack[] = [
  attack('a hole', 'leaves space that nobody checks', { a: entry([1], 0, 4), b: entry([1], 8, 12) }, 12),
  attack('a hole at the start', 'leaves space that nobody checks', { a: entry([1], 4, 8) }, 8),
  attack('an overlap', 'changes one tensor with the other', { a: entry([2], 0, 8), b: entry([1], 4, 8) }, 8),
  attack('a thousand tensors in the same place', 'allocates a thousand times the file', overlapping, 4000),
  attack('bytes after the last tensor', 'keeps bytes that nobody checks', { a: entry([1], 0, 4) }, 5),
  attack('bytes without tensors', 'keeps bytes that nobody checks', '{}', 3),
]; // biome-ignore format: a table

const names: Attack[] = [
  attack('a name that clears the screen', 'prints it', { 'a\u001b[2J\u001b[31m\nmann: all is well': entry([1], 4, 8) }, 8),
  attack('a name that reverses the line', 'prints it', { '\u202etxt.a': entry([1], 4, 8) }, 8),
  attack('a name of a megabyte', 'prints it', { ['x'.repeat(1e6)]: entry([1], 4, 8) }, 8),
]; // biome-ignore format: a table

export const headers: Group = {
  title: 'Files that are almost safetensors',
  how: '`Learner.load(IT)` and `mann test IT`',
  attacks: [...length, ...text, ...entries, ...layout, ...names],
  library: (path) => Learner.load(path),
  commands: (path) => [['test', path]],
};
