import { expect, it } from 'vitest';
import { loadDataset, UnknownDatasetError } from './datasets.js';

it('loads by name', async () => {
  expect((await loadDataset('mnist')).classNames).toHaveLength(10);
});

it('names the datasets there are', async () => {
  for (const name of ['cats', 'toString']) {
    await expect(loadDataset(name)).rejects.toThrow(UnknownDatasetError);
    await expect(loadDataset(name)).rejects.toThrow(
      `There is no dataset or folder "${name}"; there are: mnist, fashion-mnist, cifar10.`,
    );
  }
});
