import * as layout from '../../assembly/layout.js';
import { boardEngineWasm } from '../engine/wasm.js';
import { crc32 } from '../format/crc32.js';

const { IN_PLACE, OPCODE_BINARY_CONVOLUTION, OPCODE_INT8_CONVOLUTION, OPCODE_MAX_POOL } = layout;
const { BLOCK_FILTERS, TYPE_BITS, TYPE_INT16, TYPE_INT32, TYPE_U8, WORD_BITS, WORD_BYTES } = layout;

/*
 * The `board` build of the engine with a second, plain implementation of its imports
 * (assembly/kernels/board.ts). The firmware's C runs the same engine, so that the results of both can be
 * compared.
 */

type Exports = Record<string, (...numbers: number[]) => number>;

export interface BoardEngine {
  wasm: Exports;
  memory: WebAssembly.Memory;
  /** Loads a model. @returns the engine's answer */
  load(model: Uint8Array, leaveInPlace: boolean): number;
}

function alignWord(bytes: number): number {
  return Math.ceil(bytes / WORD_BYTES) * WORD_BYTES;
}

/** @throws {RangeError} from a call of the engine that passes an address outside of its memory to a kernel */
export async function boardEngine(): Promise<BoardEngine> {
  let stored = new Uint8Array();
  /** Runs an op as docs/link.md describes it: pixel by pixel, filter by filter, value by value. */
  const layer = (call: number): void => {
    const fields = new Uint32Array(memory.buffer.slice(call, call + layout.LAYER_BYTES));
    const field = (offset: number) => fields[offset / WORD_BYTES];
    const opcode = field(layout.LAYER_OPCODE);
    const [kernelHeight, kernelWidth] = [field(layout.LAYER_KERNEL_HEIGHT), field(layout.LAYER_KERNEL_WIDTH)];
    const [strideY, strideX] = [field(layout.LAYER_STRIDE_Y), field(layout.LAYER_STRIDE_X)];
    const [paddingTop, paddingLeft] = [field(layout.LAYER_PADDING_TOP), field(layout.LAYER_PADDING_LEFT)];
    const [poolHeight, poolWidth] = [field(layout.LAYER_POOL_HEIGHT), field(layout.LAYER_POOL_WIDTH)];
    const type = field(layout.LAYER_INPUT_TYPE);
    const [height, width] = [field(layout.LAYER_INPUT_HEIGHT), field(layout.LAYER_INPUT_WIDTH)];
    const [channels, planes] = [field(layout.LAYER_INPUT_CHANNELS), field(layout.LAYER_INPUT_PLANES)];
    const outputType = field(layout.LAYER_OUTPUT_TYPE);
    const [outputHeight, outputWidth] = [field(layout.LAYER_OUTPUT_HEIGHT), field(layout.LAYER_OUTPUT_WIDTH)];
    const outputChannels = field(layout.LAYER_OUTPUT_CHANNELS);
    const outputPlanes = field(layout.LAYER_OUTPUT_PLANES);
    const [outputsPerSum, shift] = [field(layout.LAYER_OUTPUTS_PER_SUM), field(layout.LAYER_SHIFT)];
    const parameters = field(layout.LAYER_PARAMETERS);
    const addendChannels = field(layout.LAYER_ADDEND_CHANNELS);

    const binary = opcode === OPCODE_BINARY_CONVOLUTION;
    const convolves = binary || opcode === OPCODE_INT8_CONVOLUTION;
    const filters = outputsPerSum === 2 && outputPlanes === 1 ? outputChannels / 2 : outputChannels;
    const taps = kernelHeight * kernelWidth;
    const outputPixels = outputHeight * outputWidth;
    const input = tensorAt(field(layout.LAYER_INPUT), type, height * width * planes, channels);
    const output = tensorAt(
      field(layout.LAYER_OUTPUT),
      outputType,
      outputPixels * outputPlanes,
      outputChannels,
    );
    const added = tensorAt(field(layout.LAYER_ADDEND), TYPE_INT16, outputPixels, addendChannels);
    // Binary weights: a row of a block of filters for each tap and channel.
    const weights = binary
      ? tensorAt(
          field(layout.LAYER_WEIGHTS),
          TYPE_BITS,
          Math.ceil(filters / BLOCK_FILTERS) * taps * channels,
          BLOCK_FILTERS,
        )
      : tensorAt(field(layout.LAYER_WEIGHTS), TYPE_U8, convolves ? filters * taps : 0, channels);
    const word = (index: number) => bytes(parameters + WORD_BYTES * index, WORD_BYTES).getInt32(0, true);
    const bit = (first: number, index: number) => (word(first + (index >> 5)) >>> (index & 31)) & 1;

    /** Returns the taps of a window that are inside of the input, with their pixels. */
    const tapsOf = (y: number, x: number) =>
      Array.from({ length: taps }, (_, tap) => {
        const row = y * strideY - paddingTop + Math.floor(tap / kernelWidth);
        const column = x * strideX - paddingLeft + (tap % kernelWidth);
        const inside = row >= 0 && row < height && column >= 0 && column < width;
        return { tap, pixel: inside ? row * width + column : -1 };
      }).filter(({ pixel }) => pixel >= 0);
    type Taps = ReturnType<typeof tapsOf>;

    /** Returns the largest value, or the smallest of bits whose mask bit is set. `mask` counts in words. */
    const largest = (values: number[], mask: number, index: number) => {
      const takesAll = values.length > 1 && outputType === TYPE_BITS && bit(mask, index) === 1;
      return takesAll ? Math.min(...values) : Math.max(...values);
    };
    const putMaximum = (pixel: number, inside: Taps, channel: number) => {
      for (let plane = 0; plane < planes; plane++) {
        const values = inside.map((tap) => input.get(tap.pixel * planes + plane, channel));
        const mask = plane * Math.ceil(channels / WORD_BITS);
        output.set(pixel * planes + plane, channel, largest(values, mask, channel));
      }
    };
    const weightOf = (filter: number, tap: number, channel: number) => {
      if (binary) {
        const block = Math.floor(filter / BLOCK_FILTERS) * taps;
        return 2 * weights.get((block + tap) * channels + channel, filter % BLOCK_FILTERS) - 1;
      }
      const value = weights.get(filter * taps + tap, channel);
      return value > 127 ? value - 256 : value;
    };
    const sumOf = (inside: Taps, filter: number) => {
      let sum = 0;
      for (let channel = convolves ? 0 : filter; channel < channels; channel += convolves ? 1 : filters)
        for (const { tap, pixel } of inside)
          for (let plane = 0; plane < planes; plane++) {
            const value = input.get(pixel * planes + plane, channel);
            sum += convolves ? value * weightOf(filter, tap, channel) : value;
          }
      return convolves ? sum : sum * Math.floor(taps / inside.length);
    };
    const numbers = outputsPerSum * filters;
    const filterWords = Math.ceil(filters / WORD_BITS);
    /** Returns output `k` of a sum. */
    const outputOf = (pixel: number, filter: number, k: number, sum: number) => {
      if (outputsPerSum === 0) return sum + word(filter);
      const number = k * filters + filter;
      if (outputType === TYPE_BITS) {
        const inverted = bit(numbers + k * filterWords, filter);
        return Number(sum >= word(number)) ^ inverted;
      }
      const offset = (BigInt(word(2 * numbers + number)) << 32n) | BigInt(word(numbers + number) >>> 0);
      const filtersWithAddend = addendChannels / outputsPerSum;
      const addend = filter < filtersWithAddend ? added.get(pixel, k * filtersWithAddend + filter) : 0;
      const value = ((BigInt(sum) * BigInt(word(number)) + offset) >> BigInt(shift)) + BigInt(addend);
      const [low, high] = outputType === TYPE_U8 ? [0, layout.MAX_U8] : [layout.MIN_INT16, layout.MAX_INT16];
      return Number(value < low ? low : value > high ? high : value);
    };
    /** Returns the windows of the convolution's pixels that one output pixel is the largest of. */
    const windowsOf = (y: number, x: number) =>
      Array.from({ length: poolHeight * poolWidth }, (_, place) =>
        tapsOf(y * poolHeight + Math.floor(place / poolWidth), x * poolWidth + (place % poolWidth)),
      );

    // A board's kernels use that memory, so nothing else may.
    const scratch = field(layout.LAYER_SCRATCH);
    const inputBytes = type === TYPE_INT16 ? 2 : binary ? planes : 1;
    const pooledBytes = poolHeight * poolWidth > 1 ? alignWord(output.bytes * outputPlanes) : 0;
    const scratchBytes = convolves ? alignWord(taps * channels * inputBytes) + 128 + pooledBytes : 0;
    new Uint8Array(memory.buffer, scratch, scratchBytes);
    const used = Math.min(memory.buffer.byteLength - scratch, scratchBytes + 4096);
    new Uint8Array(memory.buffer, scratch, used).fill(0xa5);
    for (let pixel = 0; pixel < outputPixels; pixel++) {
      const windows = windowsOf(Math.floor(pixel / outputWidth), pixel % outputWidth);
      if (outputType === TYPE_BITS)
        for (let plane = 0; plane < outputPlanes; plane++) output.clear(pixel * outputPlanes + plane);
      for (let filter = 0; filter < filters; filter++) {
        if (opcode === OPCODE_MAX_POOL) {
          putMaximum(pixel, windows[0], filter);
          continue;
        }
        const sums = windows.map((inside) => sumOf(inside, filter));
        for (let k = 0; k < Math.max(outputsPerSum, 1); k++) {
          const values = sums.map((sum) => outputOf(pixel, filter, k, sum));
          const [plane, channel] = outputPlanes === 2 ? [k, filter] : [0, k * filters + filter];
          const mask = numbers + (outputsPerSum + k) * filterWords;
          output.set(pixel * outputPlanes + plane, channel, largest(values, mask, filter));
        }
      }
    }
  };
  const imports = {
    layer,
    copy(to: number, from: number, length: number) {
      if (to + length > memory.buffer.byteLength) return 0;
      new Uint8Array(memory.buffer, to).set(new Uint8Array(copyOf(from, length)));
      return 1;
    },
    checksum: (from: number, length: number) => crc32(new Uint8Array(copyOf(from, length))),
    anyBits(from: number, words: number) {
      const all = bytes(from, WORD_BYTES * words);
      let or = 0;
      for (let i = 0; i < words; i++) or |= all.getUint32(WORD_BYTES * i, true);
      return or;
    },
    inRange(from: number, count: number, min: number, max: number) {
      const all = bytes(from, WORD_BYTES * count);
      for (let i = 0; i < count; i++) {
        const value = all.getInt32(WORD_BYTES * i, true);
        if (value < min || value > max) return 0;
      }
      return 1;
    },
    largestMagnitude(weights: number, count: number, filters: number) {
      const all = new Int8Array(copyOf(weights, count * filters));
      const magnitudes = Array.from({ length: filters }, (_, filter) =>
        all.subarray(filter * count, (filter + 1) * count).reduce((sum, weight) => sum + Math.abs(weight), 0),
      );
      return Math.min(Math.max(...magnitudes), 0xffffffff);
    },
  };
  const { instance } = await WebAssembly.instantiate(await boardEngineWasm(), { board: imports });
  const memory = instance.exports.memory as WebAssembly.Memory;
  // A board gives the engine all of its memory at once.
  memory.grow(255);
  const wasm = instance.exports as unknown as Exports;

  /** Returns the bytes at an address, also of a model that stays in place. */
  function bytes(address: number, length: number): DataView {
    const [buffer, start] =
      address >>> 0 < IN_PLACE ? [memory.buffer, address] : [stored.buffer, (address >>> 0) - IN_PLACE];
    return new DataView(buffer, start, length);
  }
  /** Gives access to the values of a tensor by pixel (of one plane) and channel. */
  function tensorAt(address: number, type: number, pixels: number, channels: number) {
    const words = Math.ceil(channels / WORD_BITS);
    const size =
      type === TYPE_BITS ? 4 * words : channels * (type === TYPE_U8 ? 1 : type === TYPE_INT16 ? 2 : 4);
    const unit = type === TYPE_U8 ? 1 : type === TYPE_INT16 ? 2 : 4;
    if (address % unit !== 0) throw new RangeError(`${address} is not a multiple of ${unit}`);
    const view = bytes(address, pixels * size);
    const place = (pixel: number, channel: number) => pixel * size + (channel >> 3);
    return {
      bytes: size,
      clear(pixel: number): void {
        new Uint8Array(view.buffer, view.byteOffset + pixel * size, size).fill(0);
      },
      get(pixel: number, channel: number): number {
        if (type === TYPE_BITS) return (view.getUint8(place(pixel, channel)) >> (channel & 7)) & 1;
        if (type === TYPE_U8) return view.getUint8(pixel * size + channel);
        return view.getInt16(pixel * size + 2 * channel, true);
      },
      set(pixel: number, channel: number, value: number): void {
        if (type === TYPE_U8) view.setUint8(pixel * size + channel, value);
        else if (type === TYPE_INT16) view.setInt16(pixel * size + 2 * channel, value, true);
        else if (type === TYPE_INT32) view.setInt32(pixel * size + 4 * channel, value, true);
        else {
          const [at, bit] = [place(pixel, channel), 1 << (channel & 7)];
          view.setUint8(at, value ? view.getUint8(at) | bit : view.getUint8(at) & ~bit);
        }
      },
    };
  }
  /** Returns a copy of bytes at an address. */
  function copyOf(address: number, length: number): ArrayBuffer {
    const { buffer, byteOffset } = bytes(address, length);
    return buffer.slice(byteOffset, byteOffset + length) as ArrayBuffer;
  }
  return {
    wasm,
    memory,
    load(model, leaveInPlace) {
      stored = model.slice();
      const address = wasm.reserve(leaveInPlace ? 0 : model.length) >>> 0;
      if (address !== IN_PLACE) new Uint8Array(memory.buffer).set(model, address);
      return wasm.loadModel(model.length) >>> 0;
    },
  };
}
