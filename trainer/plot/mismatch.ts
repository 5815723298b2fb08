/** Cosines by layer as a chart with a panel for each eps. */
import type { ModelMismatch, ToyMismatchRow } from '../mismatch/index.js';
import { MISMATCH_REFERENCE, type ReferenceRow } from '../mismatch/index.js';
import { drawChart, type LineStyle, lineStyles } from './draw.js';

type Cosines = Pick<ReferenceRow, 'activation' | 'eps' | 'total'> & { layers: readonly number[] };

interface Point {
  eps: number;
  name: string;
  layer: string;
  cosine: number;
  /** Ends of a vertical bar. */
  low?: number;
  high?: number;
}

/** Plots the toy experiment, with dashed lines for the reference. @returns an SVG document */
export async function plotToyMismatch(rows: readonly ToyMismatchRow[]): Promise<string> {
  const several =
    new Set(rows.filter(({ activation }) => activation !== 'full').map((row) => row.surrogate)).size > 1;
  const nameOf = (row: ToyMismatchRow) =>
    several && row.activation !== 'full' ? `${row.activation}, ${row.surrogate}` : row.activation;
  const styles: Record<string, LineStyle> = {};
  const reference = MISMATCH_REFERENCE.flatMap((row) => {
    const own = rows.find(
      ({ activation, eps, surrogate }) =>
        activation === row.activation && eps === row.eps && surrogate === 'relu1',
    );
    if (!own || row.activation === 'full') return [];
    const name = `${row.activation} (reference)`;
    styles[name] = { dashed: true, like: nameOf(own) };
    return pointsOf(name, row);
  });
  return drawCosines([...rows.flatMap((row) => pointsOf(nameOf(row), row)), ...reference], styles);
}

/** Plots the mismatch of a network, with its intervals. @returns an SVG document */
export async function plotModelMismatch(results: readonly ModelMismatch[]): Promise<string> {
  const points = results.flatMap(({ eps, layers, total }) =>
    [...layers, { name: 'total', ...total }].map(
      ({ name, cosine, interval: [low, high] }): Point => ({
        ...{ eps, name: 'cosine, and its 95 % interval', layer: name, cosine, low, high },
      }),
    ),
  );
  return drawCosines(points, {});
}

function pointsOf(name: string, { eps, layers, total }: Cosines): Point[] {
  return [...layers, total].map((cosine, i) => ({
    ...{ eps, name, cosine },
    layer: i < layers.length ? `layer ${i + 1}` : 'total',
  }));
}

function drawCosines(values: readonly Point[], styles: Record<string, LineStyle>): Promise<string> {
  const names = [...new Set(values.map(({ name }) => name))];
  const shared = {
    x: { field: 'layer', sort: null, title: null, scale: { type: 'point' }, axis: { labelAngle: 0 } },
    color: lineStyles(names, styles).color,
  };
  const cosine = { type: 'quantitative', title: null, scale: { zero: false } };
  return drawChart({
    data: { values },
    facet: {
      field: 'eps',
      title: null,
      sort: [...new Set(values.map(({ eps }) => eps))],
      header: { labelExpr: "'cosine, eps ' + datum.value" },
    },
    columns: 2,
    spec: {
      width: 300,
      height: 180,
      layer: [
        {
          mark: { type: 'line', point: true },
          encoding: { ...shared, y: { field: 'cosine', ...cosine }, ...lineStyles(names, styles) },
        },
        { mark: 'rule', encoding: { ...shared, y: { field: 'low', ...cosine }, y2: { field: 'high' } } },
      ],
    },
    resolve: { axis: { x: 'independent' }, scale: { y: 'independent' } },
  });
}
