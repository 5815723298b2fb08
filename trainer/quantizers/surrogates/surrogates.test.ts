import { expect, it } from 'vitest';
import { thrown } from '../../../sdk/testing/throws.js';
import { SURROGATE_NAMES, surrogateNamed } from './index.js';

it('finds surrogates by name', () => {
  expect(SURROGATE_NAMES.map((name) => surrogateNamed(name).name)).toEqual([
    'relu1',
    'steep',
    'swish-sign',
    'polynomial',
    'approx-sign',
  ]);
  const fields = { code: 'unknown-surrogate', received: 'tanh', expected: SURROGATE_NAMES };
  expect(thrown(() => surrogateNamed('tanh'))).toMatchObject(fields);
});
