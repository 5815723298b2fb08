/** The charts of a report: figures with a title and a transparent background, in the color of the page's text. */
import { drawChart, lineStyles } from '../plot/index.js';
import { escape } from './html.js';
import type { Histogram } from './threshold-distances.js';

const SIZE = { width: 330, height: 170 };
/** With more epochs, dots would hide the line. */
const MAX_DOTS = 50;
const EPOCHS = { field: 'epoch', type: 'quantitative', title: null, axis: { format: 'd', tickMinStep: 1 } };

/**
 * Draws lines over epochs.
 *
 * @param first number of the first epoch
 * @param lines values for each epoch, by name of line; a value that is not finite makes a gap
 * @param format format of the values for d3-format
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
    mark: { type: 'line', point: Object.values(lines).every(({ length }) => length <= MAX_DOTS) },
    encoding: {
      x: EPOCHS,
      y: { field: 'value', type: 'quantitative', title: null, scale: { zero: false }, axis: { format } },
      ...lineStyles(names),
    },
  });
}

/** Draws a histogram of distances as shares, with a line at the threshold. */
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
