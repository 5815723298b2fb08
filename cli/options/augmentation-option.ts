import { UsageError } from '@bd-edge/sdk/internal';
import type { Augmentation } from '@bd-edge/trainer';
import { InvalidArgumentError, Option } from 'commander';

/** What each word of `--augment` means: its largest value and where it goes. Words without a value have none. */
const WORDS: Record<string, { largest?: number; whole?: boolean; into: (value: number) => Augmentation }> = {
  shift: { largest: 1000, whole: true, into: (shift) => ({ shift }) },
  crop: { largest: 1000, whole: true, into: (padAndCrop) => ({ padAndCrop }) },
  flip: { into: () => ({ flip: true }) },
  rotate: { largest: 180, into: (rotate) => ({ warp: { rotate } }) },
  zoom: { largest: 0.9, into: (zoom) => ({ warp: { zoom } }) },
  shear: { largest: 1, into: (shear) => ({ warp: { shear } }) },
  elastic: { largest: 100, into: (elastic) => ({ warp: { elastic } }) },
  brightness: { largest: 1, into: (brightness) => ({ colorJitter: { brightness } }) },
  contrast: { largest: 1, into: (contrast) => ({ colorJitter: { contrast } }) },
  saturation: { largest: 1, into: (saturation) => ({ colorJitter: { saturation } }) },
};

/** What `--augment`, or the settings of a run, ask for and cannot have. */
export class InvalidAugmentationError extends UsageError {}

/**
 * `shift=2,flip,rotate=10`, or `none`.
 *
 * @throws InvalidAugmentationError naming the word that is wrong
 */
export function parseAugmentation(text: string): Augmentation {
  const augmentation: Augmentation = {};
  if (text.trim() === 'none') return augmentation;
  for (const part of text.split(',')) {
    const [name, number, ...rest] = part.split('=').map((piece) => piece.trim());
    const word = Object.hasOwn(WORDS, name) ? WORDS[name] : undefined;
    if (name === 'none')
      throw new InvalidAugmentationError(
        `The augmentation is "${text}", and none stands alone; leave it away, or all else.`,
      );
    if (!word)
      throw new InvalidAugmentationError(
        `There is no augmentation "${name}"; there are: ${Object.keys(WORDS).join(', ')}, or none alone.`,
      );
    const { largest, whole, into } = word;
    const value = number === undefined || number === '' ? Number.NaN : Number(number);
    const fits = largest === undefined ? number === undefined : value > 0 && value <= largest;
    if (!fits || rest.length > 0 || (whole && !Number.isInteger(value))) {
      const wanted = whole ? 'a whole number from 1' : `a number above 0, at most ${largest}`;
      throw new InvalidAugmentationError(
        largest === undefined
          ? `The augmentation "${name}" has no number; write ${name} alone.`
          : `The augmentation "${name}" needs ${wanted}: ${name}=...`,
      );
    }
    const { warp, colorJitter, ...plain } = into(value);
    Object.assign(augmentation, plain);
    if (warp) augmentation.warp = { ...augmentation.warp, ...warp };
    if (colorJitter) augmentation.colorJitter = { ...augmentation.colorJitter, ...colorJitter };
  }
  return augmentation;
}

export const augmentOption = () =>
  new Option(
    '--augment <what>',
    "such as shift=2,flip,rotate=10, or none; instead of the recipe's",
  ).argParser((text) => {
    try {
      parseAugmentation(text);
    } catch (error) {
      throw error instanceof InvalidAugmentationError ? new InvalidArgumentError(error.message) : error;
    }
    return text; // as it was written, for the run's settings
  });
