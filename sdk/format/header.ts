import * as layout from '../../assembly/layout.js';
import { crc32 } from './crc32.js';
import { require } from './rules.js';

/** A part of the file. */
export interface Section {
  offset: number;
  bytes: number;
}

/** The fields of the header, as far as they can be checked by themselves. */
export interface Header {
  sections: Section[];
  opCount: number;
  outputScale: number;
  arenaBytes: number;
  inputOffset: number;
  input: { height: number; width: number; channels: number };
}

/**
 * Reads and checks the header of a model.
 *
 * @throws {ModelError} for the first rule that the header breaks
 */
export function parseHeader(bytes: Uint8Array): Header {
  require(bytes.length >= layout.HEADER_BYTES, layout.INVALID_TRUNCATED);
  const file = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const u16 = (at: number) => file.getUint16(at, true);
  const u32 = (at: number) => file.getUint32(at, true);
  require(u32(layout.HEADER_MAGIC) === layout.MAGIC, layout.INVALID_MAGIC);
  const version = u32(layout.HEADER_VERSION);
  require(major(version) === major(layout.FORMAT_VERSION), layout.INVALID_VERSION);
  const fileBytes = u32(layout.HEADER_FILE_BYTES);
  require(fileBytes <= bytes.length, layout.INVALID_TRUNCATED);
  require(fileBytes === bytes.length, layout.INVALID_FILE_BYTES);
  const checksum = crc32(bytes.subarray(layout.CHECKSUM_START));
  require(u32(layout.HEADER_CHECKSUM) === checksum, layout.INVALID_CHECKSUM);
  // A newer minor version may use the reserved fields for parts that this reader does not need.
  if (version <= layout.FORMAT_VERSION) {
    const reserved = [layout.HEADER_RESERVED, layout.HEADER_TAIL, layout.HEADER_TAIL + 4];
    require(reserved.every((at) => u32(at) === 0), layout.INVALID_RESERVED);
  }

  const sections: Section[] = [];
  let end = layout.HEADER_BYTES;
  for (let index = 0; index < layout.SECTION_COUNT; index++) {
    const section = {
      offset: u32(layout.HEADER_SECTIONS + index * 8),
      bytes: u32(layout.HEADER_SECTIONS + index * 8 + 4),
    };
    const { offset } = section;
    require(offset % layout.SECTION_ALIGNMENT === 0 && offset >= end, layout.INVALID_SECTION);
    end = offset + section.bytes;
    require(end <= fileBytes, layout.INVALID_SECTION);
    sections.push(section);
  }
  const opCount = u16(layout.HEADER_OP_COUNT);
  require(opCount > 0 &&
    opCount <= layout.MAX_OPS &&
    sections[layout.SECTION_OPS].bytes === opCount * layout.OP_BYTES, layout.INVALID_OP_COUNT);
  const outputScale = file.getFloat32(layout.HEADER_OUTPUT_SCALE, true);
  require(outputScale > 0 && outputScale < Infinity, layout.INVALID_OUTPUT_SCALE);
  return {
    sections,
    opCount,
    outputScale,
    arenaBytes: u32(layout.HEADER_ARENA_BYTES),
    inputOffset: u32(layout.HEADER_INPUT_OFFSET),
    input: {
      height: u16(layout.HEADER_INPUT_HEIGHT),
      width: u16(layout.HEADER_INPUT_WIDTH),
      channels: u16(layout.HEADER_INPUT_CHANNELS),
    },
  };
}

function major(version: number): number {
  return version & layout.FORMAT_MAJOR_MASK;
}
