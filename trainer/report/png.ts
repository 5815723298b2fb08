/** Small pictures as PNG, without a library. */
import { deflateSync } from 'node:zlib';
import { crc32 } from '@bd-edge/sdk/internal';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const GRAY = 0;
const RGB = 2;

interface Size {
  height: number;
  width: number;
  /** 1 or 3. */
  channels: number;
}

/**
 * Encodes an image.
 *
 * @param pixels height x width x channels bytes
 */
export function encodePng(pixels: Uint8Array, { height, width, channels }: Size): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, channels === 1 ? GRAY : RGB], 8);
  const row = width * channels;
  // Each row begins with the number of its filter: none.
  const rows = Buffer.alloc(height * (1 + row));
  for (let y = 0; y < height; y++) rows.set(pixels.subarray(y * row, (y + 1) * row), y * (1 + row) + 1);
  return Buffer.concat([
    Buffer.from(SIGNATURE),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}
