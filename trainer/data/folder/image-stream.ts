/**
 * A folder of images by class, read batch by batch, for sets like ImageNet that do not fit in memory. Each picture is
 * decoded again in every epoch. The next batch is decoded while the network trains on the current one.
 */
import { basename, resolve } from 'node:path';
import type { Preparation } from '@bd-edge/sdk/internal';
import { Random } from '../../numbers/random.js';
import { checkAugmentation } from '../augmentation/check.js';
import { augment } from '../augmentation/index.js';
import type { Batch, BatchOptions } from '../batch.js';
import { type BatchPlan, labelsAt, planBatches } from '../batches.js';
import type { Dataset, ImageSet, ImageStream } from '../dataset.js';
import { cacheFile, FILES_AT_ONCE, readCache, writeCache } from './cache.js';
import { concurrently } from './concurrent.js';
import {
  type Crop,
  canBeDecoded,
  decodeImage,
  type ImageShape,
  loadSharp,
  STREAM_PREPARATION,
} from './decode.js';
import { type ImageFolderOptions, labelsOf, setsOf, shapeOf } from './image-folder.js';
import { type FileStatus, fingerprintOf, type ImageFile, listImageFolder, statusesOf } from './listing.js';

type SizedFile = ImageFile & FileStatus;

/**
 * A stream of image files. With `augmentation.resizedCrop` and a seed, random parts are cut out and scaled; otherwise the
 * center of each picture.
 */
export class FileStream implements ImageStream {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly count: number;
  readonly labels: Uint8Array | Uint16Array;
  readonly fingerprint: string;

  /** @param preparation of the pictures that are not cropped at random */
  constructor(
    private readonly pictures: readonly SizedFile[],
    shape: ImageShape,
    private readonly preparation: Preparation = STREAM_PREPARATION,
  ) {
    this.height = shape.height;
    this.width = shape.width;
    this.channels = shape.channels;
    this.count = pictures.length;
    this.labels = labelsOf([...pictures]);
    this.fingerprint = fingerprintOf(pictures, pictures);
  }

  get files(): readonly string[] {
    return this.pictures.map(({ path }) => path);
  }

  subset(indices: ArrayLike<number>): FileStream {
    return new FileStream(
      Array.from(indices, (index) => this.pictures[index]),
      this,
      this.preparation,
    );
  }

  /** @throws {FileError} `corrupt-image`; UsageError for an augmentation that cannot be applied */
  async *batches(batchSize: number, options: BatchOptions = {}): AsyncGenerator<Batch> {
    if (options.augmentation) checkAugmentation(options.augmentation, 'stream');
    let next: Promise<Batch> | undefined;
    for (const plan of planBatches(this.count, batchSize, options)) {
      const current = next;
      next = this.decode(plan, options);
      next.catch(() => {}); // it is awaited below, possibly after it has failed
      if (current) yield await current;
    }
    if (next) yield await next;
  }

  private async decode({ indices, seed }: BatchPlan, { augmentation = {} }: BatchOptions): Promise<Batch> {
    const sharp = await loadSharp();
    const size = this.height * this.width * this.channels;
    const pixels = new Float32Array(indices.length * size);
    const shape = [this.height, this.width, this.channels] as const;
    // Each picture has its own seed, so that the order of decoding does not matter.
    const seeds = seed === undefined ? undefined : new Random(seed);
    const images = Array.from(indices, (index) => ({ index, seed: seeds?.seed() }));
    await concurrently(images, FILES_AT_ONCE, async ({ index, seed }, i) => {
      const random = seed === undefined ? undefined : new Random(seed);
      const { preparation } = this;
      const crop: Crop =
        random && augmentation.resizedCrop ? { kind: 'random', random } : { kind: 'prepared', preparation };
      const image = await decodeImage(sharp, this.pictures[index], this, crop);
      const target = pixels.subarray(i * size, (i + 1) * size);
      if (random) augment(image, target, shape, augmentation, random);
      else target.set(image);
    });
    return { pixels, labels: labelsAt(this.labels, indices), count: indices.length };
  }
}

/**
 * Loads a folder like `loadImageFolder`, but as a stream. With `corrupt` 'skip' every file is decoded once before, so that
 * all epochs have the same images; the cache stores which files cannot be decoded.
 *
 * @throws {FileError} `invalid-image-folder`; with `corrupt` 'reject', batches throw `corrupt-image`
 */
export async function streamImageFolder(
  folder: string,
  options: ImageFolderOptions = {},
): Promise<Dataset<ImageStream>> {
  const shape = shapeOf(options);
  const { preparation = STREAM_PREPARATION } = options;
  const listing = await listImageFolder(folder, options);
  const listed = [...listing.train, ...(listing.test ?? [])];
  const statuses = await statusesOf(listed, FILES_AT_ONCE);
  const files = listed.map((file, i) => ({ ...file, ...statuses[i] }));
  const corrupt = options.corrupt === 'skip' ? await findCorrupt(folder, files, options) : [];
  const left = new Set(corrupt.map((i) => files[i]));
  const stream = (part: SizedFile[]) =>
    new FileStream(
      part.filter((file) => !left.has(file)),
      shape,
      preparation,
    );
  const count = listing.train.length;
  const sets = setsOf(stream(files.slice(0, count)), listing.test && stream(files.slice(count)), folder);
  const { classNames, ignored, notes, broken = [] } = listing;
  return {
    name: basename(resolve(folder)),
    classNames,
    ...sets,
    skipped: [...broken, ...Array.from(left, ({ path }) => path)],
    ignored,
    notes,
    preparation,
    fingerprint: fingerprintOf(listing.train, statuses, classNames),
    heldOut: listing.test === undefined,
  };
}

/** Returns the indices of the files that cannot be decoded. */
async function findCorrupt(
  folder: string,
  files: SizedFile[],
  { cacheDirectory, onProgress }: ImageFolderOptions,
): Promise<number[]> {
  const cache = cacheFile(folder, files, files, ['corrupt'], cacheDirectory);
  const known = await readCache(cache);
  if (known) return known.corrupt;
  const sharp = await loadSharp();
  let done = 0;
  const good = await concurrently(files, FILES_AT_ONCE, async (file) => {
    const ok = await canBeDecoded(sharp, file);
    onProgress?.(++done, files.length);
    return ok;
  });
  const corrupt = files.flatMap((_, i) => (good[i] ? [] : [i]));
  await writeCache(cache, { images: new Uint8Array(), corrupt });
  return corrupt;
}

/** Reads all images of a stream into memory, as evaluation gets them. */
export async function readStream(stream: ImageStream): Promise<ImageSet> {
  const { height, width, channels, count, labels } = stream;
  const images = new Uint8Array(count * height * width * channels);
  let at = 0;
  for await (const { pixels } of stream.batches(100)) {
    images.set(pixels, at);
    at += pixels.length;
  }
  return { images, labels, count, height, width, channels, files: stream.files };
}
