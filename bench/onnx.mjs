/**
 * Writes ONNX models, as much as the peers' networks need: protobuf messages by hand, so that nothing has to be
 * installed for it. Field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
import { apply } from './float-layers.mjs';

const TYPES = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7 };

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
 * A network (float-layers.mjs) on `pixels`, [batch, channels, height, width], float32 or u8.
 *
 * int8: u8 between layers, a product with the layer's `scale` and the addition of its `zero` (default 0, which is also
 * a ReLU), clamped; a dense layer that is the `last` gives int32 sums. It has no residual layers.
 *
 * @param {'float' | 'int8'} type
 * @returns the model's bytes and the name of its output
 */
export function onnxModel({ input, layers }, type, batch = 1) {
  const builder = { nodes: [], initializers: [], count: 0 };
  const pixels = { name: 'pixels', ...input };
  const output = apply(layers, pixels, type === 'int8' ? int8Ops(builder) : floatOps(builder));
  const info = ({ name, channels, height, width, flat }, element) =>
    valueInfo(name, element, flat ? [batch, channels] : [batch, channels, height, width]);
  const element = type === 'int8' ? 'uint8' : 'float32';
  const graph = message(
    builder.nodes.map((each) => chunk(1, each)),
    text(2, 'bench'),
    builder.initializers.map((each) => chunk(5, each)),
    chunk(11, info(pixels, element)),
    chunk(12, info(output, output.element ?? element)),
  );
  const model = message(number(1, 8), chunk(7, graph), chunk(8, message(text(1, ''), number(2, 13))));
  return { bytes: new Uint8Array(model), output: output.name };
}

/** Adds a node; its value has the first input's shape, but for what `shape` says. */
function emit(builder, type, x, more, shape = {}, attributes = []) {
  const name = `${type} ${builder.count++}`;
  builder.nodes.push(node(type, [x.name, ...more], name, attributes));
  return { ...x, ...shape, name };
}

function constant(builder, type, dims, array) {
  const name = `constant ${builder.count++}`;
  builder.initializers.push(tensor(name, type, dims, array));
  return name;
}

const side = (length, { kernel, stride, padding }) =>
  Math.floor((length + 2 * padding - kernel) / stride) + 1;
const shrunk = ({ height, width }, window) => ({ height: side(height, window), width: side(width, window) });
const windowAttributes = ({ kernel, stride, padding }) => [
  ints('kernel_shape', [kernel, kernel]),
  ints('pads', [padding, padding, padding, padding]),
  ints('strides', [stride, stride]),
];

/** [filter][tap][channel] to [filter][channel][tap] */
const convolutionWeights = ({ weights, filters, kernel, channels }) =>
  moveChannels(weights, filters, kernel * kernel, channels);

/** Of values that were an image, [unit][pixel][channel], to [unit][channel][pixel]. */
const denseWeights = (x, { weights, units, inputs }) =>
  moveChannels(weights, units, inputs / x.imageChannels, x.imageChannels);

function commonOps(builder) {
  const pool = (type) => (x, layer) => {
    const window = { kernel: layer.size, ...layer };
    return emit(builder, type, x, [], shrunk(x, window), windowAttributes(window));
  };
  return {
    'max-pool': pool('MaxPool'),
    'average-pool': pool('AveragePool'),
    'global-average-pool': (x) => emit(builder, 'GlobalAveragePool', x, [], { height: 1, width: 1 }),
    flatten: (x) => {
      const { channels, height, width } = x;
      const shape = { channels: channels * height * width, flat: true, imageChannels: channels };
      return emit(builder, 'Flatten', x, [], shape, [int('axis', 1)]);
    },
    add: (a, b) => emit(builder, 'Add', a, [b.name]),
  };
}

function floatOps(builder) {
  const relu = (x) => emit(builder, 'Relu', x, []);
  const scaled = (weights, scale) => Float32Array.from(weights, (weight) => weight * scale);
  const common = commonOps(builder);
  return {
    ...common,
    relu,
    conv(x, layer) {
      const { filters, kernel, channels, scale } = layer;
      const dims = [filters, channels, kernel, kernel];
      const w = constant(builder, 'float32', dims, scaled(convolutionWeights(layer), scale));
      const shape = { ...shrunk(x, layer), channels: filters };
      const y = emit(builder, 'Conv', x, [w], shape, windowAttributes(layer));
      return layer.relu ? relu(y) : y;
    },
    dense(x, layer) {
      const flat = x.flat ? x : common.flatten(x);
      const weights = scaled(denseWeights(flat, layer), layer.scale);
      const w = constant(builder, 'float32', [layer.units, layer.inputs], weights);
      const shape = { channels: layer.units, imageChannels: layer.units };
      const y = emit(builder, 'Gemm', flat, [w], shape, [int('transB', 1)]);
      return layer.relu ? relu(y) : y;
    },
    'pad-channels'(x, { channels }) {
      const pads = constant(
        builder,
        'int64',
        [8],
        BigInt64Array.of(0n, 0n, 0n, 0n, 0n, BigInt(channels), 0n, 0n),
      );
      return emit(builder, 'Pad', x, [pads], { channels: x.channels + channels });
    },
  };
}

function int8Ops(builder) {
  const one = constant(builder, 'float32', [], Float32Array.of(1));
  const zero = constant(builder, 'uint8', [], Uint8Array.of(0));
  const signedZero = constant(builder, 'int8', [], Int8Array.of(0));
  const common = commonOps(builder);
  /** Inputs 2 to 8 of an op whose first is u8. */
  const quantized = (w, layer) => [
    one,
    zero,
    w,
    one,
    signedZero,
    constant(builder, 'float32', [], Float32Array.of(1 / layer.scale)),
    constant(builder, 'uint8', [], Uint8Array.of(layer.zero ?? 0)),
  ];
  return {
    ...common,
    // u8 values are not below 0.
    relu: (x) => x,
    conv(x, layer) {
      const { filters, kernel, channels } = layer;
      const w = constant(builder, 'int8', [filters, channels, kernel, kernel], convolutionWeights(layer));
      const shape = { ...shrunk(x, layer), channels: filters };
      return emit(builder, 'QLinearConv', x, quantized(w, layer), shape, windowAttributes(layer));
    },
    dense(x, layer) {
      const flat = x.flat ? x : common.flatten(x);
      const { units, inputs } = layer;
      const weights = moveChannels(denseWeights(flat, layer), 1, units, inputs);
      const w = constant(builder, 'int8', [inputs, units], weights);
      const shape = { channels: units, imageChannels: units };
      if (!layer.last) return emit(builder, 'QLinearMatMul', flat, quantized(w, layer), shape);
      return emit(builder, 'MatMulInteger', flat, [w], { ...shape, element: 'int32' });
    },
    add() {
      throw new Error('residual layers are measured in float32 only');
    },
  };
}

/** [outer][rows][columns] to [outer][columns][rows] */
export function moveChannels(array, outer, rows, columns) {
  const moved = new array.constructor(array.length);
  for (let o = 0; o < outer; o++) {
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        moved[(o * columns + c) * rows + r] = array[(o * rows + r) * columns + c];
      }
    }
  }
  return moved;
}
