/** The figure of docs/surrogates.md: the surrogates of a binary and a ternary staircase, and their slopes. */
import { type Staircase, SURROGATES, type Surrogate, staircase, thresholdsOf } from '../quantizers/index.js';
import { drawChart, lineStyles } from './draw.js';

const [FROM, TO, POINTS] = [-0.75, 1.75, 250];
const NUDGE = 1e-6;
const STAIRCASE = 'q, the staircase';

interface Point {
  panel: string;
  name: string;
  x: number;
  y: number;
}

/** Plots all surrogates. @returns an SVG document */
export async function plotSurrogates(): Promise<string> {
  const values = [...panelsOf('binary', staircase(2)), ...panelsOf('ternary', staircase(3))];
  const names = [STAIRCASE, ...SURROGATES.map(({ name }) => name)];
  return drawChart({
    data: { values },
    facet: { field: 'panel', title: null, sort: [...new Set(values.map(({ panel }) => panel))] },
    columns: 2,
    spec: {
      width: 300,
      height: 180,
      mark: 'line',
      encoding: {
        x: { field: 'x', type: 'quantitative', title: null },
        y: { field: 'y', type: 'quantitative', title: null },
        ...lineStyles(names, { [STAIRCASE]: { dashed: true } }),
      },
    },
    resolve: { axis: { x: 'independent' }, scale: { y: 'independent' } },
  });
}

function panelsOf(quantizer: string, stairs: Staircase): Point[] {
  const level = (x: number) => thresholdsOf(stairs).filter((t) => x >= t).length / stairs.steps;
  const value = (surrogate: Surrogate) => (x: number) => surrogate.value(x, stairs);
  const slope = (surrogate: Surrogate) => (x: number) =>
    (surrogate.value(x + NUDGE, stairs) - surrogate.value(x - NUDGE, stairs)) / (2 * NUDGE);
  const panel = (title: string, name: string, f: (x: number) => number): Point[] =>
    sampled(f).map(([x, y]) => ({ panel: `${quantizer}: ${title}`, name, x, y }));
  return [
    ...panel('q(x), and S(x)', STAIRCASE, level),
    ...SURROGATES.flatMap((surrogate) => panel('q(x), and S(x)', surrogate.name, value(surrogate))),
    ...SURROGATES.flatMap((surrogate) => panel("S'(x), the slope", surrogate.name, slope(surrogate))),
  ];
}

/** Samples a function, without the points that are on the line between their neighbors. */
function sampled(f: (x: number) => number): [number, number][] {
  const points = Array.from({ length: POINTS + 1 }, (_, i): [number, number] => {
    const x = FROM + (i * (TO - FROM)) / POINTS;
    return [x, f(x)];
  });
  return points.filter((_, i) => {
    if (i === 0 || i === POINTS) return true;
    return Math.abs(points[i - 1][1] - 2 * points[i][1] + points[i + 1][1]) > 1e-6;
  });
}
