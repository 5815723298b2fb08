/** Bytes of a WebAssembly binary, or nested lists of them. */
export type Bytes = number | Uint8Array | readonly Bytes[];

/** Concatenates a nested list. */
export function flatten(bytes: Bytes): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(lengthOf(bytes));
  let at = 0;
  const write = (part: Bytes): void => {
    if (typeof part === 'number') result[at++] = part;
    else if (part instanceof Uint8Array) {
      result.set(part, at);
      at += part.length;
    } else for (const inner of part) write(inner);
  };
  write(bytes);
  return result;
}

function lengthOf(bytes: Bytes): number {
  if (typeof bytes === 'number') return 1;
  if (bytes instanceof Uint8Array) return bytes.length;
  return bytes.reduce((sum: number, part) => sum + lengthOf(part), 0);
}

/** Encodes an integer 0 .. 2^32 - 1 as unsigned LEB128. */
export function u32(value: number): number[] {
  const bytes = [];
  let rest = value >>> 0;
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return [...bytes, rest];
}

/** Encodes the low 32 bits of an integer as signed LEB128, as `i32.const` needs addresses from 2^31. */
export function s32(value: number): number[] {
  const bytes = [];
  let rest = value | 0;
  for (; rest < -64 || rest > 63; rest >>= 7) bytes.push((rest & 0x7f) | 0x80);
  return [...bytes, rest & 0x7f];
}

/** Encodes a count and the elements. */
export function vector(elements: readonly Bytes[]): Bytes {
  return [u32(elements.length), elements];
}

/** Encodes a length in bytes and the bytes. */
export function sized(bytes: Bytes): Bytes {
  const flat = flatten(bytes);
  return [u32(flat.length), flat];
}

export function name(text: string): Bytes {
  return sized(new TextEncoder().encode(text));
}
