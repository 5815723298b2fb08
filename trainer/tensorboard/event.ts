/**
 * TensorBoard's events as protocol buffers, with the fields for scalars (TensorFlow, core/util/event.proto):
 *
 *     Event    1 wall_time: double   2 step: int64   3 file_version: string   5 summary: Summary
 *     Summary  1 value: repeated Value
 *     Value    1 tag: string   2 simple_value: float
 */

/** Encodes the first event of a file. */
export function fileVersionEvent(wallTime: number): Uint8Array {
  return concat([double(1, wallTime), text(3, 'brain.Event:2')]);
}

/**
 * Encodes an event with scalars.
 *
 * @param wallTime seconds since 1970
 * @param step an integer from 0
 * @param scalars values by tag
 */
export function scalarsEvent(wallTime: number, step: number, scalars: Record<string, number>): Uint8Array {
  const values = Object.entries(scalars).map(([tag, value]) =>
    bytes(1, concat([text(1, tag), float(2, value)])),
  );
  return concat([
    double(1, wallTime),
    concat([varint((2 << 3) | VARINT), varint(step)]),
    bytes(5, concat(values)),
  ]);
}

/** Wire types. */
const [VARINT, FIXED64, LENGTH, FIXED32] = [0, 1, 2, 5];

function double(field: number, value: number): Uint8Array {
  const fixed = new Uint8Array(8);
  new DataView(fixed.buffer).setFloat64(0, value, true);
  return concat([varint((field << 3) | FIXED64), fixed]);
}

function float(field: number, value: number): Uint8Array {
  const fixed = new Uint8Array(4);
  new DataView(fixed.buffer).setFloat32(0, value, true);
  return concat([varint((field << 3) | FIXED32), fixed]);
}

function text(field: number, value: string): Uint8Array {
  return bytes(field, new TextEncoder().encode(value));
}

function bytes(field: number, value: Uint8Array): Uint8Array {
  return concat([varint((field << 3) | LENGTH), varint(value.length), value]);
}

/** Encodes seven bits in each byte, the lowest first. All bytes but the last have the highest bit set. */
function varint(value: number): Uint8Array {
  const groups: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    groups.push((rest % 128) + (rest >= 128 ? 128 : 0));
    if (rest < 128) return Uint8Array.from(groups);
  }
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const result = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}
