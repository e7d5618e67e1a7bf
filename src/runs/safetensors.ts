/**
 * The safetensors format (https://github.com/huggingface/safetensors): 8 bytes with the length of the header,
 * little-endian; the header as JSON; then the bytes of the tensors, one after another. Every deviation is an error, so a
 * file that loads is complete.
 */
import { UserError } from '../common/errors.js';
import { fileKind } from '../common/files/file-kind.js';
import { nonFiniteIn } from '../common/finite.js';
import { fromHalves, toHalves } from '../common/numbers/half.js';
import { quoted } from '../common/printable.js';
import { tagOf } from '../common/tag.js';
import type { Floats, Tensor, Tensors } from '../model/tensors.js';
import { duplicateKey } from './json-keys.js';

/** The contents of a safetensors file. */
export interface TensorFile {
  /** In the order of the file. */
  readonly tensors: Map<string, Tensor>;
  /** The `__metadata__` of the header. */
  readonly metadata: Map<string, string>;
}

const METADATA = '__metadata__';
/**
 * Our headers have a few kB. The format's own reader accepts 100 MB, but parsing 100 MB of brackets takes half a minute
 * and gigabytes of memory.
 */
const LONGEST_HEADER = 4 * 2 ** 20;
/** Ours have two at most. */
const MOST_DIMENSIONS = 8;
const itemSizes: Readonly<Record<string, number>> = { F16: 2, F32: 4, F64: 8 };
/** It rounds to infinity. */
const TOO_LARGE_FOR_16_BITS = 65520;
/** Types that the format defines and we do not read, to tell another precision from an invalid one. */
const otherTypes = /^(BOOL|[UI](8|16|32|64)|F(4|6_E2M3|6_E3M2|8_E4M3|8_E5M2|8_E8M0)|BF16|C64)$/;

/** Position of a tensor in the file, from the header. */
export interface TensorPlace {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Begin and end of the tensor's bytes, counted from the end of the header. */
  readonly begin: number;
  readonly end: number;
}

/** A header, checked against the size of its file. */
export interface TensorIndex {
  /** In the order of the file, without gaps. */
  readonly places: readonly TensorPlace[];
  readonly metadata: Map<string, string>;
  /** Begin of the tensors' bytes. */
  readonly start: number;
}

/**
 * The end of the header of a file.
 * @param head the first bytes of the file, at least 512 if there are as many
 * @param size bytes of the whole file
 * @throws UserError if the file is too small for its header
 */
export function headerEnd(head: Uint8Array, size: number, where: string): number {
  const fail = failIn(where);
  const kind = fileKind(head);
  if (kind) {
    const advice = kind.advice ?? 'give a checkpoint that mann train wrote (.safetensors)';
    fail(`this is ${kind.name}, not a safetensors file: ${advice}`);
  }
  if (size < 8) fail(`too short for a safetensors file: ${size} bytes, the header alone needs 8`);
  const length = new DataView(head.buffer, head.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(Math.max(size, LONGEST_HEADER))) {
    // No header: the bytes mean something else, or nothing.
    const first = [...head.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, '0'));
    fail(`this is not a safetensors file (its first bytes are ${first.join(' ')})`);
  }
  if (length > BigInt(size - 8)) {
    fail(
      `the header claims ${length} bytes, but only ${size - 8} follow: ` +
        'the file is truncated or not a safetensors file: download or copy it again',
    );
  }
  if (length > BigInt(LONGEST_HEADER)) {
    fail(`the header is too long: ${length} bytes, at most ${LONGEST_HEADER} are allowed`);
  }
  if (length < 2n) fail(`the header is too short: ${length} bytes, {} alone needs 2`);
  return 8 + Number(length);
}

/**
 * Parses the header of a safetensors file, which tells whether the rest is worth reading.
 * @param head the file's first bytes, at least to the header's end
 * @param size bytes of the whole file
 * @param where the name of the file in messages
 * @throws UserError on every deviation from the format
 */
export function parseIndex(head: Uint8Array, size: number, where: string): TensorIndex {
  const fail = failIn(where);
  const start = headerEnd(head, size, where);
  const header = parseHeader(head.subarray(8, start), fail);
  const metadata = parseMetadata(header.get(METADATA), fail);
  header.delete(METADATA);
  const places = [...header].map(([name, value]) => parsePlace(name, value, size - start, fail));
  checkLayout(places, size - start, fail);
  return { places, metadata, start };
}

/**
 * The tensors of a complete file, as copies.
 * @throws UserError on NaN or infinity
 */
export function readTensors(
  { places, start }: TensorIndex,
  bytes: Uint8Array,
  where: string,
): Map<string, Tensor> {
  const fail = failIn(where);
  const tensors = new Map<string, Tensor>();
  for (const { name, dtype, shape, begin, end } of places) {
    // A copy is aligned for any offset. (Not slice: for Node's Buffer that is no copy.)
    const copy = new Uint8Array(bytes.subarray(start + begin, start + end));
    const numbers = numbersOf(dtype, copy);
    const bad = nonFiniteIn(numbers);
    if (bad !== undefined) fail(`tensor ${quoted(name)} holds ${bad}`);
    tensors.set(name, { shape, data: numbers });
  }
  return tensors;
}

function numbersOf(dtype: string, bytes: Uint8Array<ArrayBuffer>): Floats {
  if (dtype === 'F16') return fromHalves(bytes);
  return dtype === 'F32' ? new Float32Array(bytes.buffer) : new Float64Array(bytes.buffer);
}

/**
 * Parses a safetensors file of F16, F32 and F64 tensors: `parseSafetensors(bytes, 'net.safetensors').tensors`.
 * @param where the name of the file in messages
 * @throws UserError on every deviation from the format, and on NaN or infinity
 */
export function parseSafetensors(bytes: Uint8Array, where: string): TensorFile {
  const index = parseIndex(bytes, bytes.length, where);
  return { tensors: readTensors(index, bytes, where), metadata: index.metadata };
}

/**
 * The bytes of a safetensors file: `serialiseSafetensors(tensors, new Map([['author', 'me']]), 'net.safetensors')`. The
 * tensors are in the given order, Float32Array as F32 and Float64Array as F64. The header is padded with spaces so that
 * the data begin at a multiple of 8 bytes. The same input gives the same bytes.
 * @param where the name of the file in messages
 * @param half all numbers are rounded to 16 bits, and written as F16
 * @throws UserError on NaN or infinity, and on numbers that are too large for 16 bits; Error if a shape does not fit the size of its data
 */
export function serialiseSafetensors(
  tensors: Tensors,
  metadata: ReadonlyMap<string, string>,
  where: string,
  half = false,
): Uint8Array {
  const header: [string, unknown][] = [];
  if (metadata.size > 0) header.push([METADATA, Object.fromEntries(metadata)]);
  let end = 0;
  for (const [name, { shape, data }] of tensors) {
    const fits = shape.reduce((a, b) => a * b, 1) === data.length;
    if (name === METADATA || !fits || shape.length > MOST_DIMENSIONS) {
      throw new Error(`tensor ${name} [${shape}] of ${data.length} numbers cannot be written`);
    }
    const bad = nonFiniteIn(data);
    if (bad !== undefined)
      throw new UserError(`${where}: not written, tensor ${name} holds ${bad}`);
    if (half && data.some((x) => Math.abs(x) >= TOO_LARGE_FOR_16_BITS)) {
      throw new UserError(
        `${where}: not written, tensor ${name} holds numbers too large for 16 bits`,
      );
    }
    const begin = end;
    const dtype = half ? 'F16' : tagOf(data) === 'Float32Array' ? 'F32' : 'F64';
    end += data.length * itemSizes[dtype]!;
    header.push([name, { dtype, shape, data_offsets: [begin, end] }]);
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const headerLength = Math.ceil(text.length / 8) * 8;
  if (headerLength > LONGEST_HEADER) throw new Error(`a header of ${headerLength} bytes`);

  const bytes = new Uint8Array(8 + headerLength + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.set(text, 8);
  bytes.fill(0x20, 8 + text.length, 8 + headerLength);
  let position = 8 + headerLength;
  for (const { data } of tensors.values()) {
    const own = half
      ? toHalves(data)
      : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    bytes.set(own, position);
    position += own.length;
  }
  return bytes;
}

type Fail = (what: string) => never;

function failIn(where: string): Fail {
  return (what) => {
    throw new UserError(`${where}: ${what}`);
  };
}

function parseHeader(bytes: Uint8Array, fail: Fail): Map<string, unknown> {
  let text = '';
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    fail('the header is not UTF-8 text');
  }
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch {
    fail('the header is not JSON');
  }
  if (!isObject(header)) return fail('the header is JSON, but not an object');
  if (text[0] !== '{') fail('the header must begin with {');
  const twice = duplicateKey(text);
  if (twice !== undefined) fail(`the header holds the key "${quoted(twice)}" twice`);
  return new Map(Object.entries(header));
}

function parseMetadata(value: unknown, fail: Fail): Map<string, string> {
  if (value === undefined) return new Map();
  if (!isObject(value)) return fail(`${METADATA} must be an object`);
  const metadata = new Map<string, string>();
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== 'string') return fail(`${METADATA}: "${quoted(key)}" must be a string`);
    metadata.set(key, text);
  }
  return metadata;
}

function parsePlace(name: string, value: unknown, dataLength: number, fail: Fail): TensorPlace {
  const tensor = `tensor ${quoted(name)}`;
  if (!isObject(value)) return fail(`${tensor}: its entry in the header must be an object`);
  for (const key of ['dtype', 'shape', 'data_offsets']) {
    if (!Object.hasOwn(value, key)) fail(`${tensor}: ${key} is missing`);
  }
  const { dtype, shape, data_offsets: offsets, ...rest } = value;
  const unknown = Object.keys(rest)[0];
  if (unknown !== undefined) fail(`${tensor}: unknown field "${quoted(unknown)}"`);

  if (typeof dtype !== 'string') return fail(`${tensor}: bad dtype, a string expected`);
  if (!Object.hasOwn(itemSizes, dtype)) {
    return fail(
      otherTypes.test(dtype)
        ? `${tensor}: dtype ${dtype} is not supported, only F16, F32 and F64: convert the file`
        : `${tensor}: bad dtype "${quoted(dtype)}"`,
    );
  }
  if (!Array.isArray(shape) || !shape.every(isCount)) {
    return fail(`${tensor}: bad shape, whole numbers >= 0 expected`);
  }
  if (shape.length > MOST_DIMENSIONS) {
    fail(`${tensor}: bad shape, ${shape.length} dimensions and at most ${MOST_DIMENSIONS} allowed`);
  }
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) {
    return fail(`${tensor}: bad data_offsets, two whole numbers >= 0 expected`);
  }
  const [begin, end] = offsets as [number, number];
  if (begin > end || end > dataLength) {
    fail(`${tensor}: offsets ${begin} to ${end} are out of range, the file holds ${dataLength}`);
  }
  let size = itemSizes[dtype]!;
  for (const dimension of shape) {
    size *= dimension;
    if (!Number.isSafeInteger(size)) fail(`${tensor}: the shape [${shape}] overflows`);
  }
  if (size !== end - begin) {
    fail(`${tensor}: shape [${shape}] of ${dtype} needs ${size} bytes, but it has ${end - begin}`);
  }
  return { name, dtype, shape, begin, end };
}

/** Sorts the tensors by position and checks that they cover the data exactly. */
function checkLayout(places: TensorPlace[], dataLength: number, fail: Fail): void {
  places.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let covered = 0;
  for (const { name, begin, end } of places) {
    if (begin > covered) {
      fail(`a hole before tensor ${quoted(name)}: bytes ${covered} to ${begin}`);
    }
    if (begin < covered) fail(`tensor ${quoted(name)} overlaps the one before it`);
    covered = end;
  }
  if (covered < dataLength) fail(`${dataLength - covered} trailing bytes after the last tensor`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
