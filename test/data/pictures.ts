import { crc32, deflateSync } from 'node:zlib';

/** A PNG to encode: what it holds, sample by sample. */
export interface PngPlan {
  width: number;
  height: number;
  depth: number;
  /** 0 grey, 2 colour, 3 palette, 4 grey and opacity, 6 colour and opacity. */
  colourType: number;
  sample(x: number, y: number, channel: number): number;
  interlaced?: boolean;
  palette?: number[];
  transparency?: number[];
}

/** What every PNG begins with. */
export const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);

const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
];

const CHANNELS: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** Encodes any kind of PNG, with the five filters in turn: what fast-png cannot. */
export function pngOf(plan: PngPlan): Buffer {
  const { width, height, depth, colourType, sample } = plan;
  const channels = CHANNELS[colourType]!;
  const step = Math.max((depth * channels) >> 3, 1);
  const lines: number[] = [];
  for (const [x0, y0, dx, dy] of plan.interlaced ? ADAM7 : [[0, 0, 1, 1]]) {
    let above: number[] = [];
    let filter = 0;
    if (x0! >= width) continue;
    for (let y = y0!; y < height; y += dy!) {
      let bits = '';
      for (let x = x0!; x < width; x += dx!) {
        for (let c = 0; c < channels; c++) bits += sample(x, y, c).toString(2).padStart(depth, '0');
      }
      const line = bits.match(/.{1,8}/g)!.map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2));
      lines.push(
        filter,
        ...line.map((byte, i) => (byte - guess(filter, line, above, i, step)) & 255),
      );
      filter = (filter + 1) % 5;
      above = line;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colourType, 0, 0, plan.interlaced ? 1 : 0], 8);
  const data = deflateSync(Buffer.from(lines));
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    ...(plan.palette ? [chunk('PLTE', Buffer.from(plan.palette))] : []),
    ...(plan.transparency ? [chunk('tRNS', Buffer.from(plan.transparency))] : []),
    chunk('IDAT', data.subarray(0, 10)),
    chunk('IDAT', data.subarray(10)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function guess(filter: number, line: number[], above: number[], i: number, step: number): number {
  const a = line[i - step] ?? 0;
  const b = above[i] ?? 0;
  const c = above[i - step] ?? 0;
  if (filter === 4) {
    const distance = (value: number) => Math.abs(a + b - c - value);
    return [a, b, c].reduce((best, next) => (distance(next) < distance(best) ? next : best));
  }
  return [0, a, b, (a + b) >> 1][filter]!;
}

/** A chunk of a PNG, with its checksum. */
export function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const result = Buffer.alloc(body.length + 8);
  result.writeUInt32BE(data.length, 0);
  result.set(body, 4);
  result.writeUInt32BE(crc32(body), body.length + 4);
  return result;
}
