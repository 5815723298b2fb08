/** Charts as inline SVG: no script, no resources from elsewhere; colours come from the page's style. */

export interface Series {
  name: string;
  /** One value for each x. */
  values: readonly number[];
}

const WIDTH = 420;
const HEIGHT = 220;
const LEFT = 52;
const RIGHT = 12;
const TOP = 10;
const BOTTOM = 28;
const COLOURS = 6;

/** Text that stands for itself in HTML. */
export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/**
 * Lines over whole numbers from `first`, with a legend.
 *
 * @param format of the y values, on the axis and in tooltips
 */
export function lineChart(
  title: string,
  first: number,
  series: readonly Series[],
  format: (value: number) => string,
): string {
  const count = Math.max(...series.map(({ values }) => values.length));
  const all = series.flatMap(({ values }) => values).filter(Number.isFinite);
  const [low, high, ticks] = axis(Math.min(...all), Math.max(...all));
  const x = (i: number) => LEFT + (WIDTH - LEFT - RIGHT) * (count === 1 ? 0.5 : i / (count - 1));
  const y = (value: number) => HEIGHT - BOTTOM - ((HEIGHT - TOP - BOTTOM) * (value - low)) / (high - low);
  const step = Math.max(1, Math.ceil(count / 10));
  const xs = Array.from({ length: count }, (_, i) => i).filter((i) => i % step === 0);
  const lines = series.map(({ name, values }, k) => {
    const points = values.map((value, i) => `${round(x(i))},${round(y(value))}`);
    const dots = values.map(
      (value, i) =>
        `<circle class="c${k % COLOURS}" cx="${round(x(i))}" cy="${round(y(value))}" r="2.5"><title>${escape(name)}, ${first + i}: ${format(value)}</title></circle>`,
    );
    return `<polyline class="c${k % COLOURS}" points="${points.join(' ')}"/>${dots.join('')}`;
  });
  const legend = series.map(({ name }, k) => `<span><i class="c${k % COLOURS}"></i>${escape(name)}</span>`);
  return figure(
    title,
    [
      ...ticks.map((tick) => gridLine(y(tick), format(tick))),
      ...xs.map((i) => label(x(i), first + i)),
      ...lines,
    ],
    series.length > 1 ? `<div class="legend">${legend.join('')}</div>` : '',
  );
}

/** Bars over the range from..to, with a line at 0. */
export function barChart(title: string, from: number, to: number, counts: readonly number[]): string {
  const total = counts.reduce((sum, count) => sum + count, 0) || 1;
  const shares = counts.map((count) => (100 * count) / total);
  const [, high, ticks] = axis(0, Math.max(...shares));
  const width = (WIDTH - LEFT - RIGHT) / counts.length;
  const x = (value: number) => LEFT + ((WIDTH - LEFT - RIGHT) * (value - from)) / (to - from);
  const y = (value: number) => HEIGHT - BOTTOM - ((HEIGHT - TOP - BOTTOM) * value) / high;
  const bars = shares.map(
    (share, i) =>
      `<rect class="c0" x="${round(LEFT + i * width)}" y="${round(y(share))}" width="${round(width - 1)}" height="${round(HEIGHT - BOTTOM - y(share))}"><title>${share.toFixed(1)} %</title></rect>`,
  );
  const marks = Array.from({ length: 5 }, (_, i) => from + ((to - from) * i) / 4);
  return figure(title, [
    ...ticks.map((tick) => gridLine(y(tick), `${tick} %`)),
    ...marks.map((mark) => label(x(mark), mark)),
    ...bars,
    `<line class="zero" x1="${round(x(0))}" x2="${round(x(0))}" y1="${TOP}" y2="${HEIGHT - BOTTOM}"/>`,
  ]);
}

/** A range that holds both ends, and about five round numbers in it. */
export function axis(low: number, high: number): [low: number, high: number, ticks: number[]] {
  if (!(high - low > 1e-12)) {
    const margin = Math.abs(low) / 2 || 1;
    return axis(low - margin, high + margin);
  }
  const rough = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10]
    .map((factor) => factor * power)
    .find((candidate) => candidate >= rough) as number;
  const first = Math.floor(low / step);
  const last = Math.ceil(high / step);
  const ticks = Array.from({ length: last - first + 1 }, (_, i) =>
    Number(((first + i) * step).toPrecision(12)),
  );
  return [ticks[0], ticks[ticks.length - 1], ticks];
}

function figure(title: string, parts: string[], below = ''): string {
  return `<figure><figcaption>${escape(title)}</figcaption><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escape(title)}">${parts.join('')}</svg>${below}</figure>`;
}

function gridLine(y: number, text: string): string {
  return `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${round(y)}" y2="${round(y)}"/><text x="${LEFT - 6}" y="${round(y + 4)}" text-anchor="end">${escape(text)}</text>`;
}

function label(x: number, value: number): string {
  return `<text x="${round(x)}" y="${HEIGHT - 10}" text-anchor="middle">${value}</text>`;
}

function round(value: number): number {
  return Math.round(10 * value) / 10;
}
