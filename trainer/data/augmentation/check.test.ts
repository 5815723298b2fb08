import { expect, it } from 'vitest';
import { codeOf, rejection } from '../../../sdk/testing/throws.js';
import { batches } from '../batches.js';
import { FileStream } from '../folder/image-stream.js';
import { checkAugmentation } from './check.js';
import type { Augmentation } from './index.js';

const set = {
  ...{ images: new Uint8Array(4), labels: new Uint8Array(1) },
  ...{ count: 1, height: 2, width: 2, channels: 1 },
};
const stream = new FileStream([], { height: 2, width: 2, channels: 1 });

it('rejects both shift and crop', async () => {
  const augmentation: Augmentation = { shift: 2, padAndCrop: 4 };
  const options = { seed: 1, augmentation };
  expect(codeOf(() => batches(set, 1, options).next())).toBe('exclusive-augmentations');
  expect((await rejection(stream.batches(1, options).next())).code).toBe('exclusive-augmentations');
});

it('crops random parts only from files', async () => {
  const augmentation: Augmentation = { resizedCrop: true };
  expect(codeOf(() => batches(set, 1, { seed: 1, augmentation }).next())).toBe('stream-only-augmentation');
  expect(await stream.batches(1, { seed: 1, augmentation }).next()).toMatchObject({ done: true });
});

it('accepts everything else', () => {
  for (const augmentation of [{}, { shift: 2, flip: true }, { padAndCrop: 4, warp: { rotate: 9 } }])
    expect(() => checkAugmentation(augmentation, 'memory')).not.toThrow();
});
