/**
 * Folds a batch norm and a fixed-point number, of a ReLU or a stream, behind an integer sum d:
 *
 *     steps = clamp(floor(y / step + 1/2)),   y = gamma * (unit * d - mean) / sqrt(variance + epsilon) + beta
 *
 * y / step is a line in d, so it becomes `(d * multiplier + offset) >> shift` in 64-bit integers, with
 * multiplier = round(slope * 2^shift) and offset = round(intercept * 2^shift) + 2^(shift - 1). The last term
 * rounds to nearest, halves up. All channels share the largest shift whose multipliers fit 32 bits. The line
 * is then off by less than (|d| + 1) * 2^-(shift + 1) steps, which matters only where y / step is that near
 * to a half.
 *
 * Averages are often exactly there: an average of 20 numbers is a half for one sum in 20. The line of an
 * average is raised by its largest error, so that these halves go up however the multiplier was rounded.
 *
 * Steep channels: a channel whose sum never changed in training has variance 0, and its slope can reach
 * millions. It would take the bits of the shift from all others. But a line that rises by more than the range
 * of the clamp per 1 in d is a staircase of at most three levels: the lower end, one value between, the upper
 * end. A line whose slope is just the range has the same three levels at every integer d, so it replaces the
 * steep one, exactly.
 */
import * as layout from '@bd-edge/sdk/internal/layout';
import type { ChannelNorm } from './channel-norm.js';
import { notFinite } from './errors.js';

export interface FixedPoint {
  multipliers: Int32Array;
  offsets: BigInt64Array;
  shift: number;
  /** The bound of a line's error in steps, over all channels and sums. */
  error: number;
  /** The channel with the largest slope, which limits the shift. */
  steepest: number;
}

export interface FoldOptions {
  /** The real value of 1 in d, above 0. */
  unit: number;
  /** The distance between the fixed-point numbers. */
  step: number;
  /** The numbers beyond which `steps` is clamped. */
  range: readonly [number, number];
  /** The bound of |d|. */
  limit: number;
  /** Whether halves go up for every sum, for averages. Default: false, the line is not raised. */
  raised?: boolean;
}

/** More gains nothing: float64 has 53 bits, and offsets need room above the shift. */
const MAX_SHIFT = 44;

interface Line {
  slope: number;
  intercept: number;
}

/**
 * @param norms one per channel
 * @throws {TrainingError} with code `not-finite`
 */
export function foldFixedPoint(
  norms: readonly ChannelNorm[],
  { unit, step, range, limit, raised = false }: FoldOptions,
): FixedPoint {
  const exact = norms.map(({ gamma, beta, mean, variance, epsilon }) => {
    const gain = gamma / Math.sqrt(variance + epsilon) / step;
    return { slope: gain * unit, intercept: beta / step - gain * mean };
  });
  if (!exact.every(({ slope, intercept }) => Number.isFinite(slope) && Number.isFinite(intercept)))
    throw notFinite();
  const lines = exact.map((line) => bounded(line, range, limit));
  const slopes = lines.map(({ slope }) => Math.abs(slope));
  const largestSlope = Math.max(...slopes);
  const largestIntercept = Math.max(...lines.map(({ intercept }) => Math.abs(intercept)));
  const offsetLimit = layout.MAX_OFFSET_HIGH * 2 ** 31; // half of what fits, for the rounding half
  let shift = MAX_SHIFT;
  while (
    shift > 0 &&
    (largestSlope * 2 ** shift >= 2 ** 31 - 1 || largestIntercept * 2 ** shift >= offsetLimit)
  )
    shift--;
  const half = shift === 0 ? 0 : 2 ** (shift - 1);
  const slopeErrors = lines.map(({ slope }) => Math.abs(slope * 2 ** shift - Math.round(slope * 2 ** shift)));
  return {
    multipliers: Int32Array.from(lines, ({ slope }) => Math.round(slope * 2 ** shift)),
    offsets: BigInt64Array.from(lines, ({ intercept }, i) => {
      const raise = raised ? Math.ceil(slopeErrors[i] * limit) : 0;
      return BigInt(Math.round(intercept * 2 ** shift) + half + raise);
    }),
    shift,
    error: (Math.max(...slopeErrors) * limit + 0.5) / 2 ** shift,
    steepest: slopes.indexOf(largestSlope),
  };
}

/**
 * Returns a line that has the same clamped and rounded values for all |d| <= limit, and no more slope than
 * the range.
 */
function bounded(line: Line, [low, high]: readonly [number, number], limit: number): Line {
  const range = high - low;
  const { slope, intercept } = line;
  if (Math.abs(slope) > range) {
    if (slope > 0) return bend(line, low, high, limit);
    const { slope: risen, intercept: kept } = bend({ slope: -slope, intercept }, low, high, limit);
    return { slope: -risen, intercept: kept };
  }
  // So far out that no sum brings the line into the range.
  if (Math.abs(intercept) > range * (limit + 1)) return { slope: 0, intercept: intercept > 0 ? high : low };
  return line;
}

/** Replaces a line that rises by more than `high - low` per 1. */
function bend({ slope, intercept }: Line, low: number, high: number, limit: number): Line {
  const at = (d: number) => Math.floor(slope * d + intercept + 0.5);
  // The first sum above the lower end.
  let first = Math.max(-limit, Math.min(limit + 1, Math.ceil((low + 0.5 - intercept) / slope)));
  while (first > -limit && at(first - 1) > low) first--;
  while (first <= limit && at(first) <= low) first++;
  if (first > limit) return { slope: 0, intercept: low };
  return { slope: high - low, intercept: Math.min(at(first), high) - (high - low) * first };
}
