import { UsageError } from '../errors.js';

/** A part of an image, in whole pixels. */
export interface Rectangle {
  left: number;
  top: number;
  width: number;
  height: number;
}

/**
 * How an image with other proportions is fitted to the network's input.
 *
 * - `cover`: the largest part in the middle that has the network's proportions
 * - `contain`: the whole image in the middle, with zeros around it
 * - `fill`: the whole image, stretched
 */
export type Fit = 'cover' | 'contain' | 'fill';

export const FITS: readonly Fit[] = ['cover', 'contain', 'fill'];

interface Size {
  width: number;
  height: number;
}

/**
 * Computes which part of an image goes to which part of the network's input. Sides are rounded to
 * nearest, halves up; margins are rounded down.
 *
 * @param crop the part of the image to use; default: all of it
 * @param centerShare the share of that part's sides to use, from the center
 * @throws {UsageError} `unknown-fit`, `invalid-center-share`, or `crop-outside-image`
 */
export function place(
  from: Size,
  to: Size,
  fit: Fit,
  crop?: Rectangle,
  centerShare = 1,
): { source: Rectangle; target: Rectangle } {
  if (!FITS.includes(fit)) {
    throw new UsageError('unknown-fit', `There is no fit "${fit}"; choose one of ${FITS.join(', ')}.`, {
      received: fit,
      expected: FITS,
    });
  }
  if (!isCenterShare(centerShare)) {
    const expected = 'a number above 0, at most 1';
    throw new UsageError('invalid-center-share', `centerShare is ${centerShare}; expected ${expected}.`, {
      received: centerShare,
      expected,
    });
  }
  const chosen = crop ?? whole(from);
  requireWithin(chosen, from);
  const part = centerShare === 1 ? chosen : middle(chosen, scaled(chosen, centerShare));
  const wider = part.width * to.height >= part.height * to.width;
  if (fit === 'cover') {
    const width = wider ? share(part.height, to.width, to.height) : part.width;
    const height = wider ? part.height : share(part.width, to.height, to.width);
    return { source: middle(part, { width, height }), target: whole(to) };
  }
  if (fit === 'contain') {
    const width = wider ? to.width : share(to.height, part.width, part.height);
    const height = wider ? share(to.width, part.height, part.width) : to.height;
    return { source: part, target: middle(whole(to), { width, height }) };
  }
  return { source: part, target: whole(to) };
}

function scaled({ width, height }: Size, factor: number): Size {
  const side = (length: number) => Math.max(1, Math.round(factor * length));
  return { width: side(width), height: side(height) };
}

function whole({ width, height }: Size): Rectangle {
  return { left: 0, top: 0, width, height };
}

/** Returns whether a value is a share of the sides of a picture. */
export function isCenterShare(value: unknown): value is number {
  return typeof value === 'number' && value > 0 && value <= 1;
}

/** Returns length * numerator / denominator, rounded, and at least 1. */
function share(length: number, numerator: number, denominator: number): number {
  return Math.max(1, Math.floor((2 * length * numerator + denominator) / (2 * denominator)));
}

function middle(outer: Rectangle, inner: Size): Rectangle {
  return {
    left: outer.left + Math.floor((outer.width - inner.width) / 2),
    top: outer.top + Math.floor((outer.height - inner.height) / 2),
    ...inner,
  };
}

function requireWithin({ left, top, width, height }: Rectangle, image: Size): void {
  const whole = [left, top, width, height].every(Number.isInteger);
  const within = left >= 0 && top >= 0 && left + width <= image.width && top + height <= image.height;
  if (whole && within && width >= 1 && height >= 1) return;
  throw new UsageError(
    'crop-outside-image',
    `The crop of ${width} x ${height} pixels at (${left}, ${top}) is not inside the image of ${image.width} x ${image.height} pixels; choose whole numbers inside it.`,
    { received: { left, top, width, height } },
  );
}
