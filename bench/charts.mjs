/** The figures of docs/performance.md. */
import { drawChart, lineStyles } from '@bd-edge/trainer/internal';

const SIZE = { width: 300, height: 200 };

/** Lanes share colors, since there are more lanes than colors that everybody can tell apart. */
const STYLES = {
  'C scalar': { dashed: true, like: 'sparse' },
  'C AVX2': { dashed: true, like: 'mvp' },
  'C AVX-512': { dashed: true, like: 'simd' },
  'one image': { like: 'simd' },
  'after a pause': { dashed: true, like: 'tfjs-wasm f32' },
  'batch of 16': { dashed: true, like: 'ort-web int8' },
};

/**
 * Draws time against the size, both logarithmic: a straight line is a power.
 *
 * @param {{ name: string, points: { at: number, rows: object[] }[] }[]} sweeps
 * @returns {Promise<string>} an SVG document
 */
export async function costChart(sweeps) {
  const lanes = lanesOf(sweeps.flatMap(({ points }) => points.flatMap(({ rows }) => rows)));
  const panels = sweeps.map(({ name, points }) => ({
    ...SIZE,
    title: `${name}, µs`,
    data: {
      values: points.flatMap(({ at, rows }) =>
        rows.map(({ lane, ms }) => ({ name: lane, at, µs: 1000 * ms })),
      ),
    },
    mark: 'line',
    encoding: {
      x: { ...logarithmic('at'), axis: { values: points.map(({ at }) => at) } },
      y: logarithmic('µs'),
      ...lineStyles(lanes, STYLES),
    },
  }));
  return drawChart({ concat: panels, columns: 2 });
}

/**
 * Draws the time of each lane divided by that of simd, shape by shape.
 *
 * @param {{ lane: string, shape: string, ratio: number }[]} rows
 * @returns {Promise<string>} an SVG document
 */
export async function ratioChart(rows) {
  const shapes = [...new Set(rows.map(({ shape }) => shape))];
  return drawChart({
    ...SIZE,
    width: 2 * SIZE.width,
    title: 'times as long as simd, by line of the table',
    data: {
      values: rows.map(({ lane, shape, ratio }) => ({ name: lane, line: shapes.indexOf(shape) + 1, ratio })),
    },
    mark: { type: 'line', point: true },
    encoding: {
      x: { field: 'line', type: 'ordinal', title: null, axis: { labelAngle: 0 } },
      y: logarithmic('ratio'),
      ...lineStyles(lanesOf(rows), STYLES),
    },
  });
}

const lanesOf = (rows) => [...new Set(rows.map(({ lane }) => lane))];

const logarithmic = (field) => ({
  field,
  type: 'quantitative',
  title: null,
  scale: { type: 'log', nice: false },
  axis: { format: '~r', tickCount: 5 },
});
