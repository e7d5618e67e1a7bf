import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Tensor } from '../../dist/model/tensors.js';
import { duplicateKey } from '../../dist/training/json-keys.js';
import { parseSafetensors, serialiseSafetensors } from '../../dist/training/safetensors.js';

/** A file with this header, as text or as an object, and this many bytes of zeros behind it. */
function file(header: unknown, dataLength = 0, claimed?: bigint): Uint8Array {
  const text = new TextEncoder().encode(
    typeof header === 'string' ? header : JSON.stringify(header),
  );
  const bytes = new Uint8Array(8 + text.length + dataLength);
  new DataView(bytes.buffer).setBigUint64(0, claimed ?? BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

const entry = (shape: number[], begin: number, end: number, dtype = 'F32') => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});
const nan = file({ a: entry([2], 0, 8) }, 8);
nan.set([0, 0, 0xc0, 0x7f], nan.length - 4);
const infinity = file({ a: entry([1], 0, 8, 'F64') }, 8);
infinity.set([0xf0, 0xff], infinity.length - 2);
const notText = file('{"a": "??"}');
notText.fill(0xff, 15, 17);

const attacks: [string, Uint8Array, RegExp][] = [
  ['an empty file', new Uint8Array(0), /too short for a safetensors file: 0 bytes/],
  ['a short header length', new Uint8Array(7), /too short for a safetensors file: 7 bytes/],
  ['a header longer than the file', file('{}', 0, 3n), /claims 3 bytes, but only 2 follow/],
  [
    'a header length beyond all numbers',
    file('{}', 0, 2n ** 64n - 1n),
    /claims 18446744073709551615/,
  ],
  ['no header', file('', 8), /header is too short: 0 bytes/],
  ['bytes that are no text', notText, /not UTF-8/],
  ['a header that is not JSON', file('{"a": '), /header is not JSON/],
  ['zeros after the header', file('{}\0\0'), /header is not JSON/],
  ['a list', file('[1, 2]'), /not an object/],
  ['null', file('null'), /not an object/],
  ['a space before the header', file(' {}'), /must begin with \{/],
  ['a byte order mark', file('\ufeff{}'), /not JSON/],
  ['a key twice', file('{"a": {}, "b": 1, "a": {}}'), /holds the key "a" twice/],
  ['a key twice, once escaped', file('{"a": {}, "\\u0061": {}}'), /holds the key "a" twice/],
  [
    'a key twice in an entry',
    file('{"a":{"dtype":"F32","dtype":"F64","shape":[],"data_offsets":[0,8]}}', 8),
    /holds the key "dtype" twice/,
  ],
  ['metadata that are no object', file({ __metadata__: [] }), /__metadata__ must be an object/],
  ['metadata that are no strings', file({ __metadata__: { a: 1 } }), /"a" must be a string/],
  ['an entry that is no object', file({ a: 3 }), /tensor a: its entry in the header must be/],
  ['a missing dtype', file({ a: { shape: [], data_offsets: [0, 4] } }, 4), /dtype is missing/],
  ['a missing shape', file({ a: { dtype: 'F32', data_offsets: [0, 4] } }, 4), /shape is missing/],
  ['missing offsets', file({ a: { dtype: 'F32', shape: [] } }, 4), /data_offsets is missing/],
  ['an unknown field', file({ a: { ...entry([], 0, 4), x: 1 } }, 4), /unknown field "x"/],
  ['a bad dtype', file({ a: entry([1], 0, 4, 'F33') }, 4), /bad dtype/],
  ['a dtype of JavaScript', file({ a: entry([1], 0, 4, 'toString') }, 4), /bad dtype/],
  ['a dtype that is no text', file({ a: { ...entry([1], 0, 4), dtype: 32 } }, 4), /bad dtype 32/],
  [
    'a dtype nested more deeply than can be written out',
    file(`{"a":{"dtype":${'['.repeat(1e5)}${']'.repeat(1e5)},"shape":[],"data_offsets":[0,4]}}`, 4),
    /tensor a: bad dtype \[…\]$/,
  ],
  [
    'a shape without end',
    file({ a: entry(new Array(5000).fill(2), 0, 4) }, 4),
    /the shape \[2,2,.*…\]/,
  ],
  ['a dtype that is not read', file({ a: entry([2], 0, 4, 'BF16') }, 4), /BF16 is not read here/],
  ['a negative dimension', file({ a: entry([-1], 0, 4) }, 4), /bad shape/],
  ['a broken dimension', file({ a: entry([0.5], 0, 2) }, 2), /bad shape/],
  ['a shape that is no list', file({ a: { ...entry([], 0, 4), shape: 1 } }, 4), /bad shape/],
  [
    'three offsets',
    file({ a: { ...entry([], 0, 4), data_offsets: [0, 4, 8] } }, 8),
    /bad data_off/,
  ],
  ['a negative offset', file({ a: entry([1], -4, 0) }, 4), /bad data_offsets/],
  [
    'an offset beyond all numbers',
    file('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,1e999]}}'),
    /bad data_offsets/,
  ],
  ['an offset beyond the file', file({ a: entry([2], 0, 8) }, 4), /out of range/],
  ['offsets the wrong way round', file({ a: entry([1], 4, 0) }, 4), /out of range/],
  ['counts that overflow', file({ a: entry([2 ** 40, 2 ** 40], 0, 4) }, 4), /overflows/],
  ['counts that overflow to 0', file({ a: entry([2 ** 52, 2 ** 52, 0], 0, 0) }), /overflows/],
  ['a shape that does not fit', file({ a: entry([2], 0, 4) }, 4), /needs 8 bytes, but it has 4/],
  ['a hole', file({ a: entry([1], 0, 4), b: entry([1], 8, 12) }, 12), /hole before tensor b/],
  ['a hole at the start', file({ a: entry([1], 4, 8) }, 8), /hole before tensor a: bytes 0 to 4/],
  ['an overlap', file({ a: entry([2], 0, 8), b: entry([1], 4, 8) }, 8), /b overlaps/],
  ['trailing bytes', file({ a: entry([1], 0, 4) }, 5), /1 trailing bytes/],
  ['data without tensors', file('{}', 3), /3 trailing bytes/],
  ['NaN', nan, /tensor a holds NaN \(at index 1\)/],
  ['infinity', infinity, /tensor a holds infinity \(at index 0\)/],
];

describe('the safetensors reader', () => {
  it.each(attacks)('refuses %s', (_, bytes, message) => {
    expect(() => parseSafetensors(bytes, 'some.file')).toThrow(message);
    expect(() => parseSafetensors(bytes, 'some.file')).toThrow(/^some\.file: /);
    expect(() => parseSafetensors(bytes, 'x')).toThrow(
      expect.objectContaining({ name: 'UserError' }),
    );
  });

  it('clips and escapes what it quotes', () => {
    const name = `\u001b[31m${'x'.repeat(10_000)}`;
    let message = '';
    try {
      parseSafetensors(file({ [name]: 1 }), 'f');
    } catch (error) {
      message = String(error);
    }
    expect(message).toMatch(/\\u001b/);
    expect(message.length).toBeLessThan(300);
  });

  it('is quick with deep and long headers', () => {
    const deep = `{"a":${'['.repeat(1e6)}${']'.repeat(1e6)}}`;
    expect(() => parseSafetensors(file(deep), 'f')).toThrow(/tensor a/);
  });

  it('reads tensors in the order of the file, whatever the order of the header', () => {
    const { tensors } = parseSafetensors(file({ b: entry([1], 4, 8), a: entry([], 0, 4) }, 8), 'f');
    expect([...tensors.keys()]).toEqual(['a', 'b']);
  });

  it('takes bytes at odd places of their buffer, and gives copies', () => {
    const bytes = serialiseSafetensors(
      new Map([['a', { shape: [1], data: Float64Array.of(1.5) }]]),
      new Map(),
      'f',
    );
    const odd = new Uint8Array(bytes.length + 3).subarray(3);
    odd.set(bytes);
    const a = parseSafetensors(odd, 'f').tensors.get('a')!;
    const buffer = Buffer.from(bytes);
    const b = parseSafetensors(buffer, 'f').tensors.get('a')!;
    odd.fill(0);
    buffer.fill(0);
    expect([...a.data, ...b.data]).toEqual([1.5, 1.5]);
  });

  it('survives anything: a tensor file or a UserError', () => {
    const whole = serialiseSafetensors(
      new Map([['a.b', { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }]]),
      new Map([['k', 'v']]),
      'f',
    );
    const position = fc.nat({ max: whole.length - 1 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(position, fc.nat(255)), { maxLength: 4 }),
        position,
        (edits, cut) => {
          const bytes = whole.slice(0, cut % 3 === 0 ? cut : whole.length);
          for (const [at, value] of edits) if (at < bytes.length) bytes[at] = value;
          try {
            parseSafetensors(bytes, 'f');
          } catch (error) {
            expect(error).toMatchObject({ name: 'UserError' });
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('the safetensors writer', () => {
  const numbers = fc.oneof(
    fc.array(fc.float({ noNaN: true, noDefaultInfinity: true })).map((x) => Float32Array.from(x)),
    fc.array(fc.double({ noNaN: true, noDefaultInfinity: true })).map((x) => Float64Array.from(x)),
  );
  const names = fc.string({ unit: 'grapheme' }).filter((name) => name !== '__metadata__');

  it('writes what the reader reads, bit for bit', () => {
    fc.assert(
      fc.property(
        fc.dictionary(names, numbers),
        fc.dictionary(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' })),
        (arrays, texts) => {
          const tensors = new Map<string, Tensor>(
            Object.entries(arrays).map(([name, data]) => [name, { shape: [data.length], data }]),
          );
          const metadata = new Map(Object.entries(texts));
          const bytes = serialiseSafetensors(tensors, metadata, 'f');
          const read = parseSafetensors(bytes, 'f');
          expect(read.metadata).toEqual(metadata);
          expect(read.tensors).toEqual(tensors);
          expect(serialiseSafetensors(read.tensors, read.metadata, 'f').length).toBe(bytes.length);
          const header = Number(new DataView(bytes.buffer).getBigUint64(0, true));
          expect(header % 8).toBe(0);
        },
      ),
    );
  });

  it('writes known bytes', () => {
    const bytes = serialiseSafetensors(
      new Map([['a', { shape: [1, 1], data: Float32Array.of(1) }]]),
      new Map([['b', 'c']]),
      'f',
    );
    const header =
      '{"__metadata__":{"b":"c"},"a":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]}}';
    expect(new TextDecoder().decode(bytes.subarray(8, -4)).trimEnd()).toBe(header);
    expect([...bytes.subarray(0, 8)]).toEqual([88, 0, 0, 0, 0, 0, 0, 0]);
    expect([...bytes.subarray(-4)]).toEqual([0, 0, 0x80, 0x3f]);
  });

  it('refuses NaN and shapes that do not fit', () => {
    const write = (shape: number[], value: number) =>
      serialiseSafetensors(
        new Map([['a', { shape, data: Float32Array.of(value) }]]),
        new Map(),
        'f',
      );
    expect(() => write([1], Number.NaN)).toThrow('f: not written, tensor a holds NaN (at index 0)');
    expect(() => write([2], 1)).toThrow(/cannot be written/);
  });
});

describe('duplicateKey', () => {
  it('sees keys of every object, and no strings that are values', () => {
    expect(duplicateKey('{"a":"a","b":["a","a",{"a":1}],"c":{"a":"{\\"a\\":1,\\"a\\":2}"}}')).toBe(
      undefined,
    );
    expect(duplicateKey('{"x":[1,{"y":{"q\\"":1,"q\\"":2}}]}')).toBe('q"');
    expect(duplicateKey('[{"a":[{}],"b":1,"b":2}]')).toBe('b');
  });

  it('finds none in what JSON.stringify wrote', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const value = JSON.stringify(JSON.parse(text));
        expect(duplicateKey(value)).toBe(undefined);
      }),
    );
  });
});
