import { expect, test } from 'vitest';
import { parseAugmentation } from './augmentation-option.js';

test('words become an augmentation', () => {
  expect(parseAugmentation('none')).toEqual({});
  expect(parseAugmentation('crop=4,flip')).toEqual({ padAndCrop: 4, flip: true });
  expect(parseAugmentation(' shift=2, rotate=10,zoom=0.1 ,elastic=1.5,contrast=0.4,brightness=0.2')).toEqual({
    shift: 2,
    warp: { rotate: 10, zoom: 0.1, elastic: 1.5 },
    colourJitter: { contrast: 0.4, brightness: 0.2 },
  });
});

test.each([
  ['', 'There is no ""'],
  ['turn=3', 'There is no "turn"; there are: shift, crop, flip'],
  ['toString', 'There is no "toString"'],
  ['shift', '"shift" needs a whole number from 1'],
  ['shift=', '"shift" needs'],
  ['shift=1.5', 'a whole number from 1'],
  ['flip=1', '"flip" has no number.'],
  ['zoom=1', '"zoom" needs a number above 0, at most 0.9'],
  ['rotate=-3', 'above 0, at most 180'],
  ['rotate=3=4', 'above 0, at most 180'],
])('%s is refused', (text, reason) => {
  expect(() => parseAugmentation(text)).toThrow(reason);
});
