import { expect, it } from 'vitest';
import { loadDataset } from './datasets.js';

it('loads by name', async () => {
  expect((await loadDataset('mnist')).classNames).toHaveLength(10);
});

it('rejects an unknown name', async () => {
  for (const name of ['cats', 'toString']) {
    await expect(loadDataset(name)).rejects.toMatchObject({
      ...{ name: 'UsageError', code: 'unknown-dataset', received: name },
      expected: ['mnist', 'fashion-mnist', 'cifar10'],
    });
  }
});
