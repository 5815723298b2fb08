import { UsageError } from '@bd-edge/sdk/internal';
import type { Augmentation } from '@bd-edge/trainer';
import { InvalidArgumentError, Option } from 'commander';

/** The words of `--augment`: the largest value, and the augmentation. Words without `max` take no value. */
const WORDS: Record<
  string,
  { max?: number; integer?: boolean; toAugmentation: (value: number) => Augmentation }
> = {
  shift: { max: 1000, integer: true, toAugmentation: (shift) => ({ shift }) },
  crop: { max: 1000, integer: true, toAugmentation: (padAndCrop) => ({ padAndCrop }) },
  flip: { toAugmentation: () => ({ flip: true }) },
  rotate: { max: 180, toAugmentation: (rotate) => ({ warp: { rotate } }) },
  zoom: { max: 0.9, toAugmentation: (zoom) => ({ warp: { zoom } }) },
  shear: { max: 1, toAugmentation: (shear) => ({ warp: { shear } }) },
  elastic: { max: 100, toAugmentation: (elastic) => ({ warp: { elastic } }) },
  brightness: { max: 1, toAugmentation: (brightness) => ({ colorJitter: { brightness } }) },
  contrast: { max: 1, toAugmentation: (contrast) => ({ colorJitter: { contrast } }) },
  saturation: { max: 1, toAugmentation: (saturation) => ({ colorJitter: { saturation } }) },
};

/** Returns the error for an augmentation that cannot be used. */
function invalidAugmentation(message: string, received: string, expected: string | string[]): UsageError {
  return new UsageError('invalid-augmentation', message, { received, expected });
}

/**
 * Parses a list such as `shift=2,flip,rotate=10`, or `none`.
 *
 * @throws {UsageError} code `invalid-augmentation`
 */
export function parseAugmentation(text: string): Augmentation {
  const augmentation: Augmentation = {};
  if (text.trim() === 'none') return augmentation;
  for (const part of text.split(',')) {
    const [name, number, ...rest] = part.split('=').map((piece) => piece.trim());
    const word = Object.hasOwn(WORDS, name) ? WORDS[name] : undefined;
    if (name === 'none')
      throw invalidAugmentation(`"none" excludes other augmentations; received "${text}".`, text, 'none');
    if (!word) {
      const known = Object.keys(WORDS);
      throw invalidAugmentation(
        `Unknown augmentation "${name}"; expected ${known.join(', ')}, or none.`,
        name,
        known,
      );
    }
    const { max, integer, toAugmentation } = word;
    const value = number === undefined || number === '' ? Number.NaN : Number(number);
    const isValid = max === undefined ? number === undefined : value > 0 && value <= max;
    if (!isValid || rest.length > 0 || (integer && !Number.isInteger(value))) {
      const expected =
        max === undefined
          ? `${name} without a value`
          : `${integer ? 'an integer' : 'a number'} above 0, at most ${max}`;
      throw invalidAugmentation(
        `Invalid augmentation "${part.trim()}"; expected ${max === undefined ? '' : `${name}=`}${expected}.`,
        part,
        expected,
      );
    }
    const { warp, colorJitter, ...plain } = toAugmentation(value);
    Object.assign(augmentation, plain);
    if (warp) augmentation.warp = { ...augmentation.warp, ...warp };
    if (colorJitter) augmentation.colorJitter = { ...augmentation.colorJitter, ...colorJitter };
  }
  return augmentation;
}

export const augmentOption = () =>
  new Option(
    '--augment <list>',
    'augmentation, such as shift=2,flip,rotate=10, or none (default: from the recipe)',
  ).argParser((text) => {
    try {
      parseAugmentation(text);
    } catch (error) {
      throw error instanceof UsageError ? new InvalidArgumentError(error.message) : error;
    }
    return text; // as written, for the settings of the run
  });
