import { expect, test } from 'vitest';
import { codeOf } from '../testing/throws.js';
import { describePreparation, readPreparation } from './preparation.js';
import { preprocess } from './preprocessor.js';

const image = {
  width: 40,
  height: 24,
  data: Uint8Array.from({ length: 40 * 24 * 3 }, (_, i) => (i * i * 7) % 251),
};
const to = { height: 8, width: 8, channels: 3 };

test('a center share is the crop of that part', () => {
  const crop = { left: 3, top: 2, width: 35, height: 21 };
  expect(preprocess(image, { to, centerShare: 7 / 8 })).toEqual(
    preprocess(image, { to, crop: { ...crop, left: 2, top: 1 } }),
  );
  const inside = { left: 8, top: 4, width: 16, height: 16 };
  const center = { left: 12, top: 8, width: 8, height: 8 };
  expect(preprocess(image, { to, crop: inside, centerShare: 0.5 })).toEqual(
    preprocess(image, { to, crop: center }),
  );
});

test.each([{ fit: 'fill' }, { fit: 'contain', invert: true }, { centerShare: 0.5 }] as const)(
  'the input of a network with %j prepares in this way, and options take precedence',
  (preparation) => {
    const input = { ...to, preparation };
    expect(preprocess(image, { to: input })).toEqual(preprocess(image, { to, ...preparation }));
    expect(preprocess(image, { to: input, fit: 'cover', invert: false, centerShare: 1 })).toEqual(
      preprocess(image, { to }),
    );
  },
);

test.each([0, -1, 1.01, Number.NaN, '1'])('the center share %j is rejected', (centerShare) => {
  expect(codeOf(() => preprocess(image, { to, centerShare: centerShare as number }))).toBe(
    'invalid-center-share',
  );
});

test('fields of a file that are unknown or invalid are ignored', () => {
  const complete = { fit: 'fill', centerShare: 0.875, invert: true };
  expect(readPreparation({ ...complete, more: 1 })).toEqual(complete);
  expect(readPreparation({ fit: 'other', centerShare: 2, invert: 'yes' })).toEqual({});
  for (const value of [undefined, null, 1, 'cover', [complete]])
    expect(readPreparation(value)).toBeUndefined();
});

test('words for people', () => {
  expect(describePreparation({})).toBe('raw pixels 0..255, channels last');
  expect(describePreparation({ fit: 'fill', centerShare: 7 / 8, invert: true })).toBe(
    'raw pixels 0..255, channels last; fit fill; the center 87.5 % of each side; inverted',
  );
});
