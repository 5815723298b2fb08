import { ImportError } from '../errors.js';
import { countOf, MAX_ELEMENTS, type NdArray } from '../evaluate/nd-array.js';
import { append, readFields } from './fields.js';

interface DataType {
  name: string;
  /** Bits of an element in `raw_data`. */
  bits: number;
  read(view: DataView, index: number): number;
}

/** The elements of `raw_data`, little-endian, by the code of their type. */
const TYPES: Readonly<Record<number, DataType>> = {
  1: { name: 'float', bits: 32, read: (view, i) => view.getFloat32(4 * i, true) },
  2: { name: 'uint8', bits: 8, read: (view, i) => view.getUint8(i) },
  3: { name: 'int8', bits: 8, read: (view, i) => view.getInt8(i) },
  4: { name: 'uint16', bits: 16, read: (view, i) => view.getUint16(2 * i, true) },
  5: { name: 'int16', bits: 16, read: (view, i) => view.getInt16(2 * i, true) },
  6: { name: 'int32', bits: 32, read: (view, i) => view.getInt32(4 * i, true) },
  7: { name: 'int64', bits: 64, read: (view, i) => Number(view.getBigInt64(8 * i, true)) },
  9: { name: 'bool', bits: 8, read: (view, i) => view.getUint8(i) },
  10: { name: 'float16', bits: 16, read: (view, i) => halfFloat(view.getUint16(2 * i, true)) },
  11: { name: 'double', bits: 64, read: (view, i) => view.getFloat64(8 * i, true) },
  12: { name: 'uint32', bits: 32, read: (view, i) => view.getUint32(4 * i, true) },
  13: { name: 'uint64', bits: 64, read: (view, i) => Number(view.getBigUint64(8 * i, true)) },
  21: { name: 'uint4', bits: 4, read: (view, i) => nibble(view, i) },
  22: { name: 'int4', bits: 4, read: (view, i) => (nibble(view, i) ^ 8) - 8 },
};
const FLOAT16 = 10;
const EXTERNAL = 1;

function nibble(view: DataView, index: number): number {
  return (view.getUint8(index >> 1) >> (4 * (index & 1))) & 15;
}

/** Returns the number that 16 bits of IEEE 754 stand for. */
function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/**
 * Reads a TensorProto. The elements are decoded when `array` is called.
 *
 * @throws {ImportError} `external-data`; `array` throws `unsupported-type`, `invalid-tensor`, `too-large`
 */
export function readTensor(bytes: Uint8Array): { name: string; array: () => NdArray } {
  let name = '';
  let type = 0;
  let raw: Uint8Array | undefined;
  let isExternal = false;
  const dims: number[] = [];
  const values: number[] = [];
  readFields(bytes, {
    1: (field) => append(dims, field.integers()),
    2: (field) => {
      type = field.integer();
    },
    4: (field) => append(values, field.floats()),
    5: (field) => append(values, field.integers()),
    7: (field) => append(values, field.integers()),
    8: (field) => {
      name = field.text();
    },
    9: (field) => {
      raw = field.bytes();
    },
    10: (field) => append(values, field.doubles()),
    11: (field) => append(values, field.integers()),
    13: () => {
      isExternal = true;
    },
    14: (field) => {
      isExternal = field.integer() === EXTERNAL || isExternal;
    },
  });
  if (isExternal)
    throw new ImportError(
      'external-data',
      `The tensor "${name}" is in another file; save the model as one file, with save_as_external_data=False.`,
      { node: name },
    );
  return { name, array: () => decode(name, type, dims, raw, values) };
}

function decode(
  name: string,
  code: number,
  dims: readonly number[],
  raw: Uint8Array | undefined,
  values: readonly number[],
): NdArray {
  const type = TYPES[code];
  if (!type)
    throw new ImportError(
      'unsupported-type',
      `The tensor "${name}" has elements of the unsupported type ${code}.`,
      {
        node: name,
      },
    );
  if (!dims.every((size) => Number.isInteger(size) && size >= 0 && size <= MAX_ELEMENTS))
    throw invalid(name, `its shape is ${dims.join(' x ')}`);
  const count = countOf(dims);
  if (count > MAX_ELEMENTS)
    throw new ImportError(
      'too-large',
      `The tensor "${name}" has ${count} elements; at most ${MAX_ELEMENTS} are read.`,
      {
        node: name,
      },
    );
  if (raw === undefined) {
    if (values.length !== count) throw invalid(name, `it has ${values.length} of ${count} elements`);
    return {
      dims: [...dims],
      data: code === FLOAT16 ? Float64Array.from(values, halfFloat) : Float64Array.from(values),
      type: type.name,
    };
  }
  if (raw.length !== Math.ceil((count * type.bits) / 8))
    throw invalid(name, `${count} elements of ${type.name} do not have ${raw.length} bytes`);
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  return {
    dims: [...dims],
    data: Float64Array.from({ length: count }, (_, i) => type.read(view, i)),
    type: type.name,
  };
}

function invalid(name: string, reason: string): ImportError {
  return new ImportError('invalid-tensor', `The tensor "${name}" is damaged: ${reason}.`, { node: name });
}
