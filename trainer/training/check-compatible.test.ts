import { expect, it } from 'vitest';
import type { Dataset } from '../data/index.js';
import { bars, barsNetwork } from '../testing/bars.js';
import { checkCompatible, UnfitDatasetError } from './check-compatible.js';

const dataset: Dataset = {
  name: 'bars',
  classNames: ['horizontal', 'vertical'],
  train: bars(6, 1),
  test: bars(4, 2),
};

it('takes images of the size and the classes of the network', () => {
  checkCompatible(barsNetwork(), dataset);
  checkCompatible(barsNetwork(), {
    ...dataset,
    classNames: ['either'],
    train: relabeled(0),
    test: relabeled(0),
  });
});

it.each<[string, Partial<Dataset>, string]>([
  [
    'images of another size',
    { train: { ...bars(6, 1), height: 4, width: 9 } },
    'bars has images of 4 x 9 x 1 and 2 classes, and the network takes 6 x 6 x 1 and tells 2 apart',
  ],
  [
    'more classes',
    { classNames: ['a', 'b', 'c'] },
    'and 3 classes, and the network takes 6 x 6 x 1 and tells 2',
  ],
  ['no test images', { test: bars(0, 2) }, 'bars has 0 test images of 6 x 6 x 1'],
  [
    'test images of another size',
    { test: { ...bars(4, 2), height: 4, width: 9 } },
    'test images of 4 x 9 x 1',
  ],
  [
    'labels of no class',
    { test: relabeled(2) },
    'A test image of bars has the label 2, and there are 2 classes',
  ],
])('refuses %s', (_, change, reason) => {
  const check = () => checkCompatible(barsNetwork(), { ...dataset, ...change });
  expect(check).toThrow(UnfitDatasetError);
  expect(check).toThrow(reason);
});

function relabeled(label: number) {
  const set = bars(4, 2);
  return { ...set, labels: set.labels.map(() => label) };
}
