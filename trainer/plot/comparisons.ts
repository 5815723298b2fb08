/** The differences between methods as a chart: a point and an interval for each. */
import { type ComparisonRecord, comparisonTitle, resultsOf } from '../compare/index.js';
import { drawChart } from './draw.js';

const POINTS = { type: 'quantitative', title: null } as const;

/**
 * Plots differences in test accuracy to `direct`, in percentage points, with their 95 % intervals. Each comparison has a
 * panel; all have the same scale. The method `float` is left out, since it measures the cost of quantization.
 *
 * @param comparisons from `readComparison` or `compare`; methods without a common seed with `direct` are not drawn
 * @returns an SVG document
 */
export async function plotComparisons(comparisons: readonly ComparisonRecord[]): Promise<string> {
  const panels = comparisons.map((comparison) => ({
    title: comparisonTitle(comparison),
    data: { values: differencesOf(comparison) },
    width: 520,
    height: { step: 22 },
    encoding: { y: { field: 'method', type: 'nominal', sort: null, title: null } },
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

function differencesOf({ options, runs, choices }: ComparisonRecord) {
  return resultsOf(options, runs, choices).flatMap(({ method, difference }) => {
    if (method === 'float' || difference === undefined) return [];
    const [low, high] = difference.interval ?? [difference.mean, difference.mean];
    return [{ method, mean: 100 * difference.mean, low: 100 * low, high: 100 * high }];
  });
}
