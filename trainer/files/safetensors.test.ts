import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { thrown } from '../../sdk/testing/throws.js';
import { encodeSafetensors, parseSafetensors, type Tensor } from './safetensors.js';

const encode = (file: Parameters<typeof encodeSafetensors>[0]) =>
  new Uint8Array(Buffer.concat(encodeSafetensors(file)));

const values = fc.oneof(
  fc.float32Array({ maxLength: 12 }),
  fc.int8Array({ maxLength: 12 }),
  fc.uint8Array({ maxLength: 12 }),
);
const tensor = values.chain((values): fc.Arbitrary<Tensor> => {
  const shapes = [[values.length], [1, values.length], ...(values.length === 1 ? [[]] : [])];
  return fc.constantFrom(...shapes).map((shape) => ({ shape, values }));
});
const mapOf = <T>(value: fc.Arbitrary<T>) =>
  fc
    .uniqueArray(fc.tuple(fc.string({ unit: 'binary' }), value), { selector: ([name]) => name, maxLength: 5 })
    .map(
      (entries) =>
        new Map(entries.filter(([name]) => name !== '__metadata__' && !/\p{Surrogate}/u.test(name))),
    );
const files = fc.record({ metadata: mapOf(fc.string()), tensors: mapOf(tensor) });

/** A file of any header, as text or a value. */
function fileOf(header: unknown, data: Uint8Array = new Uint8Array(), length?: bigint) {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(length ?? BigInt(json.length));
  return new Uint8Array(Buffer.concat([size, json, data]));
}

describe('a file', () => {
  it('is read as it was written, to the bit, from any offset in memory', () => {
    fc.assert(
      fc.property(files, fc.nat(9), (file, offset) => {
        const bytes = encode(file);
        const memory = new Uint8Array(offset + bytes.length);
        memory.set(bytes, offset);
        const read = parseSafetensors(memory.subarray(offset), 'some');
        expect(new Map(read.metadata)).toEqual(file.metadata);
        expect(new Map(read.tensors)).toEqual(file.tensors);
      }),
    );
  });

  it('has the layout of the format', () => {
    const tensors = new Map([['w', { shape: [1, 2], values: Float32Array.of(1, 2) }]]);
    const bytes = encode({ metadata: new Map([['a', 'b']]), tensors });
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    expect(JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)))).toEqual({
      __metadata__: { a: 'b' },
      w: { dtype: 'F32', shape: [1, 2], data_offsets: [0, 8] },
    });
    expect(bytes.subarray(8 + length)).toEqual(Uint8Array.of(0, 0, 128, 63, 0, 0, 0, 64));
  });

  it('may have its tensors in any order, and no metadata', () => {
    const header = {
      b: { dtype: 'U8', shape: [2], data_offsets: [1, 3] },
      a: { dtype: 'I8', shape: [], data_offsets: [0, 1] },
    };
    const { tensors, metadata } = parseSafetensors(fileOf(header, Uint8Array.of(255, 2, 3)), 'some');
    expect(metadata.size).toBe(0);
    expect([...tensors]).toEqual([
      ['b', { shape: [2], values: Uint8Array.of(2, 3) }],
      ['a', { shape: [], values: Int8Array.of(-1) }],
    ]);
  });
});

const two = { dtype: 'U8', shape: [2], data_offsets: [0, 2] };
const bytes = Uint8Array.of(1, 2);

it.each([
  ['no bytes', new Uint8Array()],
  ['a header that is longer than the file', fileOf('{}', bytes, 5n)],
  ['a header above the limit', fileOf('{}', bytes, 2n ** 63n)],
  ['a header that is not JSON', fileOf('{"a":', bytes)],
  ['a header that is not an object', fileOf('[]')],
  ['a header that does not begin with {', fileOf(' {}')],
  ['a header that is not UTF-8', fileOf('{}').map((byte, i) => (i === 8 ? 255 : byte))],
  ['a name twice', fileOf(`{"a":${JSON.stringify(two)},"\\u0061":${JSON.stringify(two)}}`, bytes)],
  ['a field twice', fileOf('{"a":{"dtype":"U8","dtype":"U8","shape":[2],"data_offsets":[0,2]}}', bytes)],
  ['a dtype that is not known', fileOf({ a: { ...two, dtype: 'F64' } }, bytes)],
  ['a dtype that every object has', fileOf({ a: { ...two, dtype: 'toString' } }, bytes)],
  ['a field that is not known', fileOf({ a: { ...two, more: 1 } }, bytes)],
  ['a missing field', fileOf({ a: { dtype: 'U8', shape: [2] } }, bytes)],
  ['a tensor that is not an object', fileOf({ a: 1 }, bytes)],
  ['a negative size', fileOf({ a: { ...two, shape: [-2] } }, bytes)],
  ['a shape that overflows', fileOf({ a: { ...two, shape: [2 ** 52, 2 ** 52] } }, bytes)],
  ['a shape that is not integers', fileOf({ a: { ...two, shape: [2.5] } }, bytes)],
  ['one offset', fileOf({ a: { ...two, data_offsets: [2] } }, bytes)],
  ['a shape that needs other bytes', fileOf({ a: { ...two, shape: [1] } }, bytes)],
  ['an end before the begin', fileOf({ a: { ...two, shape: [0], data_offsets: [2, 0] } }, bytes)],
  ['a tensor beyond the end', fileOf({ a: { ...two, shape: [3], data_offsets: [0, 3] } }, bytes)],
  ['overlapping tensors', fileOf({ a: two, b: { ...two, data_offsets: [1, 3] } }, Uint8Array.of(1, 2, 3))],
  ['a gap between tensors', fileOf({ a: { ...two, data_offsets: [1, 3] } }, Uint8Array.of(1, 2, 3))],
  ['bytes after the last tensor', fileOf({ a: two }, Uint8Array.of(1, 2, 3))],
  ['metadata that is not text', fileOf({ __metadata__: { a: 1 } })],
  ['metadata that is not an object', fileOf({ __metadata__: 'a' })],
])('rejects %s', (_, file) => {
  expect(thrown(() => parseSafetensors(file, 'some'))).toMatchObject({
    ...{ name: 'FileError', code: 'invalid-safetensors', path: 'some' },
  });
});

it('reads or rejects any bytes, and throws nothing else', () => {
  const base = encode({ metadata: new Map(), tensors: new Map([['a', { shape: [2], values: bytes }]]) });
  fc.assert(
    fc.property(fc.nat(base.length - 1), fc.nat(255), fc.nat(base.length), (at, byte, end) => {
      const changed = base.slice();
      changed[at] = byte;
      for (const file of [changed, changed.subarray(0, end)]) {
        try {
          parseSafetensors(file, 'some');
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid-safetensors' });
        }
      }
    }),
    { numRuns: 500 },
  );
});
