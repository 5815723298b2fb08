/** Networks of many random ops, whose times on a board the cost model is fitted to. */
import { random } from '../networks.mjs';

const IMAGE = { height: 16, width: 16, channels: 16 };
const SAMPLES = 52;

/**
 * Makes a network of measured ops: each reads a tensor that an int8 convolution makes of the image, bits of a random
 * density among them. The last op is one logit.
 *
 * @returns {import('@bd-edge/sdk').Graph}
 */
export function sampleGraph(seed) {
  const next = random(seed);
  const pick = (list) => list[Math.floor(next() * list.length)];
  /** @type {any[]} */
  const ops = [];
  const add = (op) => ops.push(op);
  const makers = [
    binary,
    firstLayer,
    binary,
    stream,
    binary,
    dense,
    binary,
    int8,
    firstLayer,
    stream,
    sumPool,
    binary,
    maxPool,
  ];
  for (let i = 0; i < SAMPLES; i++) makers[i % makers.length]({ next, pick, add });
  add({
    kind: 'int8-convolution',
    input: 0,
    window: windowOf(1, 1),
    outputHeight: 1,
    outputWidth: 1,
    filters: 1,
    weights: new Int8Array(IMAGE.channels).fill(1),
    epilogue: { kind: 'sum', bias: Int32Array.of(0) },
  });
  return { input: IMAGE, ops, outputScale: 1 };
}

const windowOf = (kernel, stride, padding = kernel >> 1) => ({
  kernelHeight: kernel,
  kernelWidth: kernel,
  strideY: stride,
  strideX: stride,
  paddingTop: padding,
  paddingLeft: padding,
});

/** Adds an int8 convolution that makes a tensor of the image. Returns the tensor's number. */
function tensorOf({ next, add }, size, channels, epilogue) {
  return add({
    kind: 'int8-convolution',
    input: 0,
    window: windowOf(1, 1),
    outputHeight: size,
    outputWidth: size,
    filters: channels,
    weights: bytes(channels * IMAGE.channels, next),
    epilogue: epilogue(channels),
  });
}

const bytes = (count, next) => Int8Array.from({ length: count }, () => Math.floor(next() * 256) - 128);
const signs = (count, next) => Int8Array.from({ length: count }, () => (next() < 0.5 ? 1 : -1));

/** Thresholds of sums whose deviation is `spread`: a larger `offset` sets fewer bits. */
const thresholds = (spread, offset, count, coupled) => (filters) => ({
  kind: 'threshold',
  coupled,
  thresholds: Array.from({ length: count }, (_, k) => ({
    values: Int32Array.from({ length: filters }, () => Math.round((offset + 0.7 * k) * spread)),
    invert: new Uint8Array(filters),
  })),
});

/** Fixed-point numbers as the exporter writes them: multipliers near 2^30, and numbers of some hundreds. */
const numbers =
  (next, type, spread, addend = 0) =>
  (filters) => {
    const shift = 30 + Math.round(Math.log2(spread / (type === 'u8' ? 100 : 700)));
    return {
      kind: 'fixed-point',
      type,
      multipliers: Int32Array.from({ length: filters }, () => Math.round(2 ** 30 * (0.4 + next()))),
      offsets: BigInt64Array.from({ length: filters }, () =>
        BigInt(Math.floor((next() - 0.5) * 2 ** (shift + 5))),
      ),
      shift,
      addend,
    };
  };

/** A sum of the image's 16 channels with random weights has about this deviation. */
const IMAGE_SPREAD = 40000;

function outputOf({ next, pick, add }, spread, size, channels, types) {
  const type = pick(types);
  if (type === 'bit') return thresholds(spread, next() * 0.6, 1, false);
  if (type === 'two bits') return thresholds(spread, next() * 0.6 - 0.3, 2, false);
  if (type === 'coupled') return thresholds(spread, next() * 0.6 - 0.3, 2, true);
  if (type === 'sum') return (filters) => ({ kind: 'sum', bias: new Int32Array(filters) });
  if (type !== 'stream with addend') return numbers(next, type, spread);
  const addend = tensorOf({ next, add }, size, channels, numbers(next, 'int16', IMAGE_SPREAD));
  return numbers(next, 'int16', spread, addend);
}

const poolOf = (type, filters) => ({
  height: 2,
  width: 2,
  andMask: new Uint8Array(type === 'threshold' ? filters : 0),
});

function binary(tools) {
  const { next, pick, add } = tools;
  const size = pick([6, 7, 8, 12, 14, 16]);
  const channels = pick([16, 24, 32, 48, 64, 96]);
  const filters = pick([16, 24, 32, 48, 64, 96]);
  const kernel = pick([1, 3, 3, 3, 3, 5]);
  const stride = pick([1, 1, 1, 2]);
  const planes = pick([1, 2, 2]);
  const input = tensorOf(
    tools,
    size,
    channels,
    // At most half of the inputs are not 0, as in trained networks.
    thresholds(IMAGE_SPREAD, next() * 1.4, planes, planes === 2),
  );
  const outputs = Math.ceil(size / stride);
  const epilogue = outputOf(tools, Math.sqrt(kernel * kernel * channels), outputs, filters, [
    ...['bit', 'two bits', 'coupled', 'int16', 'stream with addend', 'stream with addend', 'sum'],
  ])(filters);
  const pools = outputs % 2 === 0 && next() < 0.25 && epilogue.kind !== 'sum' && !epilogue.addend;
  add({
    kind: 'binary-convolution',
    input,
    window: windowOf(kernel, stride),
    outputHeight: pools ? outputs / 2 : outputs,
    outputWidth: pools ? outputs / 2 : outputs,
    filters,
    weights: signs(kernel * kernel * channels * filters, next),
    epilogue,
    ...(pools && {
      pool: poolOf(epilogue.kind, filters * (epilogue.thresholds?.length ?? 1)),
    }),
  });
}

/** The first layer of a network: pixels, 3 x 3, often with a pool. */
function firstLayer(tools) {
  const { next, pick } = tools;
  const channels = pick([1, 3]);
  const size = pick([8, 12, 16]);
  const input = tensorOf(tools, size, channels, outputOf(tools, IMAGE_SPREAD, size, channels, ['u8']));
  const filters = pick([8, 16, 32, 48, 64]);
  const types = ['bit', 'coupled', 'coupled', 'int16', 'int16'];
  convolve(tools, {
    input,
    size,
    channels,
    filters,
    kernel: 3,
    spread: 20000 * Math.sqrt(channels),
    types,
    pools: next() < 0.6,
  });
}

function int8(tools) {
  const { next, pick } = tools;
  const type = pick(['u8', 'int16', 'coupled']);
  const channels = pick([1, 3, 4, 8]);
  const size = pick([8, 14, 16]);
  const input = tensorOf(tools, size, channels, outputOf(tools, IMAGE_SPREAD, size, channels, [type]));
  const kernel = pick([3, 5, 1]);
  const spread = (type === 'coupled' ? 75 : 8000) * kernel * Math.sqrt(channels);
  const types = ['bit', 'two bits', 'coupled', 'int16', 'u8'];
  const small = type === 'int16';
  convolve(tools, {
    input,
    size,
    channels,
    filters: pick([4, 8, 16, 32]),
    kernel,
    spread,
    types,
    small,
    pools: next() < 0.4,
  });
}

/** Adds an int8 convolution of stride 1. `small` weights, so that no sum of large numbers can overflow. */
function convolve(tools, { input, size, channels, filters, kernel, spread, types, small = false, pools }) {
  const epilogue = outputOf(tools, spread, size, filters, types)(filters);
  const weights = bytes(kernel * kernel * channels * filters, tools.next);
  tools.add({
    kind: 'int8-convolution',
    input,
    window: windowOf(kernel, 1),
    outputHeight: pools ? size / 2 : size,
    outputWidth: pools ? size / 2 : size,
    filters,
    weights: small ? weights.map((weight) => weight >> 4) : weights,
    epilogue,
    ...(pools && { pool: poolOf(epilogue.kind, filters * (epilogue.thresholds?.length ?? 1)) }),
  });
}

/** The last layer of a network: all values, one sum a class. */
function dense(tools) {
  const { next, pick, add } = tools;
  const size = pick([1, 1, 2, 4]);
  const channels = pick([16, 32, 64, 128]);
  const type = pick(['coupled', 'coupled', 'bit', 'u8']);
  const input = tensorOf(tools, size, channels, outputOf(tools, IMAGE_SPREAD, size, channels, [type]));
  const filters = pick([2, 10, 20]);
  add({
    kind: 'int8-convolution',
    input,
    window: windowOf(size, 1, 0),
    outputHeight: 1,
    outputWidth: 1,
    filters,
    weights: bytes(size * size * channels * filters, next),
    epilogue: { kind: 'sum', bias: new Int32Array(filters) },
  });
}

/** Thresholds or fixed-point numbers of a stream. */
function stream(tools) {
  const { pick, add } = tools;
  const size = pick([4, 8, 12, 16]);
  const channels = pick([32, 64, 64, 96, 128].filter((count) => count * size * size <= 16384));
  const input = tensorOf(tools, size, channels, outputOf(tools, IMAGE_SPREAD, size, channels, ['int16']));
  add({
    kind: 'sum-pool',
    input,
    window: windowOf(1, 1, 0),
    outputHeight: size,
    outputWidth: size,
    filters: channels,
    epilogue: outputOf(tools, 100, size, channels, ['bit', 'coupled', 'coupled', 'int16'])(channels),
  });
}

function sumPool(tools) {
  const { pick, add } = tools;
  const size = pick([4, 8, 16]);
  const channels = pick([16, 32, 64, 128].filter((count) => count * size * size <= 16384));
  const type = pick(['int16', 'int16', 'u8']);
  const input = tensorOf(tools, size, channels, outputOf(tools, IMAGE_SPREAD, size, channels, [type]));
  const kernel = pick([1, 1, 2, size]);
  const outputs = size / kernel;
  add({
    kind: 'sum-pool',
    input,
    window: windowOf(kernel, kernel, 0),
    outputHeight: outputs,
    outputWidth: outputs,
    filters: channels,
    epilogue: outputOf(tools, 100 * kernel * kernel, outputs, channels, ['bit', 'coupled', 'int16', 'u8'])(
      channels,
    ),
  });
}

function maxPool(tools) {
  const { next, pick, add } = tools;
  const size = pick([8, 14, 16]);
  const channels = pick([16, 32, 48]);
  const type = pick(['int16', 'coupled', 'bit']);
  const input = tensorOf(tools, size, channels, outputOf(tools, IMAGE_SPREAD, size, channels, [type]));
  const planes = type === 'coupled' ? 2 : 1;
  add({
    kind: 'max-pool',
    input,
    window: windowOf(2, 2, 0),
    outputHeight: size / 2,
    outputWidth: size / 2,
    andMask: new Uint8Array(type === 'int16' ? 0 : planes * channels).fill(next() < 0.5 ? 1 : 0),
  });
}
