import { crc32, deflateRawSync } from 'node:zlib';
import { pngOf } from './pictures.js';

/** A file to put in an archive. */
export interface ZipFile {
  name: string;
  data: Uint8Array;
  packed?: boolean;
  /** Unix's mode bits. */
  mode?: number;
  /** General purpose bits: 1 is encrypted. */
  flags?: number;
  method?: number;
  /** The size that the archive claims, where it is not the true one. */
  claims?: number;
  /** Where the archive's directory says that the file begins, where that is not so. */
  at?: number;
  /** Extra fields in the archive's directory. */
  extra?: Buffer;
}

/** Writes a zip archive, with a comment at its end. */
export function zipOf(files: Iterable<ZipFile>, comment: Uint8Array = Buffer.alloc(0)): Buffer {
  const body: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const {
    name,
    data,
    packed,
    mode = 0o100644,
    flags = 0,
    method,
    claims,
    at,
    ...more
  } of files) {
    const path = Buffer.from(name);
    const stored = packed ? deflateRawSync(data) : Buffer.from(data);
    const common = Buffer.alloc(26); // from "version needed" to the length of the extra field
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(flags, 2);
    common.writeUInt16LE(method ?? (packed ? 8 : 0), 4);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(stored.length, 14);
    common.writeUInt32LE(claims ?? data.length, 18);
    common.writeUInt16LE(path.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, path, stored]);
    const extra = more.extra ?? Buffer.alloc(0);
    const central = Buffer.from(common);
    central.writeUInt16LE(extra.length, 24);
    const tail = Buffer.alloc(14); // from the length of the comment on
    tail.writeUInt32LE((mode << 16) >>> 0, 6);
    tail.writeUInt32LE(at ?? offset, 10);
    directory.push(Buffer.from('PK\x01\x02'), Buffer.from([20, 3]), central, tail, path, extra);
    body.push(local);
    offset += local.length;
  }
  const index = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(body.length, 8);
  end.writeUInt16LE(body.length, 10);
  end.writeUInt32LE(index.length, 12);
  end.writeUInt32LE(offset, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...body, index, end, comment]);
}

/** A white picture. */
export const square = (side: number): Buffer =>
  pngOf({ width: side, height: side, depth: 1, colourType: 0, sample: () => 1 });

/** The files of a half in the shape of Omniglot's, all drawings the same. */
export function omniglotHalf(name: string, alphabets: number, classes: number): ZipFile[] {
  const blank = square(105);
  const files: ZipFile[] = [];
  for (let c = 0; c < classes; c++) {
    const alphabet = `${name.slice(7)}_${String(c % alphabets).padStart(2, '0')}`;
    const character = String(Math.floor(c / alphabets) + 1).padStart(2, '0');
    for (let d = 1; d <= 20; d++) {
      const drawing = `${String(c + 1).padStart(4, '0')}_${String(d).padStart(2, '0')}.png`;
      files.push({ name: `${name}/${alphabet}/character${character}/${drawing}`, data: blank });
    }
  }
  return files;
}
