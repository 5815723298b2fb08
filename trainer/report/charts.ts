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

const CELL = 26;
const RIGHT = '#0072b2';
const WRONG = '#d55e00';

/**
 * Draws a confusion matrix. The color of a cell is its share of the images of the class; confusions are drawn four times
 * as strong.
 *
 * @param matrix `matrix[label][prediction]`
 */
export function confusionChart(
  matrix: readonly (readonly number[])[],
  classNames: readonly string[],
): Promise<string> {
  const values = matrix.flatMap((row, label) => {
    const total = row.reduce((sum, count) => sum + count, 0) || 1;
    return row.map((count, other) => ({
      label,
      other,
      count: count || '',
      kind: label === other ? 'right' : 'wrong',
      share: Math.min(1, (label === other ? 0.6 : 4) * (count / total)),
    }));
  });
  // Names may be equal, so that the axes have indices.
  const axis = { labelExpr: `(${JSON.stringify(classNames)})[datum.value]`, labelLimit: 160, title: null };
  const classes = Array.from(classNames.keys());
  const side = { type: 'ordinal', scale: { domain: classes } };
  return figure('images of each class (rows) by prediction (columns)', {
    width: { step: CELL },
    height: { step: CELL },
    data: { values },
    encoding: {
      x: { field: 'other', ...side, axis: { ...axis, orient: 'top', labelAngle: -90 } },
      y: { field: 'label', ...side, axis },
    },
    layer: [
      {
        mark: { type: 'rect', stroke: 'currentColor', strokeOpacity: 0.15 },
        encoding: {
          fill: {
            field: 'kind',
            type: 'nominal',
            legend: null,
            scale: { domain: ['right', 'wrong'], range: [RIGHT, WRONG] },
          },
          fillOpacity: {
            field: 'share',
            type: 'quantitative',
            legend: null,
            scale: { domain: [0, 1], range: [0, 1] },
          },
        },
      },
      {
        mark: { type: 'text', fontSize: 10, fill: 'currentColor' },
        encoding: { text: { field: 'count' } },
      },
    ],
  });
}

async function figure(title: string, chart: object): Promise<string> {
  return `<figure><figcaption>${escape(title)}</figcaption>${await drawChart(chart, null)}</figure>`;
}
