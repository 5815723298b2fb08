import { expect, it } from 'vitest';
import { loadMnist } from './mnist.js';

it('loads the digits from the npm package', async () => {
  const { name, classNames, train, test } = await loadMnist();
  expect({ name, digits: classNames.join('') }).toEqual({ name: 'mnist', digits: '0123456789' });
  expect(train).toMatchObject({ count: 60_000, height: 28, width: 28, channels: 1 });
  expect(test).toMatchObject({ count: 10_000, height: 28, width: 28, channels: 1 });
  expect(Array.from(train.labels.subarray(0, 10))).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
  expect(train.images).toHaveLength(60_000 * 28 * 28);
});
