import type { PixelShape, Pixels } from './pixels.js';
import type { Rectangle } from './place.js';
import { type Taps, tapsOf } from './taps.js';

/**
 * Scales a part of images of one shape to one size. Transparent parts become black: each channel is
 * weighted by alpha.
 *
 * There is one rounding: sums are whole numbers below 2^53, which are divided once, halves up.
 */
export class Scaler {
  readonly #across: Taps;
  readonly #down: Taps;
  /**
   * The horizontal sums of one even and one odd row of the image, which neighboring rows of the result
   * share.
   */
  readonly #rows: readonly [Float64Array, Float64Array];
  /** The rows of the image that `#rows` holds. */
  readonly #held = new Int32Array(2);
  /** The sums in both directions. */
  readonly #sums: Float64Array;
  #data: Pixels['data'] = new Uint8Array();
  readonly #divisor: number;
  /** The channels of the result: 1 or 3. */
  readonly channels: 1 | 3;

  constructor(
    readonly from: PixelShape,
    readonly source: Rectangle,
    readonly width: number,
    readonly height: number,
  ) {
    this.#across = tapsOf(source.width, width);
    this.#down = tapsOf(source.height, height);
    this.channels = from.channels === 1 ? 1 : 3;
    this.#rows = [new Float64Array(width * this.channels), new Float64Array(width * this.channels)];
    this.#sums = new Float64Array(width * this.channels);
    this.#divisor = this.#across.total * this.#down.total * (from.channels === 4 ? 255 : 1);
  }

  /** Switches to another image of the same shape. */
  open(data: Pixels['data']): void {
    this.#data = data;
    this.#held.fill(-1);
  }

  /**
   * Scales one row of the result.
   *
   * @param y the row, 0 .. height - 1
   * @param into width x channels bytes
   */
  row(y: number, into: Uint8Array): void {
    const { first, start, weights } = this.#down;
    const sums = this.#sums.fill(0);
    for (let tap = start[y]; tap < start[y + 1]; tap++) {
      const row = this.#sumsAcross(this.source.top + first[y] + tap - start[y]);
      for (let i = 0; i < sums.length; i++) sums[i] += weights[tap] * row[i];
    }
    const divisor = this.#divisor;
    for (let i = 0; i < sums.length; i++) into[i] = Math.floor((2 * sums[i] + divisor) / (2 * divisor));
  }

  #sumsAcross(y: number): Float64Array {
    const row = this.#rows[y & 1];
    if (this.#held[y & 1] === y) return row;
    this.#held[y & 1] = y;
    const data = this.#data;
    const { first, start, weights } = this.#across;
    const { channels, width } = this.from;
    const line = (y * width + this.source.left) * channels;
    for (let x = 0; x < this.width; x++) {
      let a = 0;
      let b = 0;
      let c = 0;
      let at = line + first[x] * channels;
      for (let tap = start[x]; tap < start[x + 1]; tap++, at += channels) {
        const weight = channels === 4 ? weights[tap] * data[at + 3] : weights[tap];
        a += weight * data[at];
        if (channels === 1) continue;
        b += weight * data[at + 1];
        c += weight * data[at + 2];
      }
      row[x * this.channels] = a;
      if (channels === 1) continue;
      row[x * 3 + 1] = b;
      row[x * 3 + 2] = c;
    }
    return row;
  }
}
