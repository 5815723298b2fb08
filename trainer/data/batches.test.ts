import { expect, it } from 'vitest';
import { batches } from './batches.js';
import type { ImageSet } from './dataset.js';

const set: ImageSet = {
  images: Uint8Array.from({ length: 7 * 4 }, (_, i) => 100 + i),
  labels: Uint8Array.from({ length: 7 }, (_, i) => i),
  count: 7,
  height: 2,
  width: 2,
  channels: 1,
};

const all = (options?: Parameters<typeof batches>[2]) => Array.from(batches(set, 3, options));

it('returns raw pixels in order, the rest in a smaller batch', () => {
  const got = all();
  expect(got.map((batch) => batch.count)).toEqual([3, 3, 1]);
  expect(got.flatMap((batch) => Array.from(batch.labels))).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(got[2].pixels).toEqual(Float32Array.of(124, 125, 126, 127));
});

it('shuffles images together with their labels, by the seed', () => {
  const order = (seed: number) => all({ seed }).flatMap((batch) => Array.from(batch.labels));
  expect(order(1)).toEqual(order(1));
  expect(order(1)).not.toEqual(order(2));
  expect(order(1).toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  for (const { pixels, labels } of all({ seed: 1 })) {
    expect(Array.from(labels, (label) => 100 + 4 * label)).toEqual(
      Array.from(labels, (_, i) => pixels[4 * i]),
    );
  }
});

it('applies augmentation', () => {
  const moved = all({ seed: 1, augmentation: { shift: 1 } });
  expect(moved).toEqual(all({ seed: 1, augmentation: { shift: 1 } }));
  expect(moved).not.toEqual(all({ seed: 1 }));
  expect(moved.flatMap((batch) => Array.from(batch.pixels))).toContain(0);
});

it('skips batches without changing the others', () => {
  const options = { seed: 1, augmentation: { shift: 1, flip: true } };
  for (const skip of [0, 1, 2, 3]) expect(all({ ...options, skip })).toEqual(all(options).slice(skip));
});
