/** Labeled images: what every dataset becomes before training. */
import type { Batch, BatchOptions } from './batch.js';

/** Images in memory, as plain bytes. */
export interface ImageSet {
  /** count x height x width x channels, row by row, channels last; 0..255. */
  readonly images: Uint8Array;
  /** One class index per image. */
  readonly labels: Uint8Array | Uint16Array;
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Images that are read when their batch is due, for sets that do not fit in memory. */
export interface ImageStream extends Omit<ImageSet, 'images'> {
  /** As `batches` gives those of an image set: the same images for the same options. */
  batches(batchSize: number, options?: BatchOptions): AsyncIterable<Batch>;
  /** The images at `indices`, in that order. */
  subset(indices: ArrayLike<number>): ImageStream;
}

/** Whatever can be trained on and evaluated. */
export type Images = ImageSet | ImageStream;

export interface Dataset<Kind extends Images = ImageSet> {
  readonly name: string;
  /** Class names in the order of the labels. */
  readonly classes: readonly string[];
  readonly train: Kind;
  readonly test: Kind;
  /** Files that were left out because they cannot be read. */
  readonly skipped?: readonly string[];
  /** What lay beside the images and is none, by ending; see `describeIgnored`. */
  readonly ignored?: Readonly<Record<string, number>>;
}

/** The images at `indices`, copied, in that order. */
export function subset<Kind extends Images>(set: Kind, indices: ArrayLike<number>): Kind;
export function subset(set: Images, indices: ArrayLike<number>): Images {
  if ('batches' in set) return set.subset(indices);
  const size = set.height * set.width * set.channels;
  const images = new Uint8Array(indices.length * size);
  const labels = new (set.labels instanceof Uint16Array ? Uint16Array : Uint8Array)(indices.length);
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i];
    images.set(set.images.subarray(index * size, (index + 1) * size), i * size);
    labels[i] = set.labels[index];
  }
  return { ...set, images, labels, count: indices.length };
}
