/** The figure of docs/surrogates.md: what stands in for a binary and a ternary staircase, and its slope. */
import { type Staircase, SURROGATES, type Surrogate, staircase, thresholdsOf } from '../quantisers/index.js';
import { lineChart, type Panel } from './line-chart.js';

const [FROM, TO, POINTS] = [-0.75, 1.75, 250];
const NUDGE = 1e-6;

/** @returns an SVG document */
export function plotSurrogates(): string {
  const panels = (
    [
      ['binary', 2],
      ['ternary', 3],
    ] as const
  ).flatMap(([name, levels]) => panelsOf(name, staircase(levels)));
  return lineChart({ panels });
}

function panelsOf(name: string, stairs: Staircase): Panel[] {
  const level = (x: number) => thresholdsOf(stairs).filter((t) => x >= t).length / stairs.steps;
  const value = (surrogate: Surrogate) => (x: number) => surrogate.value(x, stairs);
  const slope = (surrogate: Surrogate) => (x: number) =>
    (surrogate.value(x + NUDGE, stairs) - surrogate.value(x - NUDGE, stairs)) / (2 * NUDGE);
  const lines = (of: typeof value) =>
    SURROGATES.map((surrogate) => ({ name: surrogate.name, points: sampled(of(surrogate)) }));
  return [
    {
      title: `${name}: q(x), and S(x)`,
      series: [{ name: 'q, the staircase', points: sampled(level), dashed: true }, ...lines(value)],
    },
    { title: `${name}: S'(x), the slope`, series: lines(slope) },
  ];
}

/** Without the points that lie on the line between their neighbours: they are most of them. */
function sampled(f: (x: number) => number): [number, number][] {
  const points = Array.from({ length: POINTS + 1 }, (_, i): [number, number] => {
    const x = FROM + (i * (TO - FROM)) / POINTS;
    return [x, f(x)];
  });
  return points.filter((point, i) => {
    if (i === 0 || i === POINTS) return true;
    return Math.abs(points[i - 1][1] - 2 * point[1] + points[i + 1][1]) > 1e-6;
  });
}
