/** How far ways of training are apart: a point and its interval for each. */
import { type Comparison, comparisonTitle, resultsOf } from '../compare/index.js';
import { drawChart } from './draw.js';

const POINTS = { type: 'quantitative', title: null } as const;

/**
 * Differences in test accuracy to `direct`, in points, with their 95 % intervals: a panel for each comparison, on one
 * scale. Without the float lane, which is far away: it says what bits cost, not how to train them.
 *
 * @param comparisons as `readComparison` gives them; lanes without a seed that `direct` has too are not drawn
 * @returns an SVG document
 */
export async function plotComparisons(comparisons: readonly Omit<Comparison, 'results'>[]): Promise<string> {
  const panels = comparisons.map((comparison) => ({
    title: comparisonTitle(comparison),
    data: { values: differencesOf(comparison) },
    width: 520,
    height: { step: 22 },
    encoding: { y: { field: 'lane', type: 'nominal', sort: null, title: null } },
    layer: [
      { mark: { type: 'bar', size: 4 }, encoding: { x: { field: 'low', ...POINTS }, x2: { field: 'high' } } },
      {
        mark: { type: 'point', filled: true, size: 70, color: 'currentColor', opacity: 1 },
        encoding: { x: { field: 'mean', ...POINTS } },
      },
      { mark: { type: 'rule', strokeDash: [3, 3] }, encoding: { x: { datum: 0, ...POINTS }, y: null } },
    ],
  }));
  return drawChart({
    title: {
      text: 'Test accuracy, points above direct training, with 95 % intervals',
      ...{ fontSize: 13, offset: 10 },
    },
    vconcat: panels,
    resolve: { scale: { x: 'shared' } },
  });
}

function differencesOf({ options, runs, choices }: Omit<Comparison, 'results'>) {
  return resultsOf(options, runs, choices).flatMap(({ lane, difference }) => {
    if (lane === 'float' || difference === undefined) return [];
    const [low, high] = difference.interval ?? [difference.mean, difference.mean];
    return [{ lane, mean: 100 * difference.mean, low: 100 * low, high: 100 * high }];
  });
}
