import { boardScratchBytes, type Model, tensorBytes } from '@bd-edge/sdk/internal';
import * as layout from '@bd-edge/sdk/internal/layout';

/** `struct binary_scale` in firmware/kernels/binary-scales.h. */
const SCALE_BYTES = 16;
/** Pointers in `struct binary_slice` in firmware/kernels/binary-counters.h. */
const SLICE_POINTERS = 3;
/** The limit of offsets in lists, on the processor that allows the fewest. */
const MAX_LIST_OFFSET = Math.floor(65535 / 4);
const ENTRY_BYTES = 2;

type Op = Model['ops'][number];
type Convolution = Extract<Op, { weights: Int8Array }>;

/**
 * Returns the bytes of scratch memory with which the kernel of an op is fastest. A binary convolution lists the inputs of
 * rows that are not 0, and prepares its parameters, as `divide` in firmware/kernels/binary-convolution.c.
 *
 * @param pointerBytes bytes of a pointer (default: those of boards)
 */
export function usefulScratchBytes(model: Model, index: number, pointerBytes = 4): number {
  const least = boardScratchBytes(model, index);
  const op = model.ops[index];
  if (op.kind !== 'binary-convolution') return least;
  const { height, width, channels } = model.tensors[op.input];
  const { kernelHeight, kernelWidth, strideY } = op.window;
  const inputs = kernelHeight * kernelWidth * channels;
  const entries = width * channels;
  const pixel = op.pool ? wholeWords(tensorBytes({ ...model.tensors[index + 1], height: 1, width: 1 })) : 0;
  const prepared = pixel + preparedBytes(model, index, op);
  if (entries > MAX_LIST_OFFSET) return Math.max(least, prepared + windowBytes(inputs));
  const rows = Math.min(kernelHeight + ((op.pool?.height ?? 1) - 1) * strideY, height);
  const rowBytes = wholeWords((2 * (width + 1) + entries) * ENTRY_BYTES);
  const sliceBytes = 2 * kernelHeight * SLICE_POINTERS * pointerBytes;
  const carryWords = Math.floor(inputs / 8) + kernelHeight + 3;
  const listed = 8 + sliceBytes + carryWords * layout.WORD_BYTES + rows * rowBytes;
  return Math.max(least, prepared + Math.max(listed, windowBytes(inputs)));
}

/** Returns the bytes of thresholds or scales as the kernel prepares them. */
function preparedBytes(model: Model, index: number, { epilogue, filters }: Convolution): number {
  if (epilogue.kind === 'sum') return 0;
  if (epilogue.kind === 'fixed-point') return epilogue.multipliers.length * SCALE_BYTES;
  const op = model.ops[index] as Convolution;
  const { channels, planes } = model.tensors[op.input];
  const bound = op.window.kernelHeight * op.window.kernelWidth * channels * planes;
  const words = Math.ceil(filters / layout.WORD_BITS) * epilogue.thresholds.length;
  return words * bitsOf(2 * bound + 1) * layout.WORD_BYTES;
}

/** Returns the bytes that the kernel leaves for the list of a window, when it decides on prepared parameters. */
function windowBytes(inputs: number): number {
  const entries = 2 * Math.ceil((inputs + layout.WORD_BITS) / 2);
  return entries * ENTRY_BYTES + (Math.floor(inputs / 8) + 4) * layout.WORD_BYTES;
}

function bitsOf(value: number): number {
  return Math.floor(Math.log2(value)) + 1;
}

function wholeWords(bytes: number): number {
  return Math.ceil(bytes / layout.WORD_BYTES) * layout.WORD_BYTES;
}
