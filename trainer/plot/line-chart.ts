/**
 * Line charts as SVG text: panels in a grid, a legend below. What the figures of this package need and no more.
 */

export interface Series {
  /** In the legend, once for all panels; series of one name look the same. */
  name: string;
  /** Where a coordinate is not finite, the line has a gap. */
  points: readonly (readonly [x: number, y: number])[];
  /** Ends of a vertical bar at each point. */
  intervals?: readonly (readonly [low: number, high: number])[];
  dashed?: boolean;
  /** Takes the colour of the series of this name. */
  like?: string;
}

export interface Panel {
  title: string;
  series: readonly Series[];
  /** Default: five round numbers. */
  xTicks?: readonly { at: number; label: string }[];
  /** Default: what the points span. */
  yRange?: readonly [low: number, high: number];
  /** Default: five round numbers. */
  yTicks?: readonly { at: number; label: string }[];
}

export interface Chart {
  panels: readonly Panel[];
  /** Panels side by side. Default: 2. */
  columns?: number;
}

const SIZE = { width: 360, height: 240 } as const;
const MARGIN = { top: 28, right: 14, bottom: 30, left: 42 } as const;
const LEGEND_LINE = 18;
/** Legend entries side by side, a panel's width. */
const LEGEND_COLUMNS = 2;
/** Told apart by people who see colours differently (Okabe and Ito 2008). */
const COLOURS = ['#000000', '#d55e00', '#0072b2', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'];

/** @returns an SVG document */
export function lineChart({ panels, columns = 2 }: Chart): string {
  const across = Math.min(columns, Math.max(1, panels.length));
  const down = Math.ceil(panels.length / across);
  const entries = new Map(panels.flatMap(({ series }) => series).map((series) => [series.name, series]));
  const colours = coloursOf([...entries.values()]);
  const perLine = LEGEND_COLUMNS * across;
  const width = across * SIZE.width;
  const top = down * SIZE.height + 8;
  const height = top + Math.ceil(entries.size / perLine) * LEGEND_LINE + 8;

  const drawn = panels.map((panel, i) => {
    const place = `translate(${(i % across) * SIZE.width} ${Math.floor(i / across) * SIZE.height})`;
    return `<g transform="${place}">\n${drawPanel(panel, colours)}\n</g>`;
  });
  const legend = [...entries.values()].map((series, i) => {
    const x = MARGIN.left + (i % perLine) * (SIZE.width / LEGEND_COLUMNS);
    const y = top + Math.floor(i / perLine) * LEGEND_LINE + 8;
    const line = `<path d="M${x} ${y}h22" ${stroke(series, colours)}/>`;
    return `${line}<text x="${x + 28}" y="${y + 4}">${escape(series.name)}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...drawn,
    ...legend,
    '</svg>\n',
  ].join('\n');
}

function coloursOf(series: Series[]): Map<string, string> {
  const colours = new Map<string, string>();
  const next = () => COLOURS[new Set(colours.values()).size % COLOURS.length];
  for (const { name, like } of series) if (!like) colours.set(name, next());
  for (const { name, like } of series) if (like) colours.set(name, colours.get(like) ?? next());
  return colours;
}

function drawPanel({ title, series, xTicks, yRange, yTicks }: Panel, colours: Map<string, string>): string {
  const points = series.flatMap(({ points }) => points).filter(isFinitePoint);
  const xs = points.map(([x]) => x);
  const ys = [...points.map(([, y]) => y), ...series.flatMap(({ intervals = [] }) => intervals.flat())];
  const [x0, x1] = xTicks ? margined(xTicks.map(({ at }) => at)) : range(xs);
  const [y0, y1] = yRange ?? range(ys.filter(Number.isFinite));
  const left = MARGIN.left;
  const right = SIZE.width - MARGIN.right;
  const bottom = SIZE.height - MARGIN.bottom;
  const x = (value: number) => round(left + ((value - x0) / (x1 - x0)) * (right - left));
  const y = (value: number) => round(bottom - ((value - y0) / (y1 - y0)) * (bottom - MARGIN.top));

  const grid = (yTicks ?? numbered(roundNumbers(y0, y1))).map(
    ({ at, label }) =>
      `<path d="M${left} ${y(at)}H${right}" stroke="#dddddd"/>` +
      `<text x="${left - 6}" y="${y(at) + 4}" text-anchor="end">${escape(label)}</text>`,
  );
  const ticks = (xTicks ?? numbered(roundNumbers(x0, x1))).map(
    ({ at, label }) => `<text x="${x(at)}" y="${bottom + 16}" text-anchor="middle">${escape(label)}</text>`,
  );
  const lines = series.flatMap((one) => {
    const place = (point: readonly [number, number]) => `${x(point[0])} ${y(point[1])}`;
    let pen = 'M';
    const path = one.points.map((point) => {
      const step = isFinitePoint(point) ? `${pen}${place(point)}` : '';
      pen = step ? 'L' : 'M';
      return step;
    });
    const bars = (one.intervals ?? []).map(([low, high], i) =>
      [low, high, one.points[i][0]].every(Number.isFinite)
        ? `M${x(one.points[i][0])} ${y(low)}V${y(high)}`
        : '',
    );
    return `<path d="${[...path, ...bars].join('')}" ${stroke(one, colours)}/>`;
  });
  return [
    `<text x="${left}" y="18" font-weight="bold">${escape(title)}</text>`,
    ...grid,
    ...ticks,
    ...lines,
  ].join('\n');
}

function stroke({ name, dashed }: Series, colours: Map<string, string>): string {
  const dashes = dashed ? ' stroke-dasharray="5 4"' : '';
  return `fill="none" stroke="${colours.get(name)}" stroke-width="1.6"${dashes}`;
}

const isFinitePoint = ([x, y]: readonly [number, number]) => Number.isFinite(x) && Number.isFinite(y);

/** Room to the left and right of ticks that stand for things, not for numbers on a line. */
function margined(values: number[]): [number, number] {
  const [low, high] = range(values);
  return [low - 0.08 * (high - low), high + 0.08 * (high - low)];
}

/** Never empty: a single value gets room above and below, no value at all 0 to 1. */
function range(values: number[]): [number, number] {
  if (values.length === 0) return [0, 1];
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  return low === high ? [low - 0.5, high + 0.5] : [low, high];
}

/** Multiples of 1, 2 or 5 times a power of ten within a range: three to eight of them. */
function roundNumbers(low: number, high: number): number[] {
  const rough = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough) as number;
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(6)));
}

const numbered = (values: number[]) => values.map((at) => ({ at, label: String(at) }));

const round = (value: number) => Math.round(value * 100) / 100;

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escape = (text: string) => text.replace(/[&<>"]/g, (character) => ENTITIES[character]);
