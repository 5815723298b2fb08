/** Statistics of measured times. */

/** Returns the middle value, or the mean of the two middle ones. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Rounds to four significant digits. A shared machine does not measure more. */
export const significant = (value) => Number(value.toPrecision(4));

/**
 * Makes the rows of one shape. `ratio` is the time of a lane divided by that of the lane `than`.
 *
 * @param {string} shape
 * @param {{ lane: string, samples: number[] }[]} lanes samples: milliseconds a run, one a round
 * @param {string} than
 * @returns {{ lane: string, shape: string, ms: number, ratio: number }[]}
 */
export function rowsOf(shape, lanes, than = 'simd') {
  const medians = lanes.map(({ samples }) => median(samples));
  const unit = medians[lanes.findIndex(({ lane }) => lane === than)];
  return lanes.map(({ lane }, i) => ({
    lane,
    shape,
    ms: significant(medians[i]),
    ratio: significant(medians[i] / unit),
  }));
}

/**
 * Makes a Markdown table with a line per shape and a column per lane, in the order of their first appearance.
 *
 * @param {{ lane: string, shape: string, ms: number, ratio: number }[]} rows
 */
export function table(rows) {
  const lanes = [...new Set(rows.map(({ lane }) => lane))];
  const shapes = [...new Set(rows.map(({ shape }) => shape))];
  const cell = (shape, lane) => {
    const row = rows.find((each) => each.shape === shape && each.lane === lane);
    if (row === undefined) return '';
    return row.ratio === 1 ? microseconds(row.ms) : `${microseconds(row.ms)} (${timesOf(row.ratio)})`;
  };
  return [
    ['µs', ...lanes.map((lane) => `${lane}`)],
    ['---', ...lanes.map(() => '---')],
    ...shapes.map((shape) => [shape, ...lanes.map((lane) => cell(shape, lane))]),
  ]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

/** Formats a time with three digits, or as a whole number. */
export function microseconds(ms) {
  const value = ms * 1000;
  return value >= 100 ? String(Math.round(value)) : value.toPrecision(3);
}

export const timesOf = (ratio) => `${ratio >= 1 ? ratio.toFixed(1) : ratio.toFixed(2)}x`;

/**
 * Compares the lowest ratio with each goal's floor, and the median with the goal.
 *
 * @param {{ against: string, shapes: string[], lanes: string[], floor: number, goal: number }[]} goals the fastest of
 *   `lanes` counts
 * @returns goals with `lowest` and `middle`, without those for which nothing was measured
 */
export function judge(goals, rows) {
  return goals.flatMap((goal) => {
    const ratios = goal.shapes.flatMap((shape) => {
      const found = rows.filter((row) => row.shape === shape && goal.lanes.includes(row.lane));
      return found.length === 0 ? [] : [Math.min(...found.map(({ ratio }) => ratio))];
    });
    return ratios.length === 0 ? [] : [{ ...goal, lowest: Math.min(...ratios), middle: median(ratios) }];
  });
}
