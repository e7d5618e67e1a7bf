import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Tensor } from '../../dist/model/tensors.js';
import { duplicateKey } from '../../dist/runs/json-keys.js';
import { parseSafetensors, serialiseSafetensors } from '../../dist/runs/safetensors.js';
import { entry, tensorFile } from '../attacks/headers.js';

describe('the safetensors reader', () => {
  // What it refuses: test/attacks/headers.ts.

  it('takes any name', () => {
    const names = ['__proto__', 'toString', 'constructor', '', '\u001b[2J'];
    const header = Object.fromEntries(names.map((name, i) => [name, entry([1], 4 * i, 4 * i + 4)]));
    const metadata = Object.fromEntries(names.map((name) => [name, 'a text']));
    const read = parseSafetensors(tensorFile({ ...header, __metadata__: metadata }, 20), 'f');
    expect([...read.tensors.keys()]).toEqual(names);
    expect([...read.metadata.keys()]).toEqual(names);
    expect('dtype' in {}).toBe(false);
  });

  it('reads tensors in the order of the file, whatever the order of the header', () => {
    const { tensors } = parseSafetensors(
      tensorFile({ b: entry([1], 4, 8), a: entry([], 0, 4) }, 8),
      'f',
    );
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

  it('reads halves, and writes them where they are asked for', () => {
    const data = Float32Array.of(1 / 3, -2, 1e-9);
    const tensors = new Map<string, Tensor>([
      ['a', { shape: [3], data }],
      ['b', { shape: [1], data: Float64Array.of(0.1) }],
    ]);
    const [whole, half] = [false, true].map((is) =>
      serialiseSafetensors(tensors, new Map(), 'f', is),
    );
    expect(half!.length).toBe(whole!.length - 12);
    const read = parseSafetensors(half!, 'f').tensors;
    expect([...read.get('a')!.data]).toEqual([1365 / 4096, -2, 0]);
    expect(read.get('b')!.data[0]).toBeCloseTo(0.1, 4);
    expect(serialiseSafetensors(read, new Map(), 'f', true)).toEqual(half);
    const large = new Map([['c', { shape: [1], data: Float32Array.of(-65520) }]]);
    expect(() => serialiseSafetensors(large, new Map(), 'f', true)).toThrow(
      'f: not written, tensor c holds numbers too large for 16 bits',
    );
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
