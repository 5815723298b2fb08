import { classNamesOf, type Model } from '@bd-edge/sdk/internal';

const DIGITS = '0123456789';

/**
 * Returns whether a network tells handwritten digits apart: ten classes of gray images that have no names or are named
 * `0` to `9`. Only such a network is shown drawings of digits, and expects light strokes on black.
 */
export function readsDigits(model: Model): boolean {
  const { height, width, channels } = model.tensors[model.ops.length];
  if (height * width * channels !== DIGITS.length || model.input.channels !== 1) return false;
  const names = classNamesOf(model);
  return names === undefined ? model.metadata?.labels === undefined : names.join('') === DIGITS;
}
