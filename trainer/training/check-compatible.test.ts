import { expect, it } from 'vitest';
import { thrown } from '../../sdk/testing/throws.js';
import type { Dataset } from '../data/index.js';
import { bars, barsNetwork } from '../testing/bars.js';
import { checkCompatible } from './check-compatible.js';

const dataset: Dataset = {
  name: 'bars',
  classNames: ['horizontal', 'vertical'],
  train: bars(6, 1),
  test: bars(4, 2),
};

it('accepts images of the size and the classes of the network', () => {
  checkCompatible(barsNetwork(), dataset);
  checkCompatible(barsNetwork(), {
    ...dataset,
    classNames: ['either'],
    train: relabeled(0),
    test: relabeled(0),
  });
});

it.each<[string, Partial<Dataset>, object]>([
  [
    'images of another size',
    { train: { ...bars(6, 1), height: 4, width: 9 } },
    { code: 'image-size', received: '4 x 9 x 1', expected: '6 x 6 x 1' },
  ],
  ['more classes', { classNames: ['a', 'b', 'c'] }, { code: 'class-count', received: 3 }],
  ['no test images', { test: bars(0, 2) }, { code: 'test-images', received: 0 }],
  [
    'test images of another size',
    { test: { ...bars(4, 2), height: 4, width: 9 } },
    { code: 'test-images', received: '4 x 9 x 1', expected: '6 x 6 x 1' },
  ],
  ['a label without a class', { test: relabeled(2) }, { code: 'label-range', received: 2 }],
])('rejects %s', (_, change, error) => {
  const check = () => checkCompatible(barsNetwork(), { ...dataset, ...change });
  expect(thrown(check)).toMatchObject({ name: 'IncompatibleDataError', ...error });
});

function relabeled(label: number) {
  const set = bars(4, 2);
  return { ...set, labels: set.labels.map(() => label) };
}
