import { crc32 } from './crc32';
import { anyBits, inRange, largestMagnitude } from './kernels/board';
import * as layout from './layout';
import { computedHeight, computedWidth, filtersOf, hasPool, maxMagnitude } from './op';
import { copyHeader, copyRecords, fileAt, parametersOf, weightsOf } from './place';
import { channels, height, offset, opRecord, planes, tensorBytes, type, width, wordsFor } from './tensor';

/** The first byte of weights and of parameters that belongs to no op so far. */
let weightsNext: u64 = 0;
let parametersNext: u64 = 0;

/**
 * Checks every rule of the format once, so that the kernels need no checks: the same rules in the same order
 * as sdk/format/parse.ts.
 *
 * @returns VALID, or a code, and in the bits above it the number of the op, from 1 (0: the whole file)
 */
export function validate(model: usize, bytes: u32): u32 {
  let fault = validateHeader(model, bytes);
  if (fault != layout.VALID) return fault;
  if (!copyRecords(model, bytes)) return layout.OUT_OF_MEMORY;
  weightsNext = load<u32>(model + layout.HEADER_SECTIONS + layout.SECTION_WEIGHTS * 8);
  parametersNext = load<u32>(model + layout.HEADER_SECTIONS + layout.SECTION_PARAMETERS * 8);

  const count: u32 = load<u16>(model + layout.HEADER_OP_COUNT);
  let work: u64 = 0;
  for (let op: u32 = 0; op < count; op++) {
    fault = validateShape(model, op);
    if (fault == layout.VALID) fault = validateContent(model, op);
    if (fault == layout.VALID) {
      work += workOf(model, op);
      if (work > MAX_WORK) fault = layout.INVALID_WORK;
    }
    if (fault != layout.VALID) return fault | ((op + 1) << 8);
  }
  const overwritten = overwrittenBy(model, count);
  if (overwritten != 0) return layout.INVALID_OVERWRITTEN | (overwritten << 8);
  if (type(model, count) != layout.TYPE_INT32) return layout.INVALID_LAST_OP | (count << 8);
  return layout.VALID;
}

function validateHeader(model: usize, bytes: u32): u32 {
  if (bytes < <u32>layout.HEADER_BYTES) return layout.INVALID_TRUNCATED;
  if (!copyHeader(model)) return layout.OUT_OF_MEMORY;
  if (load<u32>(model + layout.HEADER_MAGIC) != layout.MAGIC) return layout.INVALID_MAGIC;
  const version: u32 = load<u32>(model + layout.HEADER_VERSION);
  if ((version & layout.FORMAT_MAJOR_MASK) != (layout.FORMAT_VERSION & layout.FORMAT_MAJOR_MASK))
    return layout.INVALID_VERSION;
  const fileBytes = load<u32>(model + layout.HEADER_FILE_BYTES);
  if (fileBytes > bytes) return layout.INVALID_TRUNCATED;
  if (fileBytes != bytes) return layout.INVALID_FILE_BYTES;
  const checksum = crc32(fileAt(model) + layout.CHECKSUM_START, bytes - layout.CHECKSUM_START);
  if (load<u32>(model + layout.HEADER_CHECKSUM) != checksum) return layout.INVALID_CHECKSUM;
  // A newer minor version may use the reserved fields for parts that this reader does not need.
  if (version <= <u32>layout.FORMAT_VERSION) {
    if (load<u32>(model + layout.HEADER_RESERVED) != 0) return layout.INVALID_RESERVED;
    if (load<u64>(model + layout.HEADER_TAIL) != 0) return layout.INVALID_RESERVED;
  }

  let end: u64 = layout.HEADER_BYTES;
  for (let section: u32 = 0; section < <u32>layout.SECTION_COUNT; section++) {
    const at = model + layout.HEADER_SECTIONS + section * 8;
    const start: u64 = load<u32>(at);
    if (start % layout.SECTION_ALIGNMENT != 0 || start < end) return layout.INVALID_SECTION;
    end = start + load<u32>(at + 4);
    if (end > fileBytes) return layout.INVALID_SECTION;
  }
  const count: u32 = load<u16>(model + layout.HEADER_OP_COUNT);
  if (count == 0 || count > <u32>layout.MAX_OPS) return layout.INVALID_OP_COUNT;
  if (load<u32>(model + layout.HEADER_SECTIONS + 4) != count * layout.OP_BYTES)
    return layout.INVALID_OP_COUNT;
  // The bits of a float32 above 0 and below infinity: boards' interpreters have no floats.
  const scale = load<u32>(model + layout.HEADER_OUTPUT_SCALE);
  if (scale == 0 || scale >= 0x7f800000) return layout.INVALID_OUTPUT_SCALE;
  if (height(model, 0) == 0 || width(model, 0) == 0 || channels(model, 0) == 0)
    return layout.INVALID_INPUT_SHAPE;
  if (load<u32>(model + layout.HEADER_ARENA_BYTES) > <u32>layout.MAX_ARENA_BYTES) return layout.INVALID_ARENA;
  return fits(model, 0) ? layout.VALID : layout.INVALID_ARENA;
}

function fits(model: usize, tensor: u32): bool {
  const start: u64 = offset(model, tensor);
  const arenaBytes: u64 = load<u32>(model + layout.HEADER_ARENA_BYTES);
  return start % layout.WORD_BYTES == 0 && start + tensorBytes(model, tensor) <= arenaBytes;
}

/** Checks an op without its weights and parameters. */
function validateShape(model: usize, index: u32): u32 {
  const op = opRecord(model, index);
  const output = index + 1;
  const reserved: u64 =
    <u64>load<u8>(op + layout.OP_RESERVED) |
    load<u64>(op + layout.OP_TAIL) |
    load<u32>(op + layout.OP_TAIL + 8);
  if (reserved != 0) return layout.INVALID_RESERVED;

  const opcode: u32 = load<u8>(op + layout.OP_OPCODE);
  if (opcode < <u32>layout.OPCODE_INT8_CONVOLUTION || opcode > <u32>layout.OPCODE_SUM_POOL)
    return layout.INVALID_OPCODE;
  const maxPool = opcode == layout.OPCODE_MAX_POOL;
  const sumPool = opcode == layout.OPCODE_SUM_POOL;

  const input: u32 = load<u16>(op + layout.OP_INPUT);
  if (input > index) return layout.INVALID_OP_INPUT;
  const inputType = type(model, input);
  if (!isSet(layout.READABLE_TYPES, opcode, inputType)) return layout.INVALID_OP_INPUT;

  const outputType = type(model, output);
  const outputPlanes = planes(model, output);
  const outputsPerSum: u32 = load<u8>(op + layout.OP_OUTPUTS_PER_SUM);
  if (outputPlanes == 0 || outputPlanes > <u32>layout.MAX_PLANES) return layout.INVALID_OUTPUT_TYPE;
  if (maxPool) {
    if (outputType != inputType || outputsPerSum != 0 || outputPlanes != planes(model, input)) {
      return layout.INVALID_OUTPUT_TYPE;
    }
  } else {
    // The table of rules has no rows and columns beyond these.
    if (outputType > <u32>layout.TYPE_INT16 || outputsPerSum > <u32>layout.MAX_OUTPUTS_PER_SUM)
      return layout.INVALID_OUTPUT_TYPE;
    if (!isSet(layout.VALID_OUTPUTS_PER_SUM, outputType, outputsPerSum)) return layout.INVALID_OUTPUT_TYPE;
    if (outputPlanes == 2 && (outputType != layout.TYPE_BITS || outputsPerSum != 2))
      return layout.INVALID_OUTPUT_TYPE;
  }
  const fixedPoint = !maxPool && outputType != layout.TYPE_BITS && outputType != layout.TYPE_INT32;
  const largestShift: u32 = fixedPoint ? layout.MAX_SHIFT : 0;
  if (load<u8>(op + layout.OP_SHIFT) > largestShift) return layout.INVALID_OUTPUT_TYPE;
  const addend: u32 = load<u16>(op + layout.OP_ADDEND);
  if (addend != 0) {
    if (!fixedPoint || addend > index || type(model, addend) != layout.TYPE_INT16)
      return layout.INVALID_OP_INPUT;
  }

  const outputChannels = channels(model, output);
  if (height(model, output) == 0 || width(model, output) == 0 || outputChannels == 0)
    return layout.INVALID_SHAPE;
  if (maxPool && outputChannels != channels(model, input)) return layout.INVALID_SHAPE;
  if (outputsPerSum == 2 && outputPlanes == 1 && outputChannels % 2 != 0) return layout.INVALID_SHAPE;
  const filters = filtersOf(op);
  if (sumPool) {
    const pooled = channels(model, input) / filters;
    if (pooled > <u32>layout.MAX_POOLED_CHANNELS || pooled * filters != channels(model, input))
      return layout.INVALID_SHAPE;
  }
  if (addend != 0) {
    const added = channels(model, addend);
    if (height(model, addend) != height(model, output) || width(model, addend) != width(model, output))
      return layout.INVALID_SHAPE;
    if (added % outputsPerSum != 0 || added > outputChannels) return layout.INVALID_SHAPE;
  }

  const rowsFit = windowFits(
    load<u8>(op + layout.OP_KERNEL_HEIGHT),
    load<u8>(op + layout.OP_STRIDE_Y),
    load<u8>(op + layout.OP_PADDING_TOP),
    computedHeight(model, index),
    height(model, input),
    sumPool,
  );
  const columnsFit = windowFits(
    load<u8>(op + layout.OP_KERNEL_WIDTH),
    load<u8>(op + layout.OP_STRIDE_X),
    load<u8>(op + layout.OP_PADDING_LEFT),
    computedWidth(model, index),
    width(model, input),
    sumPool,
  );
  if (!rowsFit || !columnsFit) return layout.INVALID_WINDOW;
  const mayPool = !maxPool && !sumPool && outputType != layout.TYPE_INT32 && addend == 0;
  if (!mayPool && hasPool(op)) return layout.INVALID_WINDOW;
  return fits(model, output) ? layout.VALID : layout.INVALID_OUTPUT_PLACE;
}

/**
 * Checks one direction of an op's windows: each of them has at least one row (or column) inside of the input.
 * A sum-pool's has all of them, or at least half.
 *
 * @param windows the number of windows, before the pool of the op; 0 if the pool is 0
 */
function windowFits(kernel: u32, stride: u32, padding: u32, windows: u32, inputs: u32, sumPool: bool): bool {
  if (kernel == 0 || stride == 0 || padding >= kernel || windows == 0) return false;
  // At most 65535 * 255 * 255, which is below 2^32.
  const last = (windows - 1) * stride;
  if (last >= inputs + padding) return false;
  return (
    !sumPool || kernel <= <u32>layout.MAX_OVERHANGING_KERNEL || (padding == 0 && last + kernel <= inputs)
  );
}

/** Checks the weights and parameters of an op whose shape is valid. */
function validateContent(model: usize, index: u32): u32 {
  const op = opRecord(model, index);
  const opcode: u32 = load<u8>(op + layout.OP_OPCODE);
  const input: u32 = load<u16>(op + layout.OP_INPUT);
  const binary = opcode == layout.OPCODE_BINARY_CONVOLUTION;
  const maxPool = opcode == layout.OPCODE_MAX_POOL;
  const sumPool = opcode == layout.OPCODE_SUM_POOL;
  const filters = filtersOf(op);
  const inputChannels = channels(model, input);
  const taps: u64 = <u64>load<u8>(op + layout.OP_KERNEL_HEIGHT) * load<u8>(op + layout.OP_KERNEL_WIDTH);
  const row = taps * inputChannels;
  const weights: u64 = load<u32>(op + layout.OP_WEIGHTS);

  if (maxPool || sumPool) {
    if (weights != 0) return layout.INVALID_WEIGHTS;
  } else {
    const weightBytes = row * (binary ? wordsFor(filters) * layout.WORD_BYTES : filters);
    if (!inside(model, layout.SECTION_WEIGHTS, weights, weightBytes, weightsNext))
      return layout.INVALID_WEIGHTS;
    weightsNext = weights + weightBytes;
    const used = filters & 31;
    if (binary && used != 0) {
      const lastBlock = weightsOf(model, op) + <usize>(weightBytes - row * layout.WORD_BYTES);
      if (anyBitsOf(lastBlock, <u32>row) >>> used != 0) return layout.INVALID_WEIGHT_TAIL;
    }
  }

  const parameters: u64 = load<u32>(op + layout.OP_PARAMETERS);
  const outputType = type(model, index + 1);
  const outputsPerSum: u32 = load<u8>(op + layout.OP_OUTPUTS_PER_SUM);
  const inputPlanes = planes(model, input);
  const readsBits = type(model, input) == layout.TYPE_BITS;
  // Rows of directions, and of the pool's masks.
  const bitRows = hasPool(op) ? 2 * outputsPerSum : outputsPerSum;
  const parameterWords: u64 = maxPool
    ? readsBits
      ? inputPlanes * wordsFor(inputChannels)
      : 0
    : outputType == layout.TYPE_INT32
      ? filters
      : outputType == layout.TYPE_BITS
        ? outputsPerSum * filters + bitRows * wordsFor(filters)
        : outputsPerSum * layout.FIXED_POINT_WORDS * filters;
  const parameterBytes = parameterWords * layout.WORD_BYTES;
  if (!inside(model, layout.SECTION_PARAMETERS, parameters, parameterBytes, parametersNext)) {
    return layout.INVALID_PARAMETERS;
  }
  parametersNext = parameters + parameterBytes;

  const at = parametersOf(model, op);
  if (maxPool) {
    if (!readsBits) return layout.VALID;
    return tailsAreZero(at, inputPlanes, inputChannels) ? layout.VALID : layout.INVALID_PARAMETERS;
  }
  if (outputType == layout.TYPE_INT32) {
    if (!areInRange(at, filters, -layout.MAX_ACCUMULATOR, layout.MAX_ACCUMULATOR))
      return layout.INVALID_PARAMETERS;
  } else if (outputType != layout.TYPE_BITS) {
    const numbers = outputsPerSum * filters;
    const high = at + ((2 * numbers) << 2);
    if (!areInRange(high, numbers, -layout.MAX_OFFSET_HIGH, layout.MAX_OFFSET_HIGH - 1))
      return layout.INVALID_PARAMETERS;
  } else if (!tailsAreZero(at + ((outputsPerSum * filters) << 2), bitRows, filters)) {
    return layout.INVALID_PARAMETERS;
  }
  // The largest sum of magnitudes of a filter's weights.
  const maxWeights = <u64>layout.MAX_ACCUMULATOR / (inputPlanes * maxMagnitude(type(model, input)));
  if (sumPool) return row / filters > maxWeights ? layout.INVALID_ACCUMULATOR : layout.VALID;
  if (binary) return row > maxWeights ? layout.INVALID_ACCUMULATOR : layout.VALID;
  let weight = weightsOf(model, op);
  if (isDefined(BOARD_KERNELS)) {
    const fits = largestMagnitude(weight, <u32>row, filters) <= <u32>maxWeights;
    return fits ? layout.VALID : layout.INVALID_ACCUMULATOR;
  }
  for (let filter: u32 = 0; filter < filters; filter++) {
    let magnitude: u64 = 0;
    for (const end = weight + <usize>row; weight < end; weight++) magnitude += abs<i32>(load<i8>(weight));
    if (magnitude > maxWeights) return layout.INVALID_ACCUMULATOR;
  }
  return layout.VALID;
}

/** Looks a rule up in one of the tables of layout.ts. */
function isSet(table: u32, row: u32, column: u32): bool {
  return ((table >>> (4 * row + column)) & 1) != 0;
}

/** Checks one part of a section: parts have the order of the ops and never overlap. */
function inside(model: usize, section: u32, at: u64, bytes: u64, next: u64): bool {
  const entry = model + layout.HEADER_SECTIONS + section * 8;
  const end = <u64>load<u32>(entry) + load<u32>(entry + 4);
  return at % layout.WORD_BYTES == 0 && at >= next && at + bytes <= end;
}

/** Checks that adjacent numbers lie in `min`..`max`. */
function areInRange(at: usize, count: u32, min: i32, max: i32): bool {
  if (isDefined(BOARD_KERNELS)) return inRange(at, count, min, max);
  for (const end = at + (count << 2); at < end; at += 4) {
    const value = load<i32>(at);
    if (value < min || value > max) return false;
  }
  return true;
}

/** Returns the OR of adjacent words. */
function anyBitsOf(at: usize, words: u32): u32 {
  if (isDefined(BOARD_KERNELS)) return anyBits(at, words);
  let any: u32 = 0;
  for (const end = at + (words << 2); at < end; at += 4) any |= load<u32>(at);
  return any;
}

/** Checks that the bits beyond the last one are 0 in every row of words. */
function tailsAreZero(packed: usize, rows: u32, count: u32): bool {
  const used = count & 31;
  if (used == 0) return true;
  const row = wordsFor(count) << 2;
  let last = packed + row - layout.WORD_BYTES;
  for (let index: u32 = 0; index < rows; index++, last += row)
    if (anyBitsOf(last, 1) >>> used != 0) return false;
  return true;
}

const MAX_WORK: u64 = layout.MAX_MACS;

/** Returns the multiply-accumulates of an op, or any number above MAX_WORK: a hostile product is huge. */
function workOf(model: usize, index: u32): u64 {
  const op = opRecord(model, index);
  const input: u32 = load<u16>(op + layout.OP_INPUT);
  const pool = load<u8>(op + layout.OP_OPCODE) > <u32>layout.OPCODE_BINARY_CONVOLUTION;
  let work = times(computedHeight(model, index), computedWidth(model, index));
  work = times(work, pool ? 1 : filtersOf(op));
  work = times(work, load<u8>(op + layout.OP_KERNEL_HEIGHT));
  work = times(work, load<u8>(op + layout.OP_KERNEL_WIDTH));
  work = times(work, channels(model, input));
  return times(work, planes(model, input));
}

/** Multiplies a product by one more factor above 0, unless the product is too large already. */
function times(product: u64, factor: u32): u64 {
  return product > MAX_WORK ? product : product * factor;
}

/**
 * Returns the number, from 1, of an op that overwrites a tensor which it or a later op reads; 0: there is
 * none.
 */
function overwrittenBy(model: usize, count: u32): u32 {
  for (let reader: u32 = 0; reader < count; reader++) {
    const op = opRecord(model, reader);
    const input: u32 = load<u16>(op + layout.OP_INPUT);
    // The op itself may replace its addend, or the input of single pixels.
    const replacesInput = readsSinglePixels(op, channels(model, input)) && replaces(model, input, reader);
    let written = overwrites(model, input, replacesInput ? reader - 1 : reader);
    const addend: u32 = load<u16>(op + layout.OP_ADDEND);
    if (written == 0 && addend != 0)
      written = overwrites(model, addend, replaces(model, addend, reader) ? reader - 1 : reader);
    if (written != 0) return written;
  }
  return 0;
}

/** Returns whether an op is a sum-pool that makes each sum of one number. */
function readsSinglePixels(op: usize, inputChannels: u32): bool {
  const taps = <u32>load<u8>(op + layout.OP_KERNEL_HEIGHT) * load<u8>(op + layout.OP_KERNEL_WIDTH);
  return (
    load<u8>(op + layout.OP_OPCODE) == <u8>layout.OPCODE_SUM_POOL &&
    taps == 1 &&
    filtersOf(op) == inputChannels
  );
}

/** Returns whether the output of op `index` has the place of a tensor, and as many numbers of the same type. */
function replaces(model: usize, tensor: u32, index: u32): bool {
  const output = index + 1;
  return (
    offset(model, output) == offset(model, tensor) &&
    type(model, output) == type(model, tensor) &&
    height(model, output) == height(model, tensor) &&
    width(model, output) == width(model, tensor) &&
    channels(model, output) == channels(model, tensor)
  );
}

/**
 * Returns the number, from 1, of the first op up to `reader` that overwrites a tensor after it was written;
 * or 0.
 */
function overwrites(model: usize, read: u32, reader: u32): u32 {
  const readStart: u64 = offset(model, read);
  const readEnd = readStart + tensorBytes(model, read);
  for (let written = read + 1; written <= reader + 1; written++) {
    const start: u64 = offset(model, written);
    if (start < readEnd && readStart < start + tensorBytes(model, written)) return written;
  }
  return 0;
}
