/** The charts of a report, each a figure with its title: transparent, in the colors of the page's text. */
import { drawChart, lineStyles } from '../plot/index.js';
import { escape } from './html.js';
import type { Histogram } from './threshold-distances.js';

const SIZE = { width: 330, height: 170 };
/** Of more epochs, dots would hide the line. */
const MOST_DOTS = 50;
const EPOCHS = { field: 'epoch', type: 'quantitative', title: null, axis: { format: 'd', tickMinStep: 1 } };

/**
 * Lines over epochs.
 *
 * @param lines by name, one value for each epoch; a gap where it is not finite
 * @param first the first epoch's number
 * @param format of the values, as d3-format writes it
 */
export function epochChart(
  title: string,
  first: number,
  lines: Readonly<Record<string, readonly number[]>>,
  format: string,
): Promise<string> {
  const names = Object.keys(lines);
  return figure(title, {
    ...SIZE,
    data: {
      values: names.flatMap((name) =>
        lines[name].map((value, i) => ({
          name,
          epoch: first + i,
          value: Number.isFinite(value) ? value : null,
        })),
      ),
    },
    mark: { type: 'line', point: Object.values(lines).every(({ length }) => length <= MOST_DOTS) },
    encoding: {
      x: EPOCHS,
      y: { field: 'value', type: 'quantitative', title: null, scale: { zero: false }, axis: { format } },
      ...lineStyles(names),
    },
  });
}

/** Shares of all distances in bars, with a line at the threshold. */
export function distanceChart({ layer, from, to, counts }: Histogram): Promise<string> {
  const total = counts.reduce((sum, count) => sum + count, 0) || 1;
  const width = (to - from) / counts.length;
  const values = counts.map((count, i) => ({
    from: from + i * width,
    to: from + (i + 1) * width,
    share: count / total,
  }));
  return figure(layer, {
    ...SIZE,
    layer: [
      {
        data: { values },
        mark: 'bar',
        encoding: {
          x: { field: 'from', bin: 'binned', title: null },
          x2: { field: 'to' },
          y: { field: 'share', type: 'quantitative', title: null, axis: { format: '.2~%' } },
        },
      },
      {
        data: { values: [{ threshold: 0 }] },
        mark: { type: 'rule', strokeDash: [3, 3] },
        encoding: { x: { field: 'threshold', type: 'quantitative' } },
      },
    ],
  });
}

async function figure(title: string, chart: object): Promise<string> {
  return `<figure><figcaption>${escape(title)}</figcaption>${await drawChart(chart, null)}</figure>`;
}
