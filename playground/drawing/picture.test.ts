import { preprocess } from '@bd-edge/sdk';
import { encodeModel, type Metadata, type Model, parseModel } from '@bd-edge/sdk/internal';
import { expect, test } from 'vitest';
import { mnistGraph } from '../../bench/networks.mjs';
import { readsDigits } from '../network/digits.js';
import { inputFor, invertsFor, type Picture } from './picture.js';

/** A network of 28 x 28 gray pixels and ten classes, with the given metadata. */
function network(metadata: Metadata = {}): Model {
  return parseModel(encodeModel({ ...mnistGraph(), metadata }));
}

const DIGITS = network({ labels: [...'0123456789'] });
const CLOTHES = network({ labels: [...'abcdefghij'] });
const INVERTED = network({ labels: [...'abcdefghij'], preparation: { invert: true } });

function photo(paper: number, ink: number): Picture {
  const data = new Uint8Array(28 * 28).fill(paper);
  for (let y = 6; y < 22; y++) data.fill(ink, y * 28 + 12, y * 28 + 16);
  return { kind: 'photo', pixels: { width: 28, height: 28, data } };
}

test.each<[string, Model, boolean]>([
  ['ten classes named 0 to 9', DIGITS, true],
  ['ten classes without names', network(), true],
  ['ten classes with other names', CLOTHES, false],
  ['too few names', network({ labels: [...'012345678'] }), false],
])('%s', (_, model, expected) => {
  expect(readsDigits(model)).toBe(expected);
});

test.each<[string, Picture, Model, boolean]>([
  ['a photo is shown as it is to a network that does not read digits', photo(250, 5), CLOTHES, false],
  ['a network that was trained with inverted pictures gets them so', photo(250, 5), INVERTED, true],
  ['dark digits on paper are inverted', photo(250, 5), DIGITS, true],
  ['light digits on black are not', photo(5, 250), DIGITS, false],
  ['a drawing is not', { ...photo(250, 5), kind: 'drawing' }, DIGITS, false],
  ['a test image is not', { ...photo(250, 5), kind: 'sample' }, DIGITS, false],
])('%s', (_, picture, model, expected) => {
  expect(invertsFor(picture, model)).toBe(expected);
});

test('a photo is fitted and cropped as in training, and a digit is whole', () => {
  const pixels = {
    width: 60,
    height: 30,
    data: Uint8Array.from({ length: 1800 }, (_, i) => (i * 7) % 256),
  };
  const cropped = network({ labels: [...'abcdefghij'], preparation: { fit: 'cover', centerShare: 0.5 } });
  const to = { height: 28, width: 28, channels: 1 };
  expect(inputFor({ kind: 'photo', pixels }, cropped, false)).toEqual(
    preprocess(pixels, { to, fit: 'cover', centerShare: 0.5 }),
  );
  expect(inputFor({ kind: 'photo', pixels }, DIGITS, true)).toEqual(
    preprocess(pixels, { to, fit: 'contain', invert: true }),
  );
});

test('a test image is the input as it is', () => {
  const image = Uint8Array.from({ length: 784 }, (_, i) => i % 256);
  expect(inputFor({ ...photo(0, 9), kind: 'sample', image }, DIGITS, false)).toBe(image);
});
