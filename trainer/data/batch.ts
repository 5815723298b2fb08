/** What a step of training takes, and how batches are asked for. */
import type { Augmentation } from './augmentation/index.js';

export interface Batch {
  /** count x height x width x channels; the batch's own memory. */
  pixels: Float32Array;
  labels: Uint16Array;
  count: number;
}

export interface BatchOptions {
  /** Shuffles, and drives the augmentation; without one the images come in the set's order, as they are. */
  seed?: number;
  /** Needs a seed. Default: none. */
  augmentation?: Augmentation;
  /** Batches to leave out at the beginning; those behind are the same as without. Default: 0. */
  skip?: number;
}
