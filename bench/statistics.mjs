/** What becomes of the times that were measured. */

/** The middle of the values, of an even number of them the mean of the two middle ones. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Four significant digits: more than a shared machine can tell. */
export const significant = (value) => Number(value.toPrecision(4));

/**
 * Rows of one shape. `ratio` is how many times as long as the lane `than` a lane takes.
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
 * A Markdown table: a line a shape, a column a lane in the order in which they first appear.
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

/** Three digits, or whole numbers. */
export function microseconds(ms) {
  const value = ms * 1000;
  return value >= 100 ? String(Math.round(value)) : value.toPrecision(3);
}

export const timesOf = (ratio) => `${ratio >= 1 ? ratio.toFixed(1) : ratio.toFixed(2)}x`;

/**
 * What is held to the goals: the lowest ratio against the floor, the median against the goal.
 *
 * @param {{ against: string, shapes: string[], lanes: string[], floor: number, goal: number }[]} goals the fastest of
 *   `lanes` is what a shape is held to
 * @returns goals with `lowest` and `middle`, without those of which nothing was measured
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
