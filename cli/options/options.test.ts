import { InvalidArgumentError } from 'commander';
import { expect, it } from 'vitest';
import {
  nonNegative,
  nonNegativeInteger,
  positive,
  positiveInteger,
  positiveNumbers,
  seed,
} from './options.js';

it.each([
  [seed, ['', ' ', '-1', '1.5', '4294967296', 'x', 'NaN']],
  [positive, ['', ' ', '0', '-1', 'Infinity', 'x']],
  [nonNegative, ['', ' ', '-1', 'Infinity', 'x']],
  [positiveInteger, ['', ' ', '0', '-1', '1.5', 'x']],
  [nonNegativeInteger, ['', ' ', '-1', '1.5', 'x']],
  [positiveNumbers, ['', '1,', '0,1', '1,x']],
])('%o rejects other texts', (parse, texts) => {
  for (const text of texts) expect(() => parse(text), JSON.stringify(text)).toThrow(InvalidArgumentError);
});

it('parses numbers', () => {
  expect([seed('0'), seed('4294967295'), positive('1e-3'), nonNegative('0')]).toEqual([
    0, 4294967295, 0.001, 0,
  ]);
});
