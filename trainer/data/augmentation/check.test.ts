import { expect, it } from 'vitest';
import { batches } from '../batches.js';
import { FileStream } from '../folder/image-stream.js';
import { checkAugmentation, UnfitAugmentationError } from './check.js';
import type { Augmentation } from './index.js';

const set = {
  ...{ images: new Uint8Array(4), labels: new Uint8Array(1) },
  ...{ count: 1, height: 2, width: 2, channels: 1 },
};
const stream = new FileStream([], { height: 2, width: 2, channels: 1 });

it('shifts or crops, and does not drop one of the two', async () => {
  const augmentation: Augmentation = { shift: 2, padAndCrop: 4 };
  expect(() => batches(set, 1, { seed: 1, augmentation }).next()).toThrow(UnfitAugmentationError);
  await expect(stream.batches(1, { seed: 1, augmentation }).next()).rejects.toThrow(
    'up to 2 pixels and cropped from 4 pixels of border',
  );
});

it('cuts parts out of files only', async () => {
  const augmentation: Augmentation = { resizedCrop: true };
  expect(() => batches(set, 1, { seed: 1, augmentation }).next()).toThrow(/with --stream, .* --augment\.$/);
  expect(await stream.batches(1, { seed: 1, augmentation }).next()).toMatchObject({ done: true });
});

it('lets everything else be', () => {
  for (const augmentation of [{}, { shift: 2, flip: true }, { padAndCrop: 4, warp: { rotate: 9 } }])
    expect(() => checkAugmentation(augmentation, 'memory')).not.toThrow();
});
