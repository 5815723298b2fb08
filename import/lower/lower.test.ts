import { describe, expect, test } from 'vitest';
import { thrown } from '../../sdk/testing/throws.js';
import { measureAgreement } from '../agreement.js';
import { type ImportOptions, importOnnx } from '../import-onnx.js';
import { randomImages } from '../random-images.js';
import { OnnxWriter } from '../testing/onnx-writer.js';

const signs = (count: number, seed = 1) =>
  Array.from({ length: count }, (_, i) => ((i * 7 + seed * 3) % 5 < 2 ? 1 : -1));

/** A network of which a test writes the middle: 4x4 pixels of 2 channels, then bits, then 3 classes. */
function network(middle: (writer: OnnxWriter, bits: string) => string, values: number): Uint8Array {
  const writer = new OnnxWriter();
  const image = writer.input('image', ['batch', 2, 4, 4]);
  const shifted = writer.node('Sub', [image, writer.scalar(0.5)]);
  const bits = writer.node('BipolarQuant', [shifted, writer.scalar(1)]);
  const flat = writer.node('Flatten', [middle(writer, bits)]);
  const weights = writer.constant(signs(values * 3), [values, 3]);
  writer.output(writer.node('MatMul', [flat, weights]));
  return writer.finish();
}

async function differences(onnx: Uint8Array, options?: ImportOptions) {
  const imported = importOnnx(onnx, options);
  const { activationsDiffering, classesDiffering } = await measureAgreement(
    imported,
    randomImages(10, imported.model.input),
  );
  return activationsDiffering + classesDiffering;
}

const convolution = (writer: OnnxWriter, x: string, attributes = {}) =>
  writer.node('Conv', [x, writer.constant(signs(4 * 2 * 9), [4, 2, 3, 3])], attributes, { name: 'conv' });

describe('padding', () => {
  const padded = (writer: OnnxWriter, bits: string) =>
    writer.node('BipolarQuant', [convolution(writer, bits, { pads: [1, 1, 1, 1] }), writer.scalar(1)]);

  test('of -1 and 1 with 0 is rejected, and the error names the layer', () => {
    expect(thrown(() => importOnnx(network(padded, 64)))).toMatchObject({
      code: 'half-padding',
      node: 'conv',
    });
  });

  test('of -1 and 1 with 0 is exact with 16 bits', async () => {
    expect(await differences(network(padded, 64), { zeroPadding: 'int16' })).toBe(0);
  });
});

test('a residual sum of two quantizers with one scale is exact', async () => {
  const residual = (writer: OnnxWriter, bits: string) => {
    const quantized = (x: string) =>
      writer.node('Quant', [x, writer.scalar(0.5), writer.scalar(0), writer.scalar(4)], {
        signed: 1,
        narrow: 0,
      });
    const one = quantized(convolution(writer, bits));
    const other = quantized(writer.node('Conv', [bits, writer.constant(signs(72, 4), [4, 2, 3, 3])]));
    return writer.node('BipolarQuant', [writer.node('Add', [one, other]), writer.scalar(1)]);
  };
  expect(await differences(network(residual, 16))).toBe(0);
});

test('thresholds of FINN and a mean of the whole image are exact', async () => {
  const middle = (writer: OnnxWriter, bits: string) => {
    const thresholds = writer.constant(
      [0, 1, 2, 3].flatMap((c) => [c - 6, c - 2, c + 2]),
      [4, 3],
    );
    const levels = writer.node('MultiThreshold', [convolution(writer, bits), thresholds], {
      out_dtype: 'UINT2',
    });
    return writer.node('GlobalAveragePool', [levels]);
  };
  expect(await differences(network(middle, 4))).toBe(0);
});

test('biases of classes that are no multiples of the scale keep the order of the logits', async () => {
  const writer = new OnnxWriter();
  const image = writer.input('image', [1, 12]);
  const bits = writer.node('Sign', [writer.node('Sub', [image, writer.scalar(0.5)])]);
  const weights = writer.constant(signs(60), [5, 12]);
  const bias = writer.constant([0.3, -0.21, 0.77, 0.1, 0.3], [5]);
  writer.output(writer.node('Softmax', [writer.node('Gemm', [bits, weights, bias], { transB: 1 })]));
  const imported = importOnnx(writer.finish());
  expect(imported).toMatchObject({ roundedLogits: true, notes: [expect.stringContaining('Softmax')] });
  const agreement = await measureAgreement(imported, randomImages(300, imported.model.input));
  expect(agreement).toMatchObject({ activationsDiffering: 0, classesDiffering: 0, classesTied: 0 });
  expect(agreement.largestLogitError).toBeLessThan(1);
});

test('an image with channels last keeps its order', async () => {
  const writer = new OnnxWriter();
  const image = writer.input('image', [1, 6, 5, 3]);
  const moved = writer.node('Transpose', [image], { perm: [0, 3, 1, 2] });
  const sums = writer.node('Conv', [moved, writer.constant(signs(4 * 3 * 9), [4, 3, 3, 3])]);
  const back = writer.node('Transpose', [sums], { perm: [0, 2, 3, 1] });
  const bits = writer.node('Sign', [writer.node('Add', [back, writer.scalar(0.3)])]);
  const flat = writer.node('Reshape', [bits, writer.constant([-1, 48], [2], 'int64')]);
  writer.output(writer.node('MatMul', [flat, writer.constant(signs(48 * 3), [48, 3])]));
  const onnx = writer.finish();
  expect(importOnnx(onnx).model.input).toEqual({ height: 6, width: 5, channels: 3 });
  expect(await differences(onnx, { pixels: { low: -1, high: 1 } })).toBe(0);
});

describe('what has no exact form is rejected by the name of its node', () => {
  const attempt = (middle: (writer: OnnxWriter, bits: string) => string, values = 16) =>
    thrown(() => importOnnx(network(middle, values)));

  test.each<[string, string, (writer: OnnxWriter, bits: string) => string]>([
    ['unknown-op', 'it', (writer, x) => writer.node('Einsum', [x], {}, { name: 'it' })],
    ['unknown-op', 'it', (writer, x) => writer.node('Relu', [x], {}, { name: 'it', domain: 'my.own' })],
    ['unsupported-op', 'it', (writer, x) => writer.node('Abs', [x], {}, { name: 'it' })],
    ['unsupported-op', 'it', (writer, x) => writer.node('Mul', [x, x], {}, { name: 'it' })],
    ['unsupported-op', 'conv', (writer, x) => convolution(writer, x, { dilations: [2, 2] })],
    ['unsupported-op', 'conv', (writer, x) => convolution(writer, x, { kernel_shape: [3, 3], strides: [1] })],
    ['missing-tensor', 'it', (writer) => writer.node('Relu', ['nowhere'], {}, { name: 'it' })],
    [
      'weights-not-quantized',
      'it',
      (writer, x) => {
        const weights = Array.from({ length: 8 }, (_, i) => Math.sin(i + 1));
        return writer.node('Conv', [x, writer.constant(weights, [4, 2, 1, 1])], {}, { name: 'it' });
      },
    ],
    [
      'uneven-levels',
      'it',
      (writer, x) => {
        const smooth = writer.node('Sigmoid', [convolution(writer, x)]);
        return writer.node('Conv', [smooth, writer.constant(signs(4), [1, 4, 1, 1])], {}, { name: 'it' });
      },
    ],
    [
      'not-quantized',
      'it',
      (writer, x) => {
        const weights = Array.from({ length: 72 }, (_, i) => i + 1);
        const sums = writer.node('Relu', [writer.node('Conv', [x, writer.constant(weights, [4, 2, 3, 3])])]);
        return writer.node('Conv', [sums, writer.constant(signs(4), [1, 4, 1, 1])], {}, { name: 'it' });
      },
    ],
  ])('%s %s', (code, node, middle) => {
    expect(attempt(middle)).toMatchObject({ name: 'ImportError', code, node });
  });

  test('cyclic-graph', () => {
    const writer = new OnnxWriter();
    writer.input('x', [1, 4]);
    // Each node reads what the other gives.
    const [first, second] = ['Relu0', 'Relu1'];
    expect(writer.node('Relu', [second])).toBe(first);
    writer.node('Relu', [first]);
    writer.output(first);
    expect(thrown(() => importOnnx(writer.finish()))).toMatchObject({ code: 'cyclic-graph', opType: 'Relu' });
  });

  test.each<[string, (number | string)[][]]>([
    ['dynamic-shape', [[1, 'values']]],
    ['unsupported-input', [[4, 8]]],
    ['unsupported-input', [[1, 2, 3, 4, 5]]],
    [
      'several-inputs',
      [
        [1, 4],
        [1, 4],
      ],
    ],
  ])('%s %j', (code, inputs) => {
    const writer = new OnnxWriter();
    const [first, ...others] = inputs.map((dims, i) => writer.input(`input${i}`, dims));
    writer.output(
      others.reduce((sum, name) => writer.node('Add', [sum, name]), writer.node('Relu', [first])),
    );
    expect(thrown(() => importOnnx(writer.finish())).code).toBe(code);
  });
});
