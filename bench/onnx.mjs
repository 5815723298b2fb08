/**
 * Writes ONNX models, as much as the peers' networks need: protobuf messages by hand, so that nothing has to be
 * installed for it. Field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */

const UINT8 = 2;
const TYPES = { float32: 1, uint8: UINT8, int8: 3, int32: 6, int64: 7 };

function varint(value) {
  const bytes = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return [...bytes, Number(rest)];
}

const number = (field, value) => Buffer.from([...varint(field << 3), ...varint(value)]);
const chunk = (field, bytes) =>
  Buffer.concat([Buffer.from([...varint((field << 3) | 2), ...varint(bytes.length)]), bytes]);
const text = (field, value) => chunk(field, Buffer.from(value));
const message = (...parts) => Buffer.concat(parts.flat());

function tensor(name, type, dims, array) {
  const raw = Buffer.from(array.buffer, array.byteOffset, array.byteLength);
  return message(
    dims.map((dim) => number(1, dim)),
    number(2, TYPES[type]),
    text(8, name),
    chunk(9, raw),
  );
}

function valueInfo(name, type, dims) {
  const shape = message(dims.map((dim) => chunk(1, number(1, dim))));
  const tensorType = message(number(1, TYPES[type]), chunk(2, shape));
  return message(text(1, name), chunk(2, chunk(1, tensorType)));
}

const ints = (name, values) =>
  message(
    text(1, name),
    values.map((value) => number(8, value)),
    number(20, 7),
  );
const int = (name, value) => message(text(1, name), number(3, value), number(20, 2));

function node(type, inputs, output, attributes = []) {
  return message(
    inputs.map((input) => text(1, input)),
    text(2, output),
    text(4, type),
    attributes.map((attribute) => chunk(5, attribute)),
  );
}

/**
 * A chain of u8 layers on u8 pixels [1, channels, height, width].
 *
 * @param {{ channels: number, height: number, width: number }} input
 * @param {object[]} layers `{ kind: 'conv', filters, kernel = 3, stride = 1, scale, zero,
 *   weights: Int8Array [filters][channels][kernel][kernel] }`, padded by half of the kernel,
 *   clamped to u8 after the product with `scale` and the addition of `zero`; `{ kind: 'pool' }`, 2x2;
 *   `{ kind: 'dense', units, weights: Int8Array [inputs][units] }`, the last, int32 sums
 */
export function onnxModel(input, layers) {
  const initializers = [
    tensor('one', 'float32', [], Float32Array.of(1)),
    tensor('zero', 'uint8', [], Uint8Array.of(0)),
    tensor('signed zero', 'int8', [], Int8Array.of(0)),
  ];
  const nodes = [];
  let { channels, height, width } = input;
  let current = 'pixels';
  let output = valueInfo('pixels', 'uint8', [1, channels, height, width]);
  layers.forEach((layer, index) => {
    const out = `layer ${index}`;
    if (layer.kind === 'conv') {
      const { kernel = 3, stride = 1 } = layer;
      const padding = (kernel - 1) >> 1;
      initializers.push(
        tensor(`w${index}`, 'int8', [layer.filters, channels, kernel, kernel], layer.weights),
      );
      initializers.push(tensor(`s${index}`, 'float32', [], Float32Array.of(1 / layer.scale)));
      initializers.push(tensor(`z${index}`, 'uint8', [], Uint8Array.of(layer.zero)));
      const inputs = [current, 'one', 'zero', `w${index}`, 'one', 'signed zero', `s${index}`, `z${index}`];
      const attributes = [
        ints('kernel_shape', [kernel, kernel]),
        ints('pads', [padding, padding, padding, padding]),
        ints('strides', [stride, stride]),
      ];
      nodes.push(node('QLinearConv', inputs, out, attributes));
      channels = layer.filters;
      [height, width] = [Math.ceil(height / stride), Math.ceil(width / stride)];
      output = valueInfo(out, 'uint8', [1, channels, height, width]);
    } else if (layer.kind === 'pool') {
      nodes.push(node('MaxPool', [current], out, [ints('kernel_shape', [2, 2]), ints('strides', [2, 2])]));
      [height, width] = [height >> 1, width >> 1];
      output = valueInfo(out, 'uint8', [1, channels, height, width]);
    } else {
      const size = channels * height * width;
      initializers.push(tensor(`w${index}`, 'int8', [size, layer.units], layer.weights));
      nodes.push(node('Flatten', [current], `flat ${index}`, [int('axis', 1)]));
      nodes.push(node('MatMulInteger', [`flat ${index}`, `w${index}`], out));
      output = valueInfo(out, 'int32', [1, layer.units]);
    }
    current = out;
  });
  const graph = message(
    nodes.map((each) => chunk(1, each)),
    text(2, 'bench'),
    initializers.map((each) => chunk(5, each)),
    chunk(11, valueInfo('pixels', 'uint8', [1, input.channels, input.height, input.width])),
    chunk(12, output),
  );
  const model = message(number(1, 8), chunk(7, graph), chunk(8, message(text(1, ''), number(2, 13))));
  return { bytes: new Uint8Array(model), output: current };
}
