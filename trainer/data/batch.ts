/** The images of one training step, and the options of batches. */
import type { Augmentation } from './augmentation/index.js';

export interface Batch {
  /** count x height x width x channels, in the batch's own memory. */
  pixels: Float32Array;
  labels: Uint16Array;
  count: number;
}

export interface BatchOptions {
  /** Seed of shuffling and augmentation. Default: the images in the set's order, unchanged. */
  seed?: number;
  /** Requires a seed. Default: none. */
  augmentation?: Augmentation;
  /** Number of batches to skip at the start. The following ones stay the same. Default: 0. */
  skip?: number;
}
