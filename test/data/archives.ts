import { crc32, deflateRawSync } from 'node:zlib';

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
}

/** Writes a zip archive. */
export function zipOf(files: Iterable<ZipFile>): Buffer {
  const body: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, data, packed, mode = 0o100644, flags = 0, method, claims } of files) {
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
    const tail = Buffer.alloc(14); // from the length of the comment on
    tail.writeUInt32LE((mode << 16) >>> 0, 6);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\x01\x02'), Buffer.from([20, 3]), common, tail, path);
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
  return Buffer.concat([...body, index, end]);
}
