import * as layout from '../../assembly/layout.js';
import { boardEngineWasm } from '../engine/wasm.js';
import { crc32 } from '../format/crc32.js';

const { IN_PLACE, OPCODE_BINARY_CONVOLUTION, OPCODE_INT8_CONVOLUTION, OPCODE_MAX_POOL } = layout;
const { TYPE_BITS, TYPE_INT16, TYPE_INT32, TYPE_U8, WORD_BITS, WORD_BYTES } = layout;

/*
 * The `board` build of the engine with a second, plain implementation of its imports (assembly/kernels/board.ts). The
 * firmware's C runs the same engine, so that the results of both can be compared.
 */

type Exports = Record<string, (...numbers: number[]) => number>;

export interface BoardEngine {
  wasm: Exports;
  memory: WebAssembly.Memory;
  /** Loads a model. @returns the engine's answer */
  load(model: Uint8Array, leaveInPlace: boolean): number;
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
    const type = field(layout.LAYER_INPUT_TYPE);
    const [height, width] = [field(layout.LAYER_INPUT_HEIGHT), field(layout.LAYER_INPUT_WIDTH)];
    const [channels, planes] = [field(layout.LAYER_INPUT_CHANNELS), field(layout.LAYER_INPUT_PLANES)];
    const outputType = field(layout.LAYER_OUTPUT_TYPE);
    const [outputHeight, outputWidth] = [field(layout.LAYER_OUTPUT_HEIGHT), field(layout.LAYER_OUTPUT_WIDTH)];
    const outputChannels = field(layout.LAYER_OUTPUT_CHANNELS);
    const outputPlanes = field(layout.LAYER_OUTPUT_PLANES);
    const [cuts, shift] = [field(layout.LAYER_OUTPUTS_PER_SUM), field(layout.LAYER_SHIFT)];
    const [weights, parameters] = [field(layout.LAYER_WEIGHTS), field(layout.LAYER_PARAMETERS)];
    const addendChannels = field(layout.LAYER_ADDEND_CHANNELS);
    const window = field(layout.LAYER_WINDOW);
    const binary = opcode === OPCODE_BINARY_CONVOLUTION;
    const convolves = binary || opcode === OPCODE_INT8_CONVOLUTION;
    const filters = cuts === 2 && outputPlanes === 1 ? outputChannels / 2 : outputChannels;
    const read = tensorAt(field(layout.LAYER_INPUT), type, height * width * planes, channels);
    const outputPixels = outputHeight * outputWidth * outputPlanes;
    const write = tensorAt(field(layout.LAYER_OUTPUT), outputType, outputPixels, outputChannels);
    const addend = field(layout.LAYER_ADDEND);
    const added = tensorAt(addend, TYPE_INT16, outputHeight * outputWidth, addendChannels);
    const weight = tensorAt(
      weights,
      binary ? TYPE_BITS : TYPE_U8,
      convolves ? filters * kernelHeight * kernelWidth : 0,
      channels,
    );
    const word = (index: number) => bytes(parameters + WORD_BYTES * index, WORD_BYTES).getInt32(0, true);
    const bit = (first: number, index: number) => (word(first + (index >> 5)) >>> (index & 31)) & 1;
    const tapBytes = binary || type !== TYPE_BITS ? read.bytes * planes : channels;
    for (let y = 0; y < outputHeight; y++) {
      // A board gathers windows there, so nothing else may use that memory.
      if (convolves) new Uint8Array(memory.buffer, window, kernelHeight * kernelWidth * tapBytes).fill(0xa5);
      for (let x = 0; x < outputWidth; x++) {
        const taps: { tap: number; pixel: number }[] = [];
        for (let ky = 0; ky < kernelHeight; ky++)
          for (let kx = 0; kx < kernelWidth; kx++) {
            const [row, column] = [y * strideY - paddingTop + ky, x * strideX - paddingLeft + kx];
            if (row >= 0 && row < height && column >= 0 && column < width)
              taps.push({ tap: ky * kernelWidth + kx, pixel: row * width + column });
          }
        const values = (channel: number) =>
          taps.flatMap(({ tap, pixel }) =>
            Array.from({ length: planes }, (_, plane) => ({
              tap,
              value: read.get(pixel * planes + plane, channel),
            })),
          );
        const outputPixel = y * outputWidth + x;
        for (let plane = 0; plane < outputPlanes; plane++) write.clear(outputPixel * outputPlanes + plane);
        for (let filter = 0; filter < filters; filter++) {
          if (opcode === OPCODE_MAX_POOL) {
            for (let plane = 0; plane < planes; plane++) {
              const all = taps.map(({ pixel }) => read.get(pixel * planes + plane, filter));
              const turned = type === TYPE_BITS && bit(plane * Math.ceil(channels / WORD_BITS), filter) === 1;
              write.set(outputPixel * planes + plane, filter, turned ? Math.min(...all) : Math.max(...all));
            }
            continue;
          }
          let sum = 0;
          for (let channel = convolves ? 0 : filter; channel < channels; channel += convolves ? 1 : filters)
            for (const { tap, value } of values(channel)) {
              const by = convolves ? weight.get(filter * kernelHeight * kernelWidth + tap, channel) : 1;
              sum += value * (binary ? 2 * by - 1 : by > 127 ? by - 256 : by);
            }
          if (!convolves) sum *= Math.floor((kernelHeight * kernelWidth) / taps.length);
          if (cuts === 0) write.set(outputPixel, filter, sum + word(filter));
          for (let cut = 0; cut < cuts; cut++) {
            const number = cut * filters + filter;
            const [plane, channel] = outputPlanes === 2 ? [cut, filter] : [0, number];
            if (outputType === TYPE_BITS) {
              const turned = bit(cuts * filters + cut * Math.ceil(filters / WORD_BITS), filter);
              write.set(outputPixel * outputPlanes + plane, channel, Number(sum >= word(number)) ^ turned);
            } else {
              const [low, high] = [word(cuts * filters + number), word(2 * cuts * filters + number)];
              const offset = (BigInt(high) << 32n) | BigInt(low >>> 0);
              const others = addendChannels / Math.max(1, cuts);
              const plus = filter < others ? added.get(outputPixel, cut * others + filter) : 0;
              const value = ((BigInt(sum) * BigInt(word(number)) + offset) >> BigInt(shift)) + BigInt(plus);
              const [least, most] = outputType === TYPE_U8 ? [0, 255] : [-32768, 32767];
              write.set(outputPixel, number, Number(value < least ? least : value > most ? most : value));
            }
          }
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
    lastWords(from: number, rows: number, words: number) {
      const all = bytes(from, 4 * rows * words);
      let or = 0;
      for (let i = 1; i <= rows; i++) or |= all.getUint32(4 * (i * words - 1), true);
      return or;
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
