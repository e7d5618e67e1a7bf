/** How inputs are made: random bytes, and valid files that something has happened to. */
import fc from 'fast-check';

/** Numbers that lengths and offsets are wrong by. */
const extremes = [
  ...[0n, 1n, 2n, 7n, 8n, 127n, 128n, 255n, 256n, 0x7fffn, 0x8000n, 0xffffn, 0x10000n],
  ...[0x7fffffffn, 0x80000000n, 0xfffffffen, 0xffffffffn, 0x100000000n, 2n ** 53n - 1n, 2n ** 53n],
  ...[2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n],
] as const;

/** A place in a file: near its beginning, near its end (negative), or anywhere (a share of its length). */
const place = fc.oneof(
  fc.nat(64),
  fc.integer({ min: -64, max: -1 }),
  fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }).map((share) => ({ share })),
);
type Place = number | { share: number };

function at(where: Place, length: number): number {
  if (length === 0) return 0;
  if (typeof where === 'object') return Math.floor(where.share * length);
  return where < 0 ? Math.max(0, length + where) : Math.min(where, length - 1);
}

/** What happens to a file. */
type Mutation = (bytes: Buffer<ArrayBufferLike>) => Buffer<ArrayBufferLike>;

const flip = fc.tuple(place, fc.nat(7)).map(
  ([where, bit]): Mutation =>
    (bytes) => {
      if (bytes.length > 0) bytes[at(where, bytes.length)]! ^= 1 << bit;
      return bytes;
    },
);

const set = fc.tuple(place, fc.nat(255)).map(
  ([where, value]): Mutation =>
    (bytes) => {
      if (bytes.length > 0) bytes[at(where, bytes.length)] = value;
      return bytes;
    },
);

/** A field of 1 to 8 bytes becomes an extreme, or changes by one or so. */
const field = fc
  .tuple(
    place,
    fc.constantFrom(1, 2, 4, 8),
    fc.boolean(),
    fc.oneof(fc.constantFrom(...extremes), fc.integer({ min: -2, max: 2 })),
  )
  .map(
    ([where, width, little, value]): Mutation =>
      (bytes) => {
        const start = at(where, bytes.length);
        if (start + width > bytes.length) return bytes;
        const order = (i: number) => start + (little ? i : width - 1 - i);
        let number = 0n;
        for (let i = width - 1; i >= 0; i--) number = (number << 8n) | BigInt(bytes[order(i)]!);
        number = typeof value === 'bigint' ? value : number + BigInt(value);
        for (let i = 0; i < width; i++) bytes[order(i)] = Number((number >> BigInt(8 * i)) & 0xffn);
        return bytes;
      },
  );

const truncate = place.map(
  (where): Mutation =>
    (bytes) =>
      bytes.subarray(0, at(where, bytes.length)),
);

const insert = fc.tuple(place, fc.uint8Array({ minLength: 1, maxLength: 40 })).map(
  ([where, what]): Mutation =>
    (bytes) => {
      const start = at(where, bytes.length);
      return Buffer.concat([bytes.subarray(0, start), what, bytes.subarray(start)]);
    },
);

const remove = fc.tuple(place, fc.integer({ min: 1, max: 200 })).map(
  ([where, count]): Mutation =>
    (bytes) => {
      const start = at(where, bytes.length);
      return Buffer.concat([bytes.subarray(0, start), bytes.subarray(start + count)]);
    },
);

/** A part of another file, or of the same, over or into it. */
const splice = (files: readonly Uint8Array[]) =>
  fc
    .tuple(fc.nat(files.length - 1), place, place, fc.integer({ min: 1, max: 300 }), fc.boolean())
    .map(
      ([other, from, to, count, over]): Mutation =>
        (bytes) => {
          const source = files[other]!;
          const begin = at(from, source.length);
          const part = source.subarray(begin, begin + count);
          const start = at(to, bytes.length);
          const rest = bytes.subarray(start + (over ? part.length : 0));
          return Buffer.concat([bytes.subarray(0, start), part, rest]);
        },
    );

/** One of these files after some mutations; none of them leaves it as it is. */
export function mutated(files: readonly Uint8Array[], most = 5): fc.Arbitrary<Uint8Array> {
  const mutation = fc.oneof(flip, set, field, field, truncate, insert, remove, splice(files));
  return fc
    .tuple(fc.nat(files.length - 1), fc.array(mutation, { maxLength: most }))
    .map(([which, mutations]) =>
      mutations.reduce<Uint8Array>((b, apply) => apply(Buffer.from(b)), files[which]!),
    );
}

/** Bytes without a plan, some of them behind the beginning of a real file. */
export function noise(beginnings: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const bytes = fc.uint8Array({ maxLength: 400 });
  const beginning = fc.constantFrom(new Uint8Array(0), ...beginnings);
  return fc.tuple(beginning, bytes).map((parts) => Buffer.concat(parts));
}

// --- JSON ------------------------------------------------------------------------------------------------

/** Text that messages must not repeat as it is. */
export const rudeTexts = [
  ...['', ' ', 'a\nb', '\u001b[2J', '\u0000', '\u2028', '__proto__', 'constructor', 'toString'],
  ...['NaN', '1e999', '../../etc/passwd', '\ud800', '\u0085', 'x'.repeat(5000), '𝕏'.repeat(300)],
];

/** Values that fields of another kind, or of the same, can be wrong by. */
export const wrongValues: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    ...[null, true, false, 0, -0, -1, 0.5, 1, 2, 3, 5, 1e-320, 1e9, 1e9 + 1, 2 ** 31, 2 ** 32],
    ...[2 ** 53 - 1, 2 ** 53, 1e21, 1.7e308, -1e9, [], {}, [[]], [0], [0, 4], ['F32']],
  ),
  fc.constantFrom(...rudeTexts),
  fc.integer({ min: -3, max: 300 }),
  fc.double(),
  fc.string({ maxLength: 12, unit: 'binary' }),
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(20, 3000).map(nested),
);

/** `[[[…]]]`: readers that call themselves run out of stack. */
export function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = [value];
  return value;
}

interface Edit {
  readonly where: number;
  readonly how: 'set' | 'remove' | 'add' | 'copy' | 'rename';
  readonly from: number;
  readonly key: string;
  readonly value: unknown;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  where: fc.nat(10_000),
  how: fc.constantFrom('set', 'set', 'remove', 'add', 'copy', 'rename'),
  from: fc.nat(10_000),
  key: fc.oneof(fc.constantFrom(...rudeTexts), fc.string({ maxLength: 8 })),
  value: wrongValues,
});

type Container = Record<string, unknown>;

/** Every place in a JSON value: its container and its key there. */
function placesIn(root: Container): [Container, string][] {
  const places: [Container, string][] = [];
  const open: Container[] = [root];
  for (let container = open.pop(); container; container = open.pop()) {
    for (const [key, value] of Object.entries(container)) {
      places.push([container, key]);
      if (typeof value === 'object' && value !== null) open.push(value as Container);
      if (places.length > 20_000) return places;
    }
  }
  return places;
}

function apply(root: Container, { where, how, from, key, value }: Edit): void {
  const places = placesIn(root);
  const chosen = places[where % Math.max(places.length, 1)];
  if (!chosen) return;
  const [container, name] = chosen;
  const other = places[from % places.length]!;
  if (how === 'set') container[name] = value;
  else if (how === 'copy') container[name] = copyOf(other[0][other[1]]);
  else if (how === 'add') define(container, key, value);
  else {
    const old = container[name];
    if (Array.isArray(container)) container.splice(Number(name), 1);
    else delete container[name];
    if (how === 'rename' && !Array.isArray(container)) define(container, key, old);
  }
}

/** What is nested too deeply to be copied is not. */
function copyOf(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    return null;
  }
}

/** Sets a key whatever its name: assigning to `__proto__` would be something else. */
function define(container: Container, key: string, value: unknown): void {
  if (Array.isArray(container)) container.push(value);
  else {
    const kind = { enumerable: true, configurable: true, writable: true };
    Object.defineProperty(container, key, { ...kind, value });
  }
}

/** One of these JSON values after some edits. */
export function edited(values: readonly object[], most = 4): fc.Arbitrary<unknown> {
  return fc
    .tuple(fc.nat(values.length - 1), fc.array(edit, { maxLength: most }))
    .map(([which, edits]) => {
      const root = { value: structuredClone(values[which]) as unknown };
      for (const one of edits) apply(root, one);
      return root.value;
    });
}
