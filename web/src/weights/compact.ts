/**
 * Weights in a quarter of the bytes: matrices as int8 with one scale a row, biases as float32.
 * The file: the length of the header (u32, little-endian), the header (JSON), then for each tensor its
 * scales (float32, one a row) and its numbers, each part beginning at a multiple of 4 bytes. The header also says how
 * the network was trained, which the learner needs, but leaves out the running statistics.
 */
import { type Checkpoint, type Tensor, tensorSpecs, UserError } from 'mann';

interface Header {
  readonly format: 1;
  readonly config: Checkpoint['config'];
  readonly step: number;
  readonly training?: Checkpoint['training'];
}

const padded = (bytes: number) => Math.ceil(bytes / 4) * 4;

/** The bytes of a compact file. */
export function pack({ config, step, training, parameters }: Checkpoint): Uint8Array<ArrayBuffer> {
  const statistics = { losses: [], correct: [], total: [] };
  const header: Header = {
    format: 1,
    config,
    step,
    ...(training && { training: { ...training, statistics } }),
  };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const parts: Uint8Array[] = [new Uint8Array(Uint32Array.of(text.length).buffer), text];
  for (const { name, shape } of tensorSpecs(config)) {
    const { data } = parameters.get(name)!;
    if (shape.length === 1) {
      parts.push(new Uint8Array(Float32Array.from(data).buffer));
    } else {
      const { scales, numbers } = quantise(data, data.length / shape.at(-1)!);
      parts.push(new Uint8Array(scales.buffer), new Uint8Array(numbers.buffer));
    }
  }
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + padded(part.length), 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += padded(part.length);
  }
  return bytes;
}

/**
 * Reads a compact file.
 * @throws UserError when it is none, or a damaged one
 */
export function unpack(buffer: ArrayBuffer): Checkpoint {
  const { start, ...header } = readHeader(buffer);
  const parameters = new Map<string, Tensor>();
  let at = start;
  const take = (bytes: number) => {
    const from = at;
    at += padded(bytes);
    if (at > buffer.byteLength) throw damaged('it ends too soon');
    return from;
  };
  for (const { name, shape, size } of tensorSpecs(header.config)) {
    if (shape.length === 1) {
      parameters.set(name, { shape, data: new Float32Array(buffer, take(4 * size), size).slice() });
      continue;
    }
    const columns = shape.at(-1)!;
    const rows = size / columns;
    const scales = new Float32Array(buffer, take(4 * rows), rows);
    const numbers = new Int8Array(buffer, take(size), size);
    const data = new Float32Array(size);
    for (let i = 0; i < size; i++) data[i] = scales[Math.floor(i / columns)]! * numbers[i]!;
    parameters.set(name, { shape, data });
  }
  if (at !== buffer.byteLength) throw damaged('it is too long');
  return { ...header, parameters };
}

function readHeader(buffer: ArrayBuffer) {
  try {
    const length = new DataView(buffer).getUint32(0, true);
    const text = new TextDecoder().decode(new Uint8Array(buffer, 4, length));
    const { format, ...header } = JSON.parse(text) as Header;
    if (format !== 1) throw new Error(`format ${format}`);
    return { ...header, start: 4 + padded(length) };
  } catch (error) {
    throw damaged(String(error));
  }
}

function quantise(data: ArrayLike<number>, rows: number) {
  const columns = data.length / rows;
  const scales = new Float32Array(rows);
  const numbers = new Int8Array(data.length);
  for (let row = 0; row < rows; row++) {
    let largest = 0;
    for (let i = row * columns; i < (row + 1) * columns; i++) {
      largest = Math.max(largest, Math.abs(data[i]!));
    }
    const scale = Math.fround(largest / 127);
    scales[row] = scale;
    for (let i = row * columns; scale > 0 && i < (row + 1) * columns; i++) {
      numbers[i] = Math.max(-127, Math.min(127, Math.round(data[i]! / scale)));
    }
  }
  return { scales, numbers };
}

function damaged(why: string): UserError {
  return new UserError(`these weights cannot be read: ${why}`);
}
