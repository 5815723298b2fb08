/**
 * Folding a batch norm and a fixed-point number, of a ReLU or a stream, behind an integer sum d:
 *
 *     steps = clamp(floor(y / step + 1/2)),   y = gamma * (unit * d - mean) / sqrt(variance + epsilon) + beta
 *
 * y / step is a line in d, so it becomes `(d * multiplier + offset) >> shift` in 64-bit integers, with
 * multiplier = round(slope * 2^shift) and offset = round(intercept * 2^shift) + 2^(shift - 1), the half that rounds to
 * nearest, halves up. All channels share the largest shift whose multipliers fit 32 bits. The line is then off by less
 * than (|d| + 1) * 2^-(shift + 1) steps, which matters only where y / step lies that near to a half. Averages lie there
 * often, exactly: an average of 20 numbers is a half for one sum in 20. So that those go up, whatever the rounding of the
 * multiplier, the line of an average is raised by what it may be off.
 */
import { layout } from '@bd-edge/sdk/internal';
import { type ChannelNorm, NotFiniteError } from './fold.js';

export interface FixedPoint {
  multipliers: Int32Array;
  offsets: BigInt64Array;
  shift: number;
}

/** Beyond this nothing is gained: float64 has 53 bits, and offsets need room above the shift. */
const LARGEST_SHIFT = 44;

/**
 * @param norms one a channel
 * @param unit what a step of d stands for, above 0
 * @param step the distance between the numbers
 * @param raisedUpTo halves go up for every sum of up to this magnitude, for averages; default: the line is not raised
 * @throws {NotFiniteError}
 */
export function foldFixedPoint(norms: ChannelNorm[], unit: number, step: number, raisedUpTo = 0): FixedPoint {
  const lines = norms.map(({ gamma, beta, mean, variance, epsilon }) => {
    const gain = gamma / Math.sqrt(variance + epsilon) / step;
    return { slope: gain * unit, intercept: beta / step - gain * mean };
  });
  if (!lines.every(({ slope, intercept }) => Number.isFinite(slope) && Number.isFinite(intercept))) {
    throw new NotFiniteError();
  }
  const steepest = Math.max(...lines.map(({ slope }) => Math.abs(slope)));
  const furthest = Math.max(...lines.map(({ intercept }) => Math.abs(intercept)));
  const offsetLimit = layout.MAX_OFFSET_HIGH * 2 ** 31; // half of what fits, for the rounding half
  let shift = LARGEST_SHIFT;
  while (shift > 0 && (steepest * 2 ** shift >= 2 ** 31 - 1 || furthest * 2 ** shift >= offsetLimit)) shift--;
  const half = shift === 0 ? 0 : 2 ** (shift - 1);
  const raise = (slope: number) =>
    Math.ceil(Math.abs(slope * 2 ** shift - Math.round(slope * 2 ** shift)) * raisedUpTo);
  return {
    multipliers: Int32Array.from(lines, ({ slope }) => Math.round(slope * 2 ** shift)),
    offsets: BigInt64Array.from(lines, ({ slope, intercept }) =>
      BigInt(Math.round(intercept * 2 ** shift) + half + raise(slope)),
    ),
    shift,
  };
}
