/**
 * Batches of an image set as float32 pixels 0..255, in order or shuffled. The pixels are not normalised: the first
 * layer multiplies the raw bytes, as an integer engine does.
 */
import { Random } from '../random.js';
import { shiftImage } from './augmentation.js';
import type { ImageSet } from './dataset.js';

export interface Batch {
  /** count x height x width x channels; the batch's own memory. */
  pixels: Float32Array;
  labels: Uint8Array;
  count: number;
}

export interface BatchOptions {
  /** Shuffles, and drives the augmentation; without one the images come in the set's order. */
  seed?: number;
  /** Moves each picture by up to this many pixels up, down, left and right. Needs a seed. Default: 0. */
  shift?: number;
}

/** @returns each image once; the last batch may be smaller */
export function* batches(set: ImageSet, batchSize: number, options: BatchOptions = {}): Generator<Batch> {
  const { seed, shift = 0 } = options;
  const random = new Random(seed ?? 0);
  const order = Uint32Array.from(set.labels, (_, i) => i);
  if (seed !== undefined) random.shuffle(order);

  const shape = [set.height, set.width, set.channels] as const;
  const size = set.height * set.width * set.channels;
  for (let start = 0; start < set.count; start += batchSize) {
    const indices = order.subarray(start, start + batchSize);
    const pixels = new Float32Array(indices.length * size);
    indices.forEach((index, i) => {
      const image = set.images.subarray(index * size, (index + 1) * size);
      const target = pixels.subarray(i * size, (i + 1) * size);
      if (seed === undefined || shift === 0) target.set(image);
      else
        shiftImage(
          image,
          target,
          shape,
          random.below(2 * shift + 1) - shift,
          random.below(2 * shift + 1) - shift,
        );
    });
    yield { pixels, labels: Uint8Array.from(indices, (index) => set.labels[index]), count: indices.length };
  }
}
