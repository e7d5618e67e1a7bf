/** The reader of pictures: PNG is our own. */
import { crc32, deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { decode } from 'fast-png';
import { luma } from '../../../dist/data/grey.js';
import { decodePicture } from '../../../dist/data/pictures/picture.js';
import { decodePng } from '../../../dist/data/pictures/png.js';
import { pngOf } from '../../data/pictures.ts';
import { mutated, noise } from '../mutations.ts';
import { checkSentence, type Outcome, type Target } from '../target.ts';

const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const kinds = Object.entries({
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
});

const files = kinds.flatMap(([colourType, depths]) =>
  depths.flatMap((depth) =>
    [false, true].map((interlaced) =>
      pngOf({
        ...{ width: 11, height: 9, depth, colourType: Number(colourType), interlaced },
        sample: (x, y, c) =>
          (Math.imul(x * 31 + y * 17 + c * 7 + 1, 2654435761) >>> 8) % 2 ** depth,
        ...(colourType === '3' && { palette: Array.from({ length: 3 << depth }, (_, i) => i * 5) }),
      }),
    ),
  ),
);

interface Chunk {
  type: string;
  data: Uint8Array;
  /** What the length field says too much. */
  lie?: number;
  /** A wrong checksum. */
  wrong?: boolean;
}

function chunks(list: readonly Chunk[]): Buffer {
  const parts = list.map(({ type, data, lie = 0, wrong }) => {
    const chunk = Buffer.alloc(data.length + 12);
    chunk.writeUInt32BE((data.length + lie) >>> 0, 0);
    chunk.write(type, 4, 4, 'latin1');
    chunk.set(data, 8);
    const sum = crc32(chunk.subarray(4, data.length + 8));
    chunk.writeUInt32BE(wrong ? ~sum >>> 0 : sum, data.length + 8);
    return chunk;
  });
  return Buffer.concat([SIGNATURE, ...parts]);
}

const dimension = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 1, max: 20 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 7000, 50_000_000, 0x7fffffff, 0xffffffff) },
);
const anyKind = fc.constantFrom(
  ...kinds.flatMap(([type, depths]) => depths.map((depth) => [Number(type), depth] as const)),
);
const rarely = <T>(usual: T, other: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 30, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other });

/** Pictures put together from their parts, each of which can be wrong while all checksums are right. */
const structured = fc
  .record({
    width: dimension,
    height: dimension,
    kind: fc.oneof(
      { weight: 20, arbitrary: anyKind },
      { weight: 1, arbitrary: fc.tuple(fc.nat(255), fc.nat(255)) },
    ),
    compression: rarely(0, fc.nat(255)),
    filter: rarely(0, fc.nat(255)),
    interlace: rarely(0, fc.constantFrom(1, 1, 1, 2, 255)),
    row: fc.uint8Array({ minLength: 1, maxLength: 40 }),
    filters: fc.array(rarely(0, fc.nat(6)), { minLength: 1, maxLength: 6 }),
    /** Bytes too many or too few. */
    off: rarely(0, fc.integer({ min: -50, max: 50 })),
    palette: fc.option(fc.uint8Array({ maxLength: 800 })),
    transparency: fc.option(fc.uint8Array({ maxLength: 260 }), { freq: 2 }),
    cuts: fc.array(fc.nat(60), { maxLength: 3 }),
    extra: fc.array(
      fc.record({
        where: fc.nat(6),
        chunk: fc.record(
          {
            type: fc.constantFrom(
              'IHDR',
              'PLTE',
              'tRNS',
              'IDAT',
              'IEND',
              'tEXt',
              'acTL',
              '\0\0\0\0',
            ),
            data: fc.uint8Array({ maxLength: 30 }),
            lie: fc.constantFrom(1, -1, 0x7fffffff, 0xffffffff),
            wrong: fc.boolean(),
          },
          { requiredKeys: ['type', 'data'] },
        ),
      }),
      { maxLength: 2 },
    ),
    level: fc.constantFrom(0, 9),
  })
  .map((plan) => {
    const { width, height, row, filters, off, cuts, extra } = plan;
    const [colourType, depth] = plan.kind;
    const header = Buffer.alloc(13);
    header.writeUInt32BE(width, 0);
    header.writeUInt32BE(height, 4);
    header.set([depth, colourType, plan.compression, plan.filter, plan.interlace], 8);
    const bits = (CHANNELS[colourType] ?? 1) * depth;
    const passes =
      plan.interlace === 1
        ? [0, 4, 0, 2, 0, 1, 0].map((x, i) => ({
            columns: Math.ceil((width - x) / [8, 8, 4, 4, 2, 2, 1][i]!),
            rows: Math.ceil((height - [0, 0, 4, 0, 2, 0, 1][i]!) / [8, 8, 8, 4, 4, 2, 2][i]!),
          }))
        : [{ columns: width, rows: height }];
    const lines: Buffer[] = [];
    for (const { columns, rows } of passes) {
      const length = Math.min(Math.ceil((columns * bits) / 8), 4000);
      if (columns <= 0) continue;
      for (let y = 0; y < Math.min(rows, 40); y++) {
        const line = Buffer.alloc(length + 1, row);
        line[0] = filters[y % filters.length]!;
        lines.push(line);
      }
    }
    const whole = Buffer.concat([...lines, Buffer.alloc(Math.max(0, off))]);
    const raw = whole.subarray(0, Math.max(0, whole.length + Math.min(0, off)));
    const packed = deflateSync(raw, { level: plan.level });
    const list: Chunk[] = [{ type: 'IHDR', data: header }];
    if (plan.palette) list.push({ type: 'PLTE', data: plan.palette });
    if (plan.transparency) list.push({ type: 'tRNS', data: plan.transparency });
    let from = 0;
    for (const cut of [...cuts].sort((a, b) => a - b)) {
      list.push({ type: 'IDAT', data: packed.subarray(from, cut) });
      from = Math.max(from, cut);
    }
    list.push(
      { type: 'IDAT', data: packed.subarray(from) },
      { type: 'IEND', data: Buffer.alloc(0) },
    );
    for (const { where, chunk } of extra) list.splice(where % (list.length + 1), 0, chunk);
    return chunks(list);
  });

/** Many pixels from few bytes: as much as deflate can, which is about 1,030 to 1. */
const bombs = fc
  .record({
    side: fc.integer({ min: 100, max: 7071 }),
    kind: anyKind,
    zeros: fc.constantFrom(0, 1000, 1_000_000, 8_000_000),
  })
  .map(({ side, kind: [colourType, depth], zeros }) => {
    const header = Buffer.alloc(13);
    header.writeUInt32BE(side, 0);
    header.writeUInt32BE(side, 4);
    header.set([depth, colourType, 0, 0, 0], 8);
    return chunks([
      { type: 'IHDR', data: header },
      { type: 'PLTE', data: Buffer.alloc(6) },
      { type: 'IDAT', data: deflateSync(Buffer.alloc(zeros)) },
      { type: 'IEND', data: Buffer.alloc(0) },
    ]);
  });

/** What an independent decoder makes of it: grey in bytes; nothing where it refuses. */
function otherDecoder(input: Uint8Array): Uint8Array | undefined {
  let image: ReturnType<typeof decode>;
  try {
    image = decode(input, { checkCrc: true });
  } catch {
    return undefined;
  }
  const { width, height, data, depth, channels } = image;
  // one that a grey picture has is none
  const palette = input[25] === 3 ? image.palette : undefined;
  if (depth < 8 && input[28] === 1) return undefined; // it does not unpack those
  const grey = new Uint8Array(width * height);
  const rowBytes = Math.ceil((width * channels * depth) / 8);
  const samplesOf = (pixel: number): number[] => {
    if (depth < 8) {
      const at = (pixel % width) * depth;
      const byte = data[Math.floor(pixel / width) * rowBytes + (at >> 3)]!;
      const sample = (byte >> (8 - depth - (at & 7))) & (2 ** depth - 1);
      if (palette) return palette[sample] ?? [0, 0, 0];
      return [Math.round((sample * 255) / (2 ** depth - 1))];
    }
    const samples = Array.from(data.subarray(pixel * channels, (pixel + 1) * channels));
    if (palette) return palette[samples[0]!] ?? [0, 0, 0];
    return depth === 16 ? samples.map((value) => value >> 8) : samples;
  };
  for (let pixel = 0; pixel < grey.length; pixel++) {
    const samples = samplesOf(pixel);
    grey[pixel] =
      palette || channels >= 3 ? luma(samples[0]!, samples[1]!, samples[2]!) : samples[0]!;
  }
  return grey;
}

function run(input: Uint8Array): Outcome {
  try {
    const { width, height, grey, alpha } = decodePng(input);
    const pixels = width * height;
    if (grey.length !== pixels || (alpha ?? grey).length !== pixels) {
      throw new TypeError(`${width}x${height} pixels, but ${grey.length} of them`);
    }
    if (pixels < 2000) compare(grey, otherDecoder(input));
    const picture = decodePicture(input);
    if (picture.grey.length !== pixels || picture.alpha) throw new TypeError('it is not flat');
    return 'accepted';
  } catch (error) {
    // Whoever reads a picture puts this behind the file's name.
    const message = (error as Error).message;
    if ((error as Error).constructor !== Error || !/^(it|its) /.test(message)) throw error;
    checkSentence(message);
    return 'refused';
  }
}

function compare(grey: Uint8Array, other: Uint8Array | undefined): void {
  const differs = other?.findIndex((value, i) => value !== grey[i]) ?? -1;
  if (differs >= 0) {
    throw new TypeError(
      `pixel ${differs} is ${grey[differs]}, another decoder has ${other![differs]}`,
    );
  }
}

export const target: Target = {
  inputs: fc.oneof(
    { weight: 4, arbitrary: mutated(files) },
    { weight: 12, arbitrary: structured },
    { weight: 1, arbitrary: bombs },
    { weight: 1, arbitrary: noise([SIGNATURE, files[0]!.subarray(0, 33)]) },
  ),
  run,
};
