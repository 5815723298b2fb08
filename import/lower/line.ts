/**
 * Finds fixed-point numbers for staircases: `clamp((sum * multiplier + offset) >> shift)`.
 *
 * A staircase of codes is such a line if some slope and intercept keep every step in its place. For each step there are
 * two conditions: the line reaches the code at the step's integer, and stays below it one integer earlier. The line with
 * the largest margin is chosen, and the conditions are checked again with the integers that it becomes. So the result
 * equals the staircase for every sum, or there is none.
 */
import * as layout from '@bd-edge/sdk/internal/layout';

/** A staircase of integer codes over the sums from `low` to `high`. */
export interface CodeStairs {
  low: number;
  high: number;
  /** At which sum each code begins; the first at `low`. The codes only rise, or only fall. */
  levels: readonly { from: number; code: number }[];
}

export interface FixedPointLine {
  multipliers: Int32Array;
  offsets: BigInt64Array;
  shift: number;
}

/** A code that the line reaches (`above`), or stays below, at a sum. */
interface Condition {
  sum: number;
  code: number;
}

interface Conditions {
  reached: Condition[];
  below: Condition[];
}

const MAX_SHIFT = 44;
const SEARCH_STEPS = 120;

/**
 * Returns the line of each channel; undefined if a channel has none.
 *
 * @param clamp the codes at which the op clamps its results
 */
export function fitLines(
  channels: readonly CodeStairs[],
  clamp: readonly [number, number],
): FixedPointLine | undefined {
  const conditions = channels.map((stairs) => conditionsOf(stairs, clamp));
  const lines: { slope: number; intercept: number }[] = [];
  for (const condition of conditions) {
    const line = lineOf(condition, clamp[1] - clamp[0] + 1);
    if (!line) return undefined;
    lines.push(line);
  }
  const slope = Math.max(...lines.map((line) => Math.abs(line.slope)));
  const intercept = Math.max(...lines.map((line) => Math.abs(line.intercept)));
  let shift = MAX_SHIFT;
  while (
    shift > 0 &&
    (slope * 2 ** shift >= 2 ** 31 - 1 || intercept * 2 ** shift >= layout.MAX_OFFSET_HIGH * 2 ** 31)
  )
    shift--;
  const multipliers = Int32Array.from(lines, (line) => Math.round(line.slope * 2 ** shift));
  const offsets = BigInt64Array.from(lines, (line) => BigInt(Math.round(line.intercept * 2 ** shift)));
  const fixedPoint = { multipliers, offsets, shift };
  const holds = conditions.every(({ reached, below }, channel) => {
    const at = (sum: number) =>
      Number((BigInt(sum) * BigInt(multipliers[channel]) + offsets[channel]) >> BigInt(shift));
    return (
      reached.every(({ sum, code }) => at(sum) >= code) && below.every(({ sum, code }) => at(sum) < code)
    );
  });
  return holds ? fixedPoint : undefined;
}

/** The conditions of the codes that the clamp does not set. */
function conditionsOf(
  { low, high, levels }: CodeStairs,
  [least, most]: readonly [number, number],
): Conditions {
  const reached: Condition[] = [];
  const below: Condition[] = [];
  const limit = (sum: number, code: number, other: number) => {
    // At `sum` the line is at the code, which is not that of the neighboring level.
    if (code > other) reached.push({ sum, code });
    else below.push({ sum, code: code + 1 });
  };
  const [first, last] = [levels[0].code, levels[levels.length - 1].code];
  for (const [code, sum] of [
    [first, low],
    [last, high],
  ]) {
    if (code > least) reached.push({ sum, code });
    if (code < most) below.push({ sum, code: code + 1 });
  }
  for (let i = 1; i < levels.length; i++) {
    const { from, code } = levels[i];
    limit(from, code, levels[i - 1].code);
    limit(from - 1, levels[i - 1].code, code);
  }
  return { reached, below };
}

/** Returns the line with the largest margin; undefined if no line meets the conditions. */
function lineOf(
  { reached, below }: Conditions,
  span: number,
): { slope: number; intercept: number } | undefined {
  // For a slope, the intercept lies from `floor`, inclusive, to `ceiling`.
  const floor = (slope: number) => {
    let most = -Infinity;
    for (const { sum, code } of reached) most = Math.max(most, code - slope * sum);
    return most;
  };
  const ceiling = (slope: number) => {
    let least = Infinity;
    for (const { sum, code } of below) least = Math.min(least, code - slope * sum);
    return least;
  };
  if (reached.length === 0) return { slope: 0, intercept: ceiling(0) - 0.5 };
  if (below.length === 0) return { slope: 0, intercept: floor(0) + 0.5 };
  const margin = (slope: number) => ceiling(slope) - floor(slope);
  // The margin is a concave function of the slope.
  let [low, high] = [-span, span];
  for (let step = 0; step < SEARCH_STEPS; step++) {
    const [left, right] = [low + (high - low) / 3, high - (high - low) / 3];
    if (margin(left) < margin(right)) low = left;
    else high = right;
  }
  const slope = (low + high) / 2;
  if (!(margin(slope) > 0)) return undefined;
  return { slope, intercept: (floor(slope) + ceiling(slope)) / 2 };
}
