import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeModel, type Metadata, parseModel } from '@bd-edge/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { denseNetwork } from '../../firmware-host/testing/network.js';
import { rejection } from '../../sdk/testing/throws.js';
import { writeIdxFolder } from '../../trainer/data/testing.js';
import { describeImages, loadForPacked } from './test-images.js';

const folder = mkdtempSync(join(tmpdir(), 'bd-edge-test-images-'));
const stripes = join(folder, 'stripes');

beforeAll(() => writeIdxFolder(stripes, { train: 20, test: 10 }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Makes a network of ten classes for images of 28 x 28. */
function packed(metadata?: object): Uint8Array {
  const { input, ops, outputScale } = parseModel(denseNetwork({ side: 28 }));
  return encodeModel({ input, ops, outputScale, metadata: metadata as Metadata });
}

const load = (metadata?: object, data?: string) =>
  loadForPacked(packed(metadata), { data, corrupt: 'reject' });

describe('without --data, the dataset is', () => {
  test('the training data of the model', async () => {
    expect(await load({ training: { data: stripes } })).toMatchObject({
      name: 'stripes',
      test: { count: 10 },
    });
  });

  test.each([undefined, {}, { training: null }, { training: 'mnist' }, { training: { data: 5 } }])(
    'mnist if the metadata is %j',
    async (metadata) => {
      expect((await load(metadata)).name).toBe('mnist');
    },
  );

  test('an error if the training data is missing', async () => {
    expect(await rejection(load({ training: { data: 'gone' } }))).toMatchObject({
      code: 'training-data-missing',
      received: 'gone',
    });
  });
});

test('--data takes precedence', async () => {
  expect((await load({ training: { data: 'pics' } }, stripes)).name).toBe('stripes');
  expect(await rejection(load({ training: { data: stripes } }, 'pics'))).toMatchObject({
    code: 'unknown-dataset',
  });
});

test('classes are those of the model by name, also in another order, and some are enough', async () => {
  const digits = Array.from('0123456789');
  expect((await load({ labels: digits }, stripes)).classNames).toEqual(digits);
  const reversed = await load({ labels: digits.toReversed() }, stripes);
  expect(reversed.classNames).toEqual(digits.toReversed());
  expect(Array.from(reversed.test.labels)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
  const few = join(folder, 'few');
  await writeIdxFolder(few, { train: 3, test: 3 });
  expect((await load({ labels: digits }, few)).test.count).toBe(3);
});

test('classes that the model does not have are rejected', async () => {
  const digits = Array.from('0123456789');
  const labels = digits.with(3, 'three');
  expect(await rejection(load({ labels }, stripes))).toMatchObject({
    code: 'other-classes',
    received: digits,
    expected: labels,
  });
});

test('what is used is described', () => {
  const images = { name: 'pics', part: 'held-out' } as const;
  expect(describeImages(images, 1200, null)).toBe('1,200 held-out images of pics');
  expect(describeImages({ name: 'a\u202eb', part: 'all' }, 5, { of: 10, seed: 3 })).toBe(
    'a sample of 5 of 10 images of the whole folder a\ufffdb (classes in proportion, seed 3)',
  );
});
