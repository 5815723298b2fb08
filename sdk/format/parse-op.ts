import * as layout from '../../assembly/layout.js';
import type { Epilogue, Op, OutputPool, Threshold } from './graph.js';
import { unpackBits, unpackWeights } from './pack.js';
import type { Check } from './rules.js';
import type { SectionReader } from './section-reader.js';
import { type Tensor, type TensorType, TYPE_CODES, wordsFor } from './tensor.js';

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
  poolHeight: number;
  poolWidth: number;
}

/**
 * Reads and checks an op without its weights and parameters. The order of the checks is that of the list in
 * docs/format.md, and the same in assembly/validate.ts:
 *
 * 1. reserved fields, opcode
 * 2. input, and its type
 * 3. output type, planes, outputs per sum, shift
 * 4. addend
 * 5. shape of the output, channels, shape of the addend
 * 6. kernel, stride, padding and pool, which share one number: the pool is at least 1 x 1, and 1 x 1 for pools, sums
 *    and ops with an addend. Each of the outputs x pool rows and columns of the convolution has a tap inside of the input.
 *    Their product with a stride needs 32 bits without a sign.
 *
 * {@link parseOp} then checks the place of the weights and their unused bits (those of the filters beyond the last),
 * the place of the parameters, their unused bits (of directions, then masks) and ranges, and the bound of the sums.
 *
 * @throws what `check` throws
 */
export function parseShape(record: DataView, tensors: Tensor[], check: Check): OpShape {
  const u8 = (at: number) => record.getUint8(at);
  const u16 = (at: number) => record.getUint16(at, true);
  const u32 = (at: number) => record.getUint32(at, true);
  const reserved =
    u8(layout.OP_RESERVED) | u32(layout.OP_TAIL) | u32(layout.OP_TAIL + 4) | u32(layout.OP_TAIL + 8);
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
  const poolHeight = u8(layout.OP_POOL_HEIGHT);
  const poolWidth = u8(layout.OP_POOL_WIDTH);
  const canHavePool = !maxPool && !sumPool && type !== 'int32' && addend === 0;
  const along = (kernel: number, stride: number, padding: number, outputs: number, inputs: number) =>
    outputs > 0 &&
    kernel > 0 &&
    stride > 0 &&
    padding < kernel &&
    (outputs - 1) * stride - padding < inputs &&
    (!sumPool ||
      kernel <= layout.MAX_OVERHANGING_KERNEL ||
      (padding === 0 && (outputs - 1) * stride + kernel <= inputs));
  const rows = output.height * poolHeight;
  const columns = output.width * poolWidth;
  check(
    along(window.kernelHeight, window.strideY, window.paddingTop, rows, input.height) &&
      along(window.kernelWidth, window.strideX, window.paddingLeft, columns, input.width) &&
      (canHavePool || poolHeight * poolWidth === 1),
    layout.INVALID_WINDOW,
  );
  return { opcode, inputIndex, input, output, outputsPerSum, shift, addend, filters, poolHeight, poolWidth };
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
  shape: OpShape,
  weightsSection: SectionReader,
  parametersSection: SectionReader,
  check: Check,
): Op {
  const { opcode, inputIndex, input, output, filters } = shape;
  const window = parseWindow(record);
  const weightsAt = record.getUint32(layout.OP_WEIGHTS, true);
  const parametersAt = record.getUint32(layout.OP_PARAMETERS, true);
  const taps = window.kernelHeight * window.kernelWidth;
  const binary = opcode === layout.OPCODE_BINARY_CONVOLUTION;
  const maxPool = opcode === layout.OPCODE_MAX_POOL;
  const sumPool = opcode === layout.OPCODE_SUM_POOL;

  const row = taps * input.channels;
  const weightBytes = row * (binary ? wordsFor(filters) * layout.WORD_BYTES : filters);
  const weightsRaw = maxPool || sumPool ? noWeights(weightsAt) : weightsSection.take(weightsAt, weightBytes);
  check(weightsRaw !== undefined, layout.INVALID_WEIGHTS);
  if (binary) {
    const lastBlock = words(weightsRaw).subarray(-row);
    check(tailsAreZero(lastBlock, filters, 1), layout.INVALID_WEIGHT_TAIL);
  }

  const parametersRaw = parametersSection.take(parametersAt, parameterWords(shape) * layout.WORD_BYTES);
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
  const epilogue = parseEpilogue(parameters, shape, check);
  const maxInput = input.planes * MAX_MAGNITUDE[input.type as keyof typeof MAX_MAGNITUDE];
  const checkSums = (magnitude: number) =>
    check(magnitude * maxInput <= layout.MAX_ACCUMULATOR, layout.INVALID_ACCUMULATOR);
  if (sumPool) {
    checkSums((taps * input.channels) / filters);
    return { kind: 'sum-pool', ...common, filters, epilogue };
  }
  const weights = binary ? unpackWeights(words(weightsRaw), filters) : new Int8Array(weightsRaw.buffer);
  for (let at = 0; at < weights.length; at += row) checkSums(magnitudeOf(weights, at, at + row));
  const kind = binary ? 'binary-convolution' : 'int8-convolution';
  return { kind, ...common, filters, weights, epilogue, ...parsePool(parameters, shape) };
}

/** Returns how many parameters an op has, in words. */
function parameterWords({ opcode, input, output, outputsPerSum, filters, ...shape }: OpShape): number {
  if (opcode === layout.OPCODE_MAX_POOL)
    return input.type === 'bits' ? input.planes * wordsFor(input.channels) : 0;
  if (output.type === 'int32') return filters;
  if (output.type !== 'bits') return outputsPerSum * layout.FIXED_POINT_WORDS * filters;
  const masks = hasPool(shape) ? 1 : 0;
  return outputsPerSum * (filters + (1 + masks) * wordsFor(filters));
}

function hasPool({ poolHeight, poolWidth }: Pick<OpShape, 'poolHeight' | 'poolWidth'>): boolean {
  return poolHeight * poolWidth > 1;
}

/** Reads the pool of a convolution, whose masks are the last parameters. */
function parsePool(parameters: Uint32Array, shape: OpShape): { pool?: OutputPool } {
  if (!hasPool(shape)) return {};
  const { outputsPerSum, filters, output, poolHeight: height, poolWidth: width } = shape;
  const masks = output.type === 'bits' ? parameters.subarray(-outputsPerSum * wordsFor(filters)) : [];
  return { pool: { height, width, andMask: unpackBits(Uint32Array.from(masks), filters) } };
}

function parseEpilogue(
  parameters: Uint32Array,
  { output, outputsPerSum, shift, addend, filters }: OpShape,
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
  // Directions, and the masks of the pool.
  const bits = parameters.subarray(outputsPerSum * filters);
  check(tailsAreZero(bits, filters), layout.INVALID_PARAMETERS);
  const invert = unpackBits(bits.subarray(0, outputsPerSum * wordsFor(filters)), filters);
  const thresholds = Array.from({ length: outputsPerSum }, (_, index): Threshold => {
    const [from, to] = [index * filters, (index + 1) * filters];
    return { values: values.slice(from, to), invert: invert.slice(from, to) };
  });
  return { kind: 'threshold', thresholds, coupled: output.planes === 2 };
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

/** Returns whether the bits beyond the last one are 0 in the last word of every row of words. */
function tailsAreZero(packed: Uint32Array, bits: number, row = wordsFor(bits)): boolean {
  const used = bits % layout.WORD_BITS;
  if (used === 0) return true;
  for (let last = row - 1; last < packed.length; last += row) if (packed[last] >>> used !== 0) return false;
  return true;
}
