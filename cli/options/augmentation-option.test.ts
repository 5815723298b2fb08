import { UsageError } from '@bd-edge/sdk/internal';
import { InvalidArgumentError } from 'commander';
import { expect, test } from 'vitest';
import { augmentOption, parseAugmentation } from './augmentation-option.js';

test('words become an augmentation', () => {
  expect(parseAugmentation('none')).toEqual({});
  expect(parseAugmentation('crop=4,flip')).toEqual({ padAndCrop: 4, flip: true });
  expect(parseAugmentation(' shift=2, rotate=10,zoom=0.1 ,elastic=1.5,contrast=0.4,brightness=0.2')).toEqual({
    shift: 2,
    warp: { rotate: 10, zoom: 0.1, elastic: 1.5 },
    colorJitter: { contrast: 0.4, brightness: 0.2 },
  });
});

test.each([
  ['', 'There is no augmentation ""'],
  ['turn=3', 'There is no augmentation "turn"; there are: shift, crop, flip'],
  ['toString', 'There is no augmentation "toString"'],
  ['shift', '"shift" needs a whole number from 1'],
  ['shift=', '"shift" needs'],
  ['shift=1.5', 'a whole number from 1'],
  ['flip=1', '"flip" has no number; write flip alone.'],
  ['none,flip', 'The augmentation is "none,flip", and none stands alone; leave it away, or all else.'],
  ['flip, none', 'none stands alone'],
  ['none=1', 'none stands alone'],
  ['zoom=1', '"zoom" needs a number above 0, at most 0.9'],
  ['rotate=-3', 'above 0, at most 180'],
  ['rotate=3=4', 'above 0, at most 180'],
])('%s is refused', (text, reason) => {
  expect(() => parseAugmentation(text)).toThrow(reason);
  // Also from a run's settings, where no option has been parsed.
  expect(() => parseAugmentation(text)).toThrow(UsageError);
  expect(() => augmentOption().parseArg?.(text, undefined)).toThrow(InvalidArgumentError);
});
