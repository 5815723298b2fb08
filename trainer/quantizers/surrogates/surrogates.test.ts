import { expect, it } from 'vitest';
import { SURROGATE_NAMES, surrogateNamed, UnknownSurrogateError } from './index.js';

it('finds surrogates by name, and names those there are', () => {
  expect(SURROGATE_NAMES.map((name) => surrogateNamed(name).name)).toEqual([
    'relu1',
    'steep',
    'swish-sign',
    'polynomial',
    'approx-sign',
  ]);
  expect(() => surrogateNamed('tanh')).toThrow(UnknownSurrogateError);
  expect(() => surrogateNamed('tanh')).toThrow('There is no surrogate "tanh"; there are: relu1, steep,');
});
