// Reads the parts of ELF files for 32-bit little-endian processors that images and sizes need.

const LOADED = 1;
const SYMBOL_TABLE = 2;
const WITHOUT_BYTES = 8;
const ALLOCATED = 2;

/**
 * Parses an ELF file.
 *
 * @param {Uint8Array} file an ELF file, 32-bit, little-endian
 * @returns {{
 *   segments: { address: number, fileOffset: number, bytes: Uint8Array }[],
 *   sections: { name: string, address: number, size: number, allocated: boolean, stored: boolean }[],
 *   symbols: { name: string, address: number, size: number }[],
 * }} segments to load with their physical addresses, sorted; sections in the file's order; symbols sorted by address
 */
export function parseElf(file) {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const u16 = (at) => view.getUint16(at, true);
  const u32 = (at) => view.getUint32(at, true);
  if (u32(0) !== 0x464c457f || file[4] !== 1 || file[5] !== 1)
    throw new Error('The file is not an ELF file for a 32-bit little-endian processor.');

  const segments = rows(u32(28), u16(42), u16(44))
    .map((at) => ({ type: u32(at), fileOffset: u32(at + 4), address: u32(at + 12), size: u32(at + 16) }))
    .filter(({ type, size }) => type === LOADED && size > 0)
    .map(({ address, fileOffset, size }) => ({
      address,
      fileOffset,
      bytes: file.subarray(fileOffset, fileOffset + size),
    }))
    .sort((a, b) => a.address - b.address);

  const headers = rows(u32(32), u16(46), u16(48)).map((at) => ({
    name: u32(at),
    type: u32(at + 4),
    flags: u32(at + 8),
    address: u32(at + 12),
    offset: u32(at + 16),
    size: u32(at + 20),
    link: u32(at + 24),
  }));
  const text = (table, at) => {
    const start = headers[table].offset + at;
    return new TextDecoder().decode(file.subarray(start, file.indexOf(0, start)));
  };
  const names = u16(50);
  const sections = headers.slice(1).map(({ name, type, flags, address, size }) => ({
    name: text(names, name),
    address,
    size,
    allocated: (flags & ALLOCATED) !== 0,
    stored: type !== WITHOUT_BYTES,
  }));
  const symbols = headers
    .filter(({ type }) => type === SYMBOL_TABLE)
    .flatMap(({ offset, size, link }) =>
      rows(offset, 16, size / 16).map((at) => ({
        name: text(link, u32(at)),
        address: u32(at + 4),
        size: u32(at + 8),
      })),
    )
    .filter(({ name }) => name !== '')
    .sort((a, b) => a.address - b.address || (a.name < b.name ? -1 : 1));
  return { segments, sections, symbols };
}

/**
 * Returns the bytes for flash from the lowest address of the segments on; bytes in between are 0xff, like erased flash.
 *
 * @param {{ address: number, bytes: Uint8Array }[]} segments sorted by address
 * @returns {{ address: number, bytes: Uint8Array }}
 */
export function flatten(segments) {
  const address = segments[0].address;
  const end = Math.max(...segments.map((segment) => segment.address + segment.bytes.length));
  const bytes = new Uint8Array(end - address).fill(0xff);
  for (const segment of segments) bytes.set(segment.bytes, segment.address - address);
  return { address, bytes };
}

const rows = (start, size, count) => Array.from({ length: count }, (_, i) => start + i * size);
