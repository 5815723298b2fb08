import { boardEngineWasm } from '../engine/wasm.js';
import { crc32 } from '../format/crc32.js';
import { IN_PLACE } from '../format/layout.js';

/*
 * The `board` build of the engine with its imports (assembly/kernels/board.ts) written anew and as plainly as can be: what
 * firmware has in C is held against the same engine elsewhere.
 */

type Exports = Record<string, (...numbers: number[]) => number>;

export interface BoardEngine {
  wasm: Exports;
  memory: WebAssembly.Memory;
  /** Lets the engine load a model. @returns its answer */
  load(model: Uint8Array, leaveInPlace: boolean): number;
}

/** @throws {RangeError} from a call of the engine's that asks a kernel for what is not there */
export async function boardEngine(): Promise<BoardEngine> {
  let stored = new Uint8Array();
  const sums =
    (width: 1 | 2) => (window: number, weights: number, count: number, filters: number, to: number) => {
      const values = bytes(window, count * width);
      const all = bytes(weights, count * filters);
      for (let filter = 0; filter < filters; filter++) {
        let sum = 0;
        for (let i = 0; i < count; i++) {
          const value = width === 1 ? values.getUint8(i) : values.getInt16(2 * i, true);
          sum += value * all.getInt8(filter * count + i);
        }
        bytes(to, 4 * filters).setInt32(4 * filter, sum, true);
      }
    };
  const binarySums = (
    window: number,
    weights: number,
    words: number,
    planes: number,
    filters: number,
    to: number,
  ) => {
    for (let filter = 0; filter < filters; filter++) {
      let sum = 0;
      for (let i = 0; i < planes * words; i++) {
        const weight = bytes(weights, 4 * words * filters).getUint32(
          4 * (filter * words + (i % words)),
          true,
        );
        sum += ones(bytes(window, 4 * words * planes).getUint32(4 * i, true) & weight);
      }
      bytes(to, 4 * filters).setInt32(4 * filter, sum, true);
    }
  };
  const row =
    (binary: boolean) =>
    (...numbers: number[]) => {
      const [image, height, width, planes, tapBytes, kernelHeight, kernelWidth, stride, top, left, ...rest] =
        numbers;
      const [weights, filters, parameters, cuts, cutStride, output, pixels, pixelBytes, scratch] = rest;
      const taps = kernelHeight * kernelWidth;
      const words = Math.ceil(filters / 32);
      for (let pixel = 0; pixel < pixels; pixel++) {
        const window = bytes(scratch, planes * taps * tapBytes);
        for (let at = 0; at < window.byteLength; at++) {
          const [plane, tap] = [Math.floor(at / (taps * tapBytes)), Math.floor(at / tapBytes) % taps];
          const y = top + Math.floor(tap / kernelWidth);
          const x = left + pixel * stride + (tap % kernelWidth);
          const inside = y >= 0 && y < height && x >= 0 && x < width;
          const from = ((y * width + x) * planes + plane) * tapBytes + (at % tapBytes);
          window.setUint8(at, inside ? bytes(image, height * width * planes * tapBytes).getUint8(from) : 0);
        }
        const bits = bytes(output + pixel * pixelBytes, pixelBytes);
        for (let at = 0; at < pixelBytes; at++) bits.setUint8(at, 0);
        let set = 0;
        for (let at = 0; at < window.byteLength; at++) set += ones(window.getUint8(at));
        for (let filter = 0; filter < filters; filter++) {
          const place = weights + filter * taps * tapBytes;
          let sum = 0;
          if (binary) {
            for (let word = 0; word < (taps * tapBytes) / 4; word++)
              for (let plane = 0; plane < planes; plane++)
                sum +=
                  2 *
                  ones(
                    bytes(place, taps * tapBytes).getUint32(4 * word, true) &
                      window.getUint32(plane * taps * tapBytes + 4 * word, true),
                  );
            sum -= set;
          } else {
            for (let at = 0; at < taps * tapBytes; at++)
              sum += window.getUint8(at) * bytes(place, taps * tapBytes).getInt8(at);
          }
          for (let cut = 0; cut < cuts; cut++) {
            const all = bytes(parameters, 4 * cuts * (filters + words));
            const least = all.getInt32(4 * (cut * filters + filter), true);
            const turned =
              (all.getUint32(4 * (cuts * filters + cut * words + (filter >> 5)), true) >>> (filter & 31)) & 1;
            const bit = filter + cut * cutStride;
            if (Number(sum >= least) !== turned)
              bits.setUint8(bit >> 3, bits.getUint8(bit >> 3) | (1 << (bit & 7)));
          }
        }
      }
    };
  const imports = {
    binarySums,
    int8Sums: sums(1),
    int16Sums: sums(2),
    binaryRow: row(true),
    int8Row: row(false),
    copy(to: number, from: number, length: number) {
      if (to + length > memory.buffer.byteLength) return 0;
      new Uint8Array(memory.buffer, to).set(new Uint8Array(viewed(from, length)));
      return 1;
    },
    checksum: (from: number, length: number) => crc32(new Uint8Array(viewed(from, length))),
    lastWords(from: number, rows: number, words: number) {
      const all = bytes(from, 4 * rows * words);
      let or = 0;
      for (let i = 1; i <= rows; i++) or |= all.getUint32(4 * (i * words - 1), true);
      return or;
    },
    largestMagnitude(weights: number, count: number, filters: number) {
      const all = new Int8Array(viewed(weights, count * filters));
      const magnitudes = Array.from({ length: filters }, (_, filter) =>
        all.subarray(filter * count, (filter + 1) * count).reduce((sum, weight) => sum + Math.abs(weight), 0),
      );
      return Math.min(Math.max(...magnitudes), 0xffffffff);
    },
  };
  const { instance } = await WebAssembly.instantiate(await boardEngineWasm(), { board: imports });
  const memory = instance.exports.memory as WebAssembly.Memory;
  const wasm = instance.exports as unknown as Exports;

  /** What lies from an address on, also where the model stays. */
  function bytes(address: number, length: number): DataView {
    const [buffer, start] =
      address >>> 0 < IN_PLACE ? [memory.buffer, address] : [stored.buffer, (address >>> 0) - IN_PLACE];
    return new DataView(buffer, start, length);
  }
  /** A copy of it. */
  function viewed(address: number, length: number): ArrayBuffer {
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

function ones(word: number): number {
  let count = 0;
  for (let rest = word >>> 0; rest !== 0; rest >>>= 1) count += rest & 1;
  return count;
}
