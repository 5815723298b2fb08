import { InvalidArgumentError } from 'commander';
import { expect, test } from 'vitest';
import { thrown } from '../../sdk/testing/throws.js';
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
  '',
  'turn=3',
  'toString',
  'shift',
  'shift=',
  'shift=1.5',
  'flip=1',
  'none,flip',
  'flip, none',
  'none=1',
  'zoom=1',
  'rotate=-3',
  'rotate=3=4',
])('"%s" is rejected', (text) => {
  // Settings of a run are parsed without the option.
  expect(thrown(() => parseAugmentation(text))).toMatchObject({ code: 'invalid-augmentation' });
  expect(() => augmentOption().parseArg?.(text, undefined)).toThrow(InvalidArgumentError);
});
