import { UsageError } from '@bd-edge/sdk/internal';
import type { Augmentation } from './index.js';

/**
 * Checks that an augmentation can be applied.
 *
 * @param images whether the images are in memory, already scaled, or a stream of files
 * @throws {UsageError} `exclusive-augmentations`, or `stream-only-augmentation` for images in memory
 */
export function checkAugmentation(
  { shift, padAndCrop, resizedCrop }: Augmentation,
  images: 'memory' | 'stream',
): void {
  if (shift && padAndCrop) {
    throw new UsageError('exclusive-augmentations', 'shift and crop are mutually exclusive.', {
      received: { shift, padAndCrop },
    });
  }
  if (resizedCrop && images === 'memory') {
    throw new UsageError(
      'stream-only-augmentation',
      'resizedCrop requires a stream of image files, but these images are in memory; read a folder with --stream, or choose another augmentation with --augment.',
      { received: { resizedCrop } },
    );
  }
}
