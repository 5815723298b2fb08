/** Cosines by layer as a chart: a panel for each eps. */
import type { ModelMismatch, ToyMismatchRow } from '../mismatch/index.js';
import { MISMATCH_REFERENCE, type ReferenceRow } from '../mismatch/index.js';
import { lineChart, type Series } from './line-chart.js';

type Cosines = Pick<ReferenceRow, 'activation' | 'eps' | 'total'> & { layers: readonly number[] };

/** The toy experiment, with the reference dashed where there is one. @returns an SVG document */
export function plotToyMismatch(rows: readonly ToyMismatchRow[]): string {
  const several =
    new Set(rows.filter(({ activation }) => activation !== 'full').map((row) => row.surrogate)).size > 1;
  const nameOf = (row: ToyMismatchRow) =>
    several && row.activation !== 'full' ? `${row.activation}, ${row.surrogate}` : row.activation;
  const panels = [...new Set(rows.map(({ eps }) => eps))].map((eps) => {
    const here = rows.filter((row) => row.eps === eps);
    const measured: Series[] = here.map((row) => ({ name: nameOf(row), points: pointsOf(row) }));
    const reference: Series[] = MISMATCH_REFERENCE.filter((row) => row.eps === eps).flatMap((row) => {
      const own = here.find(
        ({ activation, surrogate }) => activation === row.activation && surrogate === 'relu1',
      );
      if (!own || row.activation === 'full') return [];
      return {
        name: `${row.activation} (reference)`,
        like: nameOf(own),
        dashed: true,
        points: pointsOf(row),
      };
    });
    const ticks = here[0].layers.map((_, i) => ({ at: i, label: `layer ${i + 1}` }));
    return {
      title: `cosine, eps ${eps}`,
      series: [...measured, ...reference],
      xTicks: [...ticks, { at: ticks.length, label: 'total' }],
    };
  });
  return lineChart({ panels });
}

/** A network of one's own, with its intervals. @returns an SVG document */
export function plotModelMismatch(results: readonly ModelMismatch[]): string {
  const panels = results.map(({ eps, layers, total }) => {
    const all = [...layers, { name: 'total', ...total }];
    return {
      title: `cosine and 95 % interval, eps ${eps}`,
      series: [
        {
          name: 'measured',
          points: all.map(({ cosine }, i) => [i, cosine] as const),
          intervals: all.map(({ interval }) => interval),
        },
      ],
      xTicks: all.map(({ name }, at) => ({ at, label: name })),
    };
  });
  return lineChart({ panels });
}

function pointsOf({ layers, total }: Cosines): [number, number][] {
  return [...layers, total].map((cosine, i) => [i, cosine]);
}
