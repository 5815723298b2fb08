/** The figures of docs/performance.md. */
import { lineChart } from '../dist/trainer.js';

const MICROSECONDS = [1, 10, 100, 1000, 10_000, 100_000];
/** For a panel in which little changes. */
const NEAR_MICROSECONDS = MICROSECONDS.flatMap((value) => [value, 2 * value, 5 * value]);
const RATIOS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100];

/** There are more lanes than colours that everybody can tell apart. */
const LINES = {
  'C scalar': { dashed: true, like: 'popcount' },
  'C AVX2': { dashed: true, like: 'mvp' },
  'C AVX-512': { dashed: true, like: 'simd' },
  'one image': { like: 'simd' },
  'after a pause': { dashed: true, like: 'tfjs-wasm f32' },
  'batch of 16': { dashed: true, like: 'ort-web int8' },
};

/**
 * Time against what grows, both logarithmic: a straight line is a power.
 *
 * @param {{ name: string, points: { at: number, rows: object[] }[] }[]} sweeps
 * @returns {string} an SVG document
 */
export function costChart(sweeps) {
  const panels = sweeps.map(({ name, points }) => {
    const values = points.flatMap(({ rows }) => rows.map(({ ms }) => 1000 * ms));
    const labels = Math.max(...values) < 10 * Math.min(...values) ? NEAR_MICROSECONDS : MICROSECONDS;
    return {
      title: `${name}, µs`,
      series: lanesOf(points.flatMap(({ rows }) => rows)).map((lane) => ({
        name: lane,
        ...LINES[lane],
        points: points.flatMap(({ at, rows }) => {
          const row = rows.find((each) => each.lane === lane);
          return row ? [[Math.log10(at), Math.log10(1000 * row.ms)]] : [];
        }),
      })),
      xTicks: points.map(({ at }) => ({ at: Math.log10(at), label: String(at) })),
      ...logarithmic(values, labels),
    };
  });
  return lineChart({ panels });
}

/**
 * How many times as long as simd the others take, shape by shape.
 *
 * @param {{ lane: string, shape: string, ratio: number }[]} rows
 * @returns {string} an SVG document
 */
export function ratioChart(rows) {
  const shapes = [...new Set(rows.map(({ shape }) => shape))];
  const series = lanesOf(rows).map((lane) => ({
    name: lane,
    ...LINES[lane],
    points: rows
      .filter((row) => row.lane === lane)
      .map(({ shape, ratio }) => [shapes.indexOf(shape), Math.log10(ratio)]),
  }));
  const panel = {
    title: 'times as long as simd, by line of the table',
    series,
    xTicks: shapes.map((_, at) => ({ at, label: String(at + 1) })),
    ...logarithmic(
      rows.map(({ ratio }) => ratio),
      RATIOS,
    ),
  };
  return lineChart({ panels: [panel], columns: 1 });
}

const lanesOf = (rows) => [...new Set(rows.map(({ lane }) => lane))];

/** An axis whose labels are the numbers, not their logarithms. */
function logarithmic(values, labels) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const ticks = labels.filter((label) => label >= low / 1.5 && label <= high * 1.5);
  const ends = [low, high, ...ticks].map(Math.log10);
  return {
    yRange: [Math.min(...ends), Math.max(...ends)],
    yTicks: ticks.map((label) => ({ at: Math.log10(label), label: String(label) })),
  };
}
