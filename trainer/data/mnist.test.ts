import { expect, it } from 'vitest';
import { InvalidIdxError } from './idx.js';
import { imageSetFromIdx, loadMnist } from './mnist.js';

it('finds the digits in the npm package', async () => {
  const { name, classes, train, test } = await loadMnist();
  expect({ name, classes: classes.join('') }).toEqual({ name: 'mnist', classes: '0123456789' });
  expect(train).toMatchObject({ count: 60_000, height: 28, width: 28, channels: 1 });
  expect(test).toMatchObject({ count: 10_000, height: 28, width: 28, channels: 1 });
  expect(Array.from(train.labels.subarray(0, 10))).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
  expect(train.images).toHaveLength(60_000 * 28 * 28);
});

it('refuses files that do not belong together', () => {
  const images = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 200);
  const twoLabels = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 3, 4);
  expect(() => imageSetFromIdx(images, twoLabels)).toThrow(InvalidIdxError);
  expect(() => imageSetFromIdx(twoLabels, twoLabels)).toThrow('The files hold 2 images and 2 labels');
});
