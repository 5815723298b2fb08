/**
 * A folder of images by class, read batch by batch: for sets like ImageNet that memory does not hold. Every picture is
 * decoded anew each time it is due, the next batch while the network trains on this one.
 */
import { basename, resolve } from 'node:path';
import { Random } from '../../random.js';
import { augment } from '../augmentation/index.js';
import type { Batch, BatchOptions } from '../batch.js';
import { type BatchPlan, labelsAt, planBatches } from '../batches.js';
import type { Dataset, ImageSet, ImageStream } from '../dataset.js';
import { concurrently } from './concurrent.js';
import { type Crop, decodeImage, type ImageShape, loadSharp } from './decode.js';
import { type ImageFolderOptions, labelsOf, shapeOf, splitTest } from './image-folder.js';
import { type ImageFile, listImageFolder } from './listing.js';

const FILES_AT_ONCE = 8;

/**
 * Training images are cut and scaled as `augmentation.resizedCrop` says; without it, and without a seed, it is the
 * middle of the picture.
 */
export class FileStream implements ImageStream {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly count: number;
  readonly labels: Uint8Array | Uint16Array;

  constructor(
    private readonly files: readonly ImageFile[],
    shape: ImageShape,
  ) {
    this.height = shape.height;
    this.width = shape.width;
    this.channels = shape.channels;
    this.count = files.length;
    this.labels = labelsOf([...files]);
  }

  subset(indices: ArrayLike<number>): FileStream {
    return new FileStream(
      Array.from(indices, (index) => this.files[index]),
      this,
    );
  }

  /** @throws CorruptImageError naming a file that cannot be decoded */
  async *batches(batchSize: number, options: BatchOptions = {}): AsyncGenerator<Batch> {
    let next: Promise<Batch> | undefined;
    for (const plan of planBatches(this.count, batchSize, options)) {
      const current = next;
      next = this.decode(plan, options);
      next.catch(() => {}); // it is awaited below, perhaps later than it fails
      if (current) yield await current;
    }
    if (next) yield await next;
  }

  private async decode({ indices, seed }: BatchPlan, { augmentation = {} }: BatchOptions): Promise<Batch> {
    const sharp = await loadSharp();
    const size = this.height * this.width * this.channels;
    const pixels = new Float32Array(indices.length * size);
    const shape = [this.height, this.width, this.channels] as const;
    // Seeds of their own: the order in which pictures are ready must not matter.
    const seeds = seed === undefined ? undefined : new Random(seed);
    const images = Array.from(indices, (index) => ({ index, seed: seeds?.seed() }));
    await concurrently(images, FILES_AT_ONCE, async ({ index, seed }, i) => {
      const random = seed === undefined ? undefined : new Random(seed);
      const crop: Crop = random && augmentation.resizedCrop ? { kind: 'random', random } : { kind: 'centre' };
      const image = await decodeImage(sharp, this.files[index].path, this, crop);
      const target = pixels.subarray(i * size, (i + 1) * size);
      if (random) augment(image, target, shape, augmentation, random);
      else target.set(image);
    });
    return { pixels, labels: labelsAt(this.labels, indices), count: indices.length };
  }
}

/**
 * As `loadImageFolder`, with nothing decoded yet.
 *
 * @throws CorruptImageError with `corrupt` 'refuse' only when a batch comes to the file; with 'skip' every file's header
 *   is looked at first, and those without a readable one are left out
 */
export async function streamImageFolder(
  folder: string,
  options: ImageFolderOptions = {},
): Promise<Dataset<ImageStream>> {
  const listing = await listImageFolder(folder);
  const skipped: string[] = [];
  const stream = async (files: ImageFile[]) => {
    const kept = options.corrupt === 'skip' ? await readable(files, options.onProgress) : files;
    const good = new Set(kept);
    for (const file of files) if (!good.has(file)) skipped.push(file.path);
    return new FileStream(kept, shapeOf(options));
  };
  const train = await stream(listing.train);
  const test = listing.test && (await stream(listing.test));
  const sets = test ? { train, test } : splitTest(train, folder);
  return { name: basename(resolve(folder)), classes: listing.classes, ...sets, skipped };
}

async function readable(
  files: ImageFile[],
  onProgress?: ImageFolderOptions['onProgress'],
): Promise<ImageFile[]> {
  const sharp = await loadSharp();
  let done = 0;
  const good = await concurrently(files, FILES_AT_ONCE, async ({ path }) => {
    const ok = await sharp(path)
      .metadata()
      .then(
        () => true,
        () => false,
      );
    onProgress?.(++done, files.length);
    return ok;
  });
  return files.filter((_, i) => good[i]);
}

/** All images of a stream in memory, as evaluation sees them. */
export async function gather(stream: ImageStream): Promise<ImageSet> {
  const { height, width, channels, count, labels } = stream;
  const images = new Uint8Array(count * height * width * channels);
  let at = 0;
  for await (const { pixels } of stream.batches(100)) {
    images.set(pixels, at);
    at += pixels.length;
  }
  return { images, labels, count, height, width, channels };
}
