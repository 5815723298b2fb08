/** Labeled images: the form of every dataset in training. */
import type { Preparation } from '@bd-edge/sdk/internal';
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
  /** The file of each image, if each has one. */
  readonly files?: readonly string[];
}

/** Images that are read batch by batch, for sets that do not fit in memory. */
export interface ImageStream extends Omit<ImageSet, 'images'> {
  /** Returns batches like the function `batches`: the same images for the same options. */
  batches(batchSize: number, options?: BatchOptions): AsyncIterable<Batch>;
  /** A digest by which the same images are known again. Default: only labels are compared. */
  readonly fingerprint?: string;
  /** Returns a stream of the images at `indices`, in that order. */
  subset(indices: ArrayLike<number>): ImageStream;
}

/** Images that can be trained on and evaluated. */
export type Images = ImageSet | ImageStream;

export interface Dataset<Kind extends Images = ImageSet> {
  readonly name: string;
  /** The names of the classes, by label. */
  readonly classNames: readonly string[];
  readonly train: Kind;
  readonly test: Kind;
  /** Files that were skipped because they cannot be read. */
  readonly skipped?: readonly string[];
  /** Counts of other files beside the images, by file extension; see `describeIgnored`. */
  readonly ignored?: Readonly<Record<string, number>>;
  /** Sentences for people about a folder: what was not obvious, and what is not used. */
  readonly notes?: readonly string[];
  /** How pictures of validation and test are prepared; undefined if the images are bytes already. */
  readonly preparation?: Preparation;
  /** A digest of the names and sizes of the files for training, by which a folder is known again elsewhere. */
  readonly fingerprint?: string;
  /** Whether the test images were held out of these files. */
  readonly heldOut?: boolean;
}

/** Returns the images at `indices`, in that order. The bytes of an image set are copied. */
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
  const { files } = set;
  const kept = files && { files: Array.from(indices, (index) => files[index]) };
  return { ...set, images, labels, count: indices.length, ...kept };
}
