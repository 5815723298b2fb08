import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { codeOf, thrown } from '../../sdk/testing/throws.js';
import { ImportError } from '../errors.js';
import { importOnnx } from '../import-onnx.js';
import { OnnxWriter, tensor } from '../testing/onnx-writer.js';
import { randomNetwork } from '../testing/random-network.js';
import { readModel } from './read-model.js';

test('a model is read with its nodes, initializers, inputs and outputs', () => {
  const writer = new OnnxWriter();
  const x = writer.input('x', ['batch', 3]);
  const c = writer.constant([1, -2, 3], [3], 'int8');
  writer.output(
    writer.node('Gemm', [x, c], { transB: 1, alpha: { float: 0.5 }, perm: [1, 0] }, { name: 'dense' }),
  );
  const { opset, nodes, initializers, inputs, outputs } = readModel(writer.finish(17));
  expect({ opset, inputs, outputs }).toEqual({
    opset: 17,
    inputs: [{ name: 'x', dims: [undefined, 3] }],
    outputs: [{ name: 'Gemm1', dims: [] }],
  });
  expect(initializers.get(c)).toEqual({ dims: [3], data: Float64Array.of(1, -2, 3), type: 'int8' });
  expect(nodes).toMatchObject([{ name: 'dense', opType: 'Gemm', inputs: ['x', c], outputs: ['Gemm1'] }]);
  const [{ attributes }] = nodes;
  expect([attributes.int('transB', 0), attributes.float('alpha', 1), attributes.ints('perm')]).toEqual([
    1,
    0.5,
    [1, 0],
  ]);
});

test('an initializer that is listed as an input is none', () => {
  const writer = new OnnxWriter();
  writer.input('x', [1, 1]);
  writer.input(writer.scalar(1), []);
  expect(readModel(writer.finish()).inputs.map(({ name }) => name)).toEqual(['x']);
});

test.each([
  ['nothing', new Uint8Array()],
  ['text', new TextEncoder().encode('<!DOCTYPE html>')],
  ['a truncated model', randomNetwork(1, 'qonnx').subarray(0, 300)],
])('%s is rejected', (_, bytes) => {
  expect(codeOf(() => readModel(bytes))).toBe('invalid-onnx');
});

/** A model with one more tensor. */
function withTensor(bytes: Uint8Array): Uint8Array {
  const writer = new OnnxWriter();
  writer.raw(5, bytes);
  return writer.finish();
}

/** Appends a field to a message. */
const field = (number: number, value: number) =>
  new BinaryWriter().tag(number, WireType.Varint).int64(value).finish();
const joined = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));

test.each([
  ['external-data', joined(tensor('weights', [], [0]), field(14, 1))],
  ['unsupported-type', joined(tensor('weights', [1], [1]), field(2, 8))],
  ['invalid-tensor', tensor('weights', [1, 2, 3], [2, 2])],
  ['invalid-tensor', tensor('weights', [1], [-1])],
  ['invalid-tensor', tensor('weights', [1], [2 ** 40])],
  ['too-large', tensor('weights', [1], [2 ** 13, 2 ** 13])],
])('%s: the error names the tensor', (code, bytes) => {
  expect(thrown(() => readModel(withTensor(bytes)))).toMatchObject({ code, node: 'weights' });
});

test('mutants give a network or an error of this package', () => {
  const original = randomNetwork(5, 'qcdq');
  const place = fc.nat({ max: original.length - 1 });
  const change = fc.record({ at: place, byte: fc.nat({ max: 255 }) });
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), place, (changes, end) => {
      const mutant = original.slice(0, end % 3 === 0 ? end : original.length);
      for (const { at, byte } of changes) if (at < mutant.length) mutant[at] = byte;
      try {
        importOnnx(mutant);
      } catch (error) {
        expect(error).toBeInstanceOf(ImportError);
      }
    }),
    { numRuns: 1000 },
  );
});
