/** Writes the peers' networks as ONNX models. onnx.proto has the messages. */
import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';
import { apply } from './float-layers.mjs';
import { moveChannels } from './move-channels.mjs';

const { root } = protobuf.parse(readFileSync(new URL('onnx.proto', import.meta.url), 'utf8'));
const Model = root.lookupType('onnx.ModelProto');
const DATA_TYPES = root.lookupEnum('onnx.TensorProto.DataType').values;
const ATTRIBUTE_TYPES = root.lookupEnum('onnx.AttributeProto.AttributeType').values;

const IR_VERSION = 8;
const OPSET_VERSION = 13;

const tensor = (name, type, dims, array) => ({
  dims,
  dataType: DATA_TYPES[type],
  name,
  rawData: new Uint8Array(array.buffer, array.byteOffset, array.byteLength),
});

const valueInfo = (name, type, dims) => ({
  name,
  type: {
    tensorType: { elemType: DATA_TYPES[type], shape: { dim: dims.map((dimValue) => ({ dimValue })) } },
  },
});

const ints = (name, values) => ({ name, ints: values, type: ATTRIBUTE_TYPES.INTS });
const int = (name, value) => ({ name, i: value, type: ATTRIBUTE_TYPES.INT });

/**
 * Writes a network (float-layers.mjs). Its input is `pixels`, [batch, channels, height, width], float32 or u8.
 *
 * int8 networks have u8 between layers: the sum times the layer's `scale`, plus its `zero` (default 0, which is also a
 * ReLU), clamped. The last dense layer gives int32 sums. Residual layers are not supported.
 *
 * @param {{ input: { height: number, width: number, channels: number }, layers: object[] }} network
 * @param {'float' | 'int8'} type
 * @param {number} batch
 * @returns the model's bytes and the name of its output
 */
export function onnxModel({ input, layers }, type, batch = 1) {
  const builder = { nodes: [], initializers: [], count: 0 };
  /** @type {any} */
  const pixels = { name: 'pixels', ...input };
  const output = apply(layers, pixels, type === 'int8' ? int8Ops(builder) : floatOps(builder));
  const info = ({ name, channels, height, width, flat }, element) =>
    valueInfo(name, element, flat ? [batch, channels] : [batch, channels, height, width]);
  const element = type === 'int8' ? 'UINT8' : 'FLOAT';
  const model = {
    irVersion: IR_VERSION,
    graph: {
      node: builder.nodes,
      name: 'bench',
      initializer: builder.initializers,
      input: [info(pixels, element)],
      output: [info(output, output.element ?? element)],
    },
    opsetImport: [{ domain: '', version: OPSET_VERSION }],
  };
  return { bytes: Model.encode(model).finish(), output: output.name };
}

/** Adds a node. Its value has the first input's shape, except for the members of `shape`. */
function emit(builder, type, x, more, shape = {}, attributes = []) {
  const name = `${type} ${builder.count++}`;
  builder.nodes.push({ input: [x.name, ...more], output: [name], opType: type, attribute: attributes });
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

/** Reorders [filter][tap][channel] to [filter][channel][tap]. */
const convolutionWeights = ({ weights, filters, kernel, channels }) =>
  moveChannels(weights, filters, kernel * kernel, channels);

/** Reorders weights of a flattened image, [unit][pixel][channel], to [unit][channel][pixel]. */
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
      const w = constant(builder, 'FLOAT', dims, scaled(convolutionWeights(layer), scale));
      const shape = { ...shrunk(x, layer), channels: filters };
      const y = emit(builder, 'Conv', x, [w], shape, windowAttributes(layer));
      return layer.relu ? relu(y) : y;
    },
    dense(x, layer) {
      const flat = x.flat ? x : common.flatten(x);
      const weights = scaled(denseWeights(flat, layer), layer.scale);
      const w = constant(builder, 'FLOAT', [layer.units, layer.inputs], weights);
      const shape = { channels: layer.units, imageChannels: layer.units };
      const y = emit(builder, 'Gemm', flat, [w], shape, [int('transB', 1)]);
      return layer.relu ? relu(y) : y;
    },
    'pad-channels'(x, { channels }) {
      const pads = constant(
        builder,
        'INT64',
        [8],
        BigInt64Array.of(0n, 0n, 0n, 0n, 0n, BigInt(channels), 0n, 0n),
      );
      return emit(builder, 'Pad', x, [pads], { channels: x.channels + channels });
    },
  };
}

function int8Ops(builder) {
  const one = constant(builder, 'FLOAT', [], Float32Array.of(1));
  const zero = constant(builder, 'UINT8', [], Uint8Array.of(0));
  const signedZero = constant(builder, 'INT8', [], Int8Array.of(0));
  const common = commonOps(builder);
  /** Inputs 2 to 8 of an op whose first input is u8. */
  const quantized = (w, layer) => [
    one,
    zero,
    w,
    one,
    signedZero,
    constant(builder, 'FLOAT', [], Float32Array.of(1 / layer.scale)),
    constant(builder, 'UINT8', [], Uint8Array.of(layer.zero ?? 0)),
  ];
  return {
    ...common,
    // u8 values are not below 0.
    relu: (x) => x,
    conv(x, layer) {
      const { filters, kernel, channels } = layer;
      const w = constant(builder, 'INT8', [filters, channels, kernel, kernel], convolutionWeights(layer));
      const shape = { ...shrunk(x, layer), channels: filters };
      return emit(builder, 'QLinearConv', x, quantized(w, layer), shape, windowAttributes(layer));
    },
    dense(x, layer) {
      const flat = x.flat ? x : common.flatten(x);
      const { units, inputs } = layer;
      const weights = moveChannels(denseWeights(flat, layer), 1, units, inputs);
      const w = constant(builder, 'INT8', [inputs, units], weights);
      const shape = { channels: units, imageChannels: units };
      if (!layer.last) return emit(builder, 'QLinearMatMul', flat, quantized(w, layer), shape);
      return emit(builder, 'MatMulInteger', flat, [w], { ...shape, element: 'INT32' });
    },
    add() {
      throw new Error('residual layers are measured in float32 only');
    },
  };
}
