/**
 * TFRecord, TensorFlow's frames of messages in a file:
 *
 *     u64 length | u32 masked CRC-32C of the length's 8 bytes | the bytes | u32 masked CRC-32C of the bytes
 *
 * A CRC is masked, ((crc >> 15) | (crc << 17)) + 0xa282ead8, because a CRC of data that contains CRCs is weak.
 * Source: TensorFlow, core/lib/io/record_writer.h.
 */
import { crc32c } from './crc32c.js';

/** Frames a message. */
export function tfRecord(data: Uint8Array): Uint8Array {
  const record = new Uint8Array(8 + 4 + data.length + 4);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc(record.subarray(0, 8)), true);
  record.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc(data), true);
  return record;
}

/** Returns the masked CRC of bytes. */
export function maskedCrc(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
