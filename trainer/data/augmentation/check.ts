/** What an augmentation cannot be: better refused than half done without a word. */
import { UsageError } from '@bd-edge/sdk/internal';
import type { Augmentation } from './index.js';

/** An augmentation that asks for what excludes one another, or for what these images cannot have. */
export class UnfitAugmentationError extends UsageError {
  override readonly name = 'UnfitAugmentationError';
}

/**
 * @param images whether they are in memory, scaled, or read from their files when they are due
 * @throws UnfitAugmentationError
 */
export function checkAugmentation(
  { shift, padAndCrop, resizedCrop }: Augmentation,
  images: 'memory' | 'stream',
): void {
  if (shift && padAndCrop) {
    throw new UnfitAugmentationError(
      `A picture is to be shifted by up to ${shift} pixels and cropped from ${padAndCrop} pixels of border, which is the same in two ways; name either shift or crop.`,
    );
  }
  if (resizedCrop && images === 'memory') {
    throw new UnfitAugmentationError(
      "The recipe's resizedCrop cuts parts out of picture files, and these images are in memory, scaled; read a folder with --stream, or name another augmentation with --augment.",
    );
  }
}
