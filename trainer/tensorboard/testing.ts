/** A reader of event files, for tests. */
import { maskedCrc } from './record.js';

export interface ReadEvent {
  wallTime: number;
  step: number;
  version?: string;
  scalars: Record<string, number>;
}

/** Reads events. @throws {Error} for a wrong length or checksum */
export function readEvents(file: Uint8Array): ReadEvent[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const events: ReadEvent[] = [];
  for (let at = 0; at < file.length; ) {
    const length = Number(view.getBigUint64(at, true));
    const data = file.subarray(at + 12, at + 12 + length);
    if (data.length !== length) throw new Error('a record is cut short');
    if (view.getUint32(at + 8, true) !== maskedCrc(file.subarray(at, at + 8))) throw new Error('length CRC');
    if (view.getUint32(at + 12 + length, true) !== maskedCrc(data)) throw new Error('data CRC');
    events.push(readEvent(data));
    at += 16 + length;
  }
  return events;
}

function readEvent(data: Uint8Array): ReadEvent {
  const event: ReadEvent = { wallTime: Number.NaN, step: 0, scalars: {} };
  for (const { field, value } of fields(data)) {
    if (field === 1) event.wallTime = view(value).getFloat64(0, true);
    if (field === 2) event.step = number(value);
    if (field === 3) event.version = new TextDecoder().decode(value);
    if (field !== 5) continue;
    for (const { value: scalar } of fields(value)) {
      const [tag, simple] = [...fields(scalar)].map((part) => part.value);
      // Every name is a valid tag, including '__proto__'.
      const value = view(simple).getFloat32(0, true);
      Object.defineProperty(event.scalars, new TextDecoder().decode(tag), { value, enumerable: true });
    }
  }
  return event;
}

function* fields(data: Uint8Array): Generator<{ field: number; value: Uint8Array }> {
  for (let at = 0; at < data.length; ) {
    const varint = () => {
      const start = at;
      while (data[at++] >= 128);
      return data.subarray(start, at);
    };
    const key = number(varint());
    const wire = key & 7;
    if (![0, 1, 2, 5].includes(wire)) throw new Error(`wire type ${wire}`);
    if (wire === 0) {
      yield { field: key >> 3, value: varint() };
      continue;
    }
    const length = wire === 1 ? 8 : wire === 5 ? 4 : number(varint());
    if (at + length > data.length) throw new Error('a field is cut short');
    yield { field: key >> 3, value: data.subarray(at, at + length) };
    at += length;
  }
}

function number(varint: Uint8Array): number {
  return varint.reduceRight((value, byte) => value * 128 + (byte & 127), 0);
}

function view({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
