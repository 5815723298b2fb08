/**
 * Batches of images as float32 pixels 0..255, in order or shuffled. The pixels are not normalized: the first layer
 * multiplies the raw bytes, like an integer engine.
 */
import { Random } from '../numbers/random.js';
import { checkAugmentation } from './augmentation/check.js';
import { augment } from './augmentation/index.js';
import type { Batch, BatchOptions } from './batch.js';
import type { ImageSet, Images } from './dataset.js';

/** The images of a future batch, and the seed of their augmentation. */
export interface BatchPlan {
  indices: Uint32Array;
  /** Undefined if nothing is random. */
  seed?: number;
}

/**
 * Returns batches with each image once. The last batch may be smaller.
 *
 * @throws {UsageError} for an augmentation that cannot be applied
 */
export function* batches(set: ImageSet, batchSize: number, options: BatchOptions = {}): Generator<Batch> {
  const { augmentation } = options;
  if (augmentation) checkAugmentation(augmentation, 'memory');
  const shape = [set.height, set.width, set.channels] as const;
  const size = set.height * set.width * set.channels;
  for (const { indices, seed } of planBatches(set.count, batchSize, options)) {
    const random = seed === undefined ? undefined : new Random(seed);
    const pixels = new Float32Array(indices.length * size);
    indices.forEach((index, i) => {
      const image = set.images.subarray(index * size, (index + 1) * size);
      const target = pixels.subarray(i * size, (i + 1) * size);
      if (random && augmentation) augment(image, target, shape, augmentation, random);
      else target.set(image);
    });
    yield { pixels, labels: labelsAt(set.labels, indices), count: indices.length };
  }
}

/** Returns batches of images in memory or on disk. */
export function batchesOf(
  images: Images,
  batchSize: number,
  options?: BatchOptions,
): Iterable<Batch> | AsyncIterable<Batch> {
  return 'batches' in images ? images.batches(batchSize, options) : batches(images, batchSize, options);
}

/** Returns what `batches` will yield, without the images. Each batch has its own seed, so that any can be skipped. */
export function* planBatches(
  count: number,
  batchSize: number,
  { seed, skip = 0 }: BatchOptions,
): Generator<BatchPlan> {
  const random = seed === undefined ? undefined : new Random(seed);
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  random?.shuffle(order);
  for (let start = 0, batch = 0; start < count; start += batchSize, batch++) {
    const plan = { indices: order.subarray(start, start + batchSize), seed: random?.seed() };
    if (batch >= skip) yield plan;
  }
}

/** Returns the labels at `indices`. */
export function labelsAt(labels: ArrayLike<number>, indices: Uint32Array): Uint16Array {
  return Uint16Array.from(indices, (index) => labels[index]);
}
