import * as layout from '../../assembly/layout.js';
import type { Epilogue, Op, Threshold } from './graph.js';
import { unpackBits } from './pack.js';
import type { Check } from './rules.js';
import type { SectionReader } from './section-reader.js';
import { pixelBytes, type Tensor, type TensorType, TYPE_CODES, wordsFor } from './tensor.js';

/** The tensor types by their codes. */
const TYPES: TensorType[] = [];
for (const [type, code] of Object.entries(TYPE_CODES)) TYPES[code] = type as TensorType;

/** The largest magnitude of a value. */
const MAX_MAGNITUDE = { u8: layout.MAX_U8, bits: 1, int16: -layout.MIN_INT16 } as const;

/** An op without its weights and parameters. */
export interface OpShape {
  opcode: number;
  inputIndex: number;
  input: Tensor;
  output: Tensor;
  outputsPerSum: number;
  shift: number;
  addend: number;
  filters: number;
}

/**
 * Reads and checks an op without its weights and parameters.
 *
 * @throws what `check` throws
 */
export function parseShape(record: DataView, tensors: Tensor[], check: Check): OpShape {
  const u8 = (at: number) => record.getUint8(at);
  const u16 = (at: number) => record.getUint16(at, true);
  const u32 = (at: number) => record.getUint32(at, true);
  const reserved =
    u8(layout.OP_RESERVED_A) |
    u16(layout.OP_RESERVED_B) |
    u32(layout.OP_TAIL) |
    u32(layout.OP_TAIL + 4) |
    u32(layout.OP_TAIL + 8);
  check(reserved === 0, layout.INVALID_RESERVED);

  const opcode = u8(layout.OP_OPCODE);
  const known = opcode >= layout.OPCODE_INT8_CONVOLUTION && opcode <= layout.OPCODE_SUM_POOL;
  check(known, layout.INVALID_OPCODE, `opcode ${opcode}`);
  const maxPool = opcode === layout.OPCODE_MAX_POOL;
  const sumPool = opcode === layout.OPCODE_SUM_POOL;

  const inputIndex = u16(layout.OP_INPUT);
  check(inputIndex < tensors.length, layout.INVALID_OP_INPUT);
  const input = tensors[inputIndex];
  check(isSet(layout.READABLE_TYPES, opcode, TYPE_CODES[input.type]), layout.INVALID_OP_INPUT);

  const typeCode = u8(layout.OP_OUTPUT_TYPE);
  const type = TYPES[typeCode];
  const planes = u8(layout.OP_OUTPUT_PLANES);
  const outputsPerSum = u8(layout.OP_OUTPUTS_PER_SUM);
  check(planes >= 1 && planes <= layout.MAX_PLANES, layout.INVALID_OUTPUT_TYPE);
  if (maxPool) {
    check(type === input.type && outputsPerSum === 0 && planes === input.planes, layout.INVALID_OUTPUT_TYPE);
  } else {
    const known = type !== undefined && outputsPerSum <= layout.MAX_OUTPUTS_PER_SUM;
    check(known && isSet(layout.VALID_OUTPUTS_PER_SUM, typeCode, outputsPerSum), layout.INVALID_OUTPUT_TYPE);
    check(planes === 1 || (type === 'bits' && outputsPerSum === 2), layout.INVALID_OUTPUT_TYPE);
  }
  const fixedPoint = !maxPool && (type === 'u8' || type === 'int16');
  const shift = u8(layout.OP_SHIFT);
  check(shift <= (fixedPoint ? layout.MAX_SHIFT : 0), layout.INVALID_OUTPUT_TYPE);
  const addend = u16(layout.OP_ADDEND);
  check(
    addend === 0 || (fixedPoint && addend < tensors.length && tensors[addend].type === 'int16'),
    layout.INVALID_OP_INPUT,
  );

  const output: Tensor = {
    height: u16(layout.OP_OUTPUT_HEIGHT),
    width: u16(layout.OP_OUTPUT_WIDTH),
    channels: u16(layout.OP_OUTPUT_CHANNELS),
    type,
    planes: planes as 1 | 2,
    offset: u32(layout.OP_OUTPUT_OFFSET),
  };
  check(Math.min(output.height, output.width, output.channels) > 0, layout.INVALID_SHAPE);
  if (maxPool) check(output.channels === input.channels, layout.INVALID_SHAPE);
  const bothBitsInOnePlane = outputsPerSum === 2 && planes === 1;
  if (bothBitsInOnePlane) check(output.channels % 2 === 0, layout.INVALID_SHAPE);
  const filters = bothBitsInOnePlane ? output.channels / 2 : output.channels;
  if (sumPool) {
    const pooled = input.channels / filters;
    check(Number.isInteger(pooled) && pooled <= layout.MAX_POOLED_CHANNELS, layout.INVALID_SHAPE);
  }
  if (addend !== 0) {
    const { height, width, channels } = tensors[addend];
    check(
      height === output.height &&
        width === output.width &&
        channels % outputsPerSum === 0 &&
        channels <= output.channels,
      layout.INVALID_SHAPE,
    );
  }

  const window = parseWindow(record);
  const along = (kernel: number, stride: number, padding: number, outputs: number, inputs: number) =>
    kernel > 0 &&
    stride > 0 &&
    padding < kernel &&
    (outputs - 1) * stride - padding < inputs &&
    (!sumPool ||
      kernel <= layout.MAX_OVERHANGING_KERNEL ||
      (padding === 0 && (outputs - 1) * stride + kernel <= inputs));
  check(
    along(window.kernelHeight, window.strideY, window.paddingTop, output.height, input.height) &&
      along(window.kernelWidth, window.strideX, window.paddingLeft, output.width, input.width),
    layout.INVALID_WINDOW,
  );
  return { opcode, inputIndex, input, output, outputsPerSum, shift, addend, filters };
}

function parseWindow(record: DataView) {
  return {
    kernelHeight: record.getUint8(layout.OP_KERNEL_HEIGHT),
    kernelWidth: record.getUint8(layout.OP_KERNEL_WIDTH),
    strideY: record.getUint8(layout.OP_STRIDE_Y),
    strideX: record.getUint8(layout.OP_STRIDE_X),
    paddingTop: record.getUint8(layout.OP_PADDING_TOP),
    paddingLeft: record.getUint8(layout.OP_PADDING_LEFT),
  };
}

/**
 * Reads and checks the weights and parameters of an op whose shape is valid.
 *
 * @throws what `check` throws
 */
export function parseOp(
  record: DataView,
  { opcode, inputIndex, input, output, outputsPerSum, shift, addend, filters }: OpShape,
  weightsSection: SectionReader,
  parametersSection: SectionReader,
  check: Check,
): Op {
  const window = parseWindow(record);
  const weightsAt = record.getUint32(layout.OP_WEIGHTS, true);
  const parametersAt = record.getUint32(layout.OP_PARAMETERS, true);
  const taps = window.kernelHeight * window.kernelWidth;
  const binary = opcode === layout.OPCODE_BINARY_CONVOLUTION;
  const maxPool = opcode === layout.OPCODE_MAX_POOL;
  const sumPool = opcode === layout.OPCODE_SUM_POOL;

  const weightBytes = filters * taps * (binary ? pixelBytes(input) / input.planes : input.channels);
  const weightsRaw = maxPool || sumPool ? noWeights(weightsAt) : weightsSection.take(weightsAt, weightBytes);
  check(weightsRaw !== undefined, layout.INVALID_WEIGHTS);
  if (binary) check(tailsAreZero(words(weightsRaw), input.channels), layout.INVALID_WEIGHT_TAIL);

  const parameterWords = maxPool
    ? input.type === 'bits'
      ? input.planes * wordsFor(input.channels)
      : 0
    : output.type === 'int32'
      ? filters
      : outputsPerSum *
        (output.type === 'bits' ? filters + wordsFor(filters) : layout.FIXED_POINT_WORDS * filters);
  const parametersRaw = parametersSection.take(parametersAt, parameterWords * layout.WORD_BYTES);
  check(parametersRaw !== undefined, layout.INVALID_PARAMETERS);
  const parameters = words(parametersRaw);

  const common = {
    input: inputIndex,
    window,
    outputHeight: output.height,
    outputWidth: output.width,
  };
  if (maxPool) {
    check(tailsAreZero(parameters, input.channels), layout.INVALID_PARAMETERS);
    return { kind: 'max-pool', ...common, andMask: unpackBits(parameters, input.channels) };
  }
  const epilogue = parseEpilogue(parameters, { output, outputsPerSum, shift, addend, filters }, check);
  const maxInput = input.planes * MAX_MAGNITUDE[input.type as keyof typeof MAX_MAGNITUDE];
  const checkSums = (magnitude: number) =>
    check(magnitude * maxInput <= layout.MAX_ACCUMULATOR, layout.INVALID_ACCUMULATOR);
  if (sumPool) {
    checkSums((taps * input.channels) / filters);
    return { kind: 'sum-pool', ...common, filters, epilogue };
  }
  const weights = binary
    ? signsOf(unpackBits(words(weightsRaw), input.channels))
    : new Int8Array(weightsRaw.buffer);
  const row = taps * input.channels;
  for (let at = 0; at < weights.length; at += row) checkSums(magnitudeOf(weights, at, at + row));
  return { kind: binary ? 'binary-convolution' : 'int8-convolution', ...common, filters, weights, epilogue };
}

function parseEpilogue(
  parameters: Uint32Array,
  { output, outputsPerSum, shift, addend, filters }: Omit<OpShape, 'opcode' | 'inputIndex' | 'input'>,
  check: Check,
): Epilogue {
  const values = Int32Array.from(parameters);
  if (output.type === 'int32') {
    check(
      values.every((bias) => Math.abs(bias) <= layout.MAX_ACCUMULATOR),
      layout.INVALID_PARAMETERS,
    );
    return { kind: 'sum', bias: values };
  }
  const { type } = output;
  if (type === 'u8' || type === 'int16') {
    const numbers = outputsPerSum * filters;
    const [multipliers, low, high] = [0, 1, 2].map((part) =>
      values.slice(part * numbers, (part + 1) * numbers),
    );
    const limit = layout.MAX_OFFSET_HIGH;
    check(
      high.every((word) => word >= -limit && word < limit),
      layout.INVALID_PARAMETERS,
    );
    const offsets = BigInt64Array.from(high, (word, i) => (BigInt(word) << 32n) | BigInt(low[i] >>> 0));
    return { kind: 'fixed-point', type, multipliers, offsets, shift, addend };
  }
  const directions = parameters.subarray(outputsPerSum * filters);
  check(tailsAreZero(directions, filters), layout.INVALID_PARAMETERS);
  const invert = unpackBits(directions, filters);
  const thresholds = Array.from({ length: outputsPerSum }, (_, index): Threshold => {
    const [from, to] = [index * filters, (index + 1) * filters];
    return { values: values.slice(from, to), invert: invert.slice(from, to) };
  });
  return { kind: 'threshold', thresholds, coupled: output.planes === 2 };
}

/** Turns bits into -1 and +1 in the same memory. A loop, because `from` takes seconds for a large file. */
function signsOf(bits: Uint8Array<ArrayBuffer>): Int8Array<ArrayBuffer> {
  const signs = new Int8Array(bits.buffer);
  for (let i = 0; i < signs.length; i++) signs[i] = 2 * signs[i] - 1;
  return signs;
}

/** Returns the weights of a pool, which are empty; undefined if its record has an offset for them. */
function noWeights(at: number): Uint8Array<ArrayBuffer> | undefined {
  return at === 0 ? new Uint8Array() : undefined;
}

/** Returns the largest sum that weights can give for values between -1 and 1. */
function magnitudeOf(weights: Int8Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += Math.abs(weights[i]);
  return sum;
}

function words(raw: Uint8Array): Uint32Array {
  return new Uint32Array(raw.buffer, raw.byteOffset, raw.byteLength / layout.WORD_BYTES);
}

/** Returns whether a bit of a table of rules in layout.ts is set. */
function isSet(table: number, row: number, column: number): boolean {
  return ((table >>> (4 * row + column)) & 1) === 1;
}

/** Returns whether the bits beyond the last channel are 0 in every row. */
function tailsAreZero(packed: Uint32Array, channels: number): boolean {
  const used = channels % layout.WORD_BITS;
  if (used === 0) return true;
  const row = wordsFor(channels);
  for (let last = row - 1; last < packed.length; last += row) if (packed[last] >>> used !== 0) return false;
  return true;
}
