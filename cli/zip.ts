import { deflateRawSync } from 'node:zlib';
import { crc32 } from '@bd-edge/sdk/internal';

/** 1980-01-01, the first date of the format: the same files give the same archive. */
const DATE = 0x21;
const DEFLATE = 8;
const UTF8_NAMES = 1 << 11;
/** Made by Unix, so that permissions count: a regular file, which all can read. */
const UNIX = (3 << 8) | 20;
const MODE = 0o100644 << 16;

/** Makes a zip archive of texts by their paths. */
export function zip(files: ReadonlyMap<string, string>): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const [path, text] of files) {
    const name = Buffer.from(path);
    const content = Buffer.from(text);
    const packed = deflateRawSync(content, { level: 9 });
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0); // the version that can extract it
    common.writeUInt16LE(UTF8_NAMES, 2);
    common.writeUInt16LE(DEFLATE, 4);
    common.writeUInt16LE(DATE, 8);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = [Buffer.from('PK\x03\x04'), common, name, packed];
    const end = Buffer.alloc(14);
    end.writeUInt32LE(MODE >>> 0, 6);
    end.writeUInt32LE(at, 10);
    directory.push(Buffer.from('PK\x01\x02'), uint16(UNIX), common, end, name);
    parts.push(...local);
    at += local.reduce((sum, { length }) => sum + length, 0);
  }
  const directoryBytes = directory.reduce((sum, { length }) => sum + length, 0);
  const tail = Buffer.alloc(18);
  tail.writeUInt16LE(files.size, 4);
  tail.writeUInt16LE(files.size, 6);
  tail.writeUInt32LE(directoryBytes, 8);
  tail.writeUInt32LE(at, 12);
  return Buffer.concat([...parts, ...directory, Buffer.from('PK\x05\x06'), tail]);
}

function uint16(value: number): Uint8Array {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}
