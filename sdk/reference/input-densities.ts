import type { Model } from '../format/parse.js';
import type { Shape } from '../format/tensor.js';

/** The densities that metadata has: a few digits are enough to choose kernels and to estimate times. */
const DIGITS = 4;

/** Measures how many values of each op's input are not 0, over images. */
export class InputDensities {
  #images = 0;
  /** The sums of the shares, for each op's output. */
  readonly #sums: number[];

  constructor(readonly model: Model) {
    this.#sums = model.ops.map(() => 0);
  }

  /** Adds the outputs of all ops for one image. */
  add(layers: readonly Uint8Array[]): void {
    this.#images++;
    layers.forEach((layer, op) => {
      this.#sums[op] += density(layer, this.model.tensors[op + 1]);
    });
  }

  /** Returns the mean for the input of each op; an image of pixels counts as 1. */
  means(): number[] {
    return this.model.ops.map(({ input }) =>
      input === 0 ? 1 : Number((this.#sums[input - 1] / this.#images).toFixed(DIGITS)),
    );
  }
}

/** Returns the share of a tensor's values that are not 0. A value of two planes is the sum of its two bits. */
function density(bytes: Uint8Array, { type, planes, height, width, channels }: Shape): number {
  const values = height * width * channels;
  if (type !== 'bits') {
    const valueBytes = { u8: 1, int16: 2, int32: 4 }[type];
    let count = 0;
    for (let at = 0; at < bytes.length; at += valueBytes)
      if (bytes.subarray(at, at + valueBytes).some((byte) => byte !== 0)) count++;
    return count / values;
  }
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const plane = words.length / (height * width * planes);
  let set = 0;
  for (let at = 0; at < words.length; at += plane * planes) {
    for (let word = at; word < at + plane; word++)
      set += countBits(planes === 1 ? words[word] : words[word] | words[word + plane]);
  }
  return set / values;
}

function countBits(word: number): number {
  let count = 0;
  for (let rest = word; rest !== 0; rest &= rest - 1) count++;
  return count;
}
