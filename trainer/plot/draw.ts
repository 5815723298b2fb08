/**
 * Charts as SVG text. A chart is described in Vega-Lite's language (https://vega.github.io/vega-lite/docs) and drawn
 * by it, in the style that all figures here have.
 */
import type { Config, TopLevelSpec } from 'vega-lite';

/** Told apart by people who see colors differently (Okabe and Ito 2008). */
const COLORS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#7f7f7f'];
const DASHES = [5, 4];

/** Text and lines take the color of the text around the picture, which is black where nothing is around it. */
const INK = 'currentColor';
const STYLE: Config = {
  font: 'sans-serif',
  axis: { labelColor: INK, titleColor: INK, gridColor: INK, gridOpacity: 0.15, domain: false, ticks: false },
  header: { labelColor: INK, labelFontWeight: 'bold', labelAnchor: 'start' },
  legend: { labelColor: INK, labelLimit: 0, orient: 'bottom', columns: 4, symbolType: 'stroke' },
  bar: { color: COLORS[0] },
  line: { strokeWidth: 1.6 },
  range: { category: COLORS },
  rule: { color: INK },
  title: { color: INK, anchor: 'start', fontSize: 11 },
  view: { stroke: null },
};

/** Loads the library that draws, which takes a tenth of a second: not before there is something to draw. */
const vega = () => Promise.all([import('vega'), import('vega-lite')]);

/**
 * @param spec of Vega-Lite, with its data in it
 * @param background a color; null lets what is behind the picture through
 * @returns an SVG document, the same for the same chart
 * @throws Error, from Vega-Lite, where the description is none
 */
export async function drawChart(spec: object, background: string | null = 'white'): Promise<string> {
  const [{ parse, View }, { compile }] = await vega();
  const chart = { padding: 8, ...spec, background: background ?? 'transparent', config: STYLE };
  const view = new View(parse(compile(chart as TopLevelSpec).spec), { renderer: 'none' });
  try {
    return `${await view.toSVG()}\n`;
  } finally {
    view.finalize();
  }
}

export interface LineStyle {
  dashed?: boolean;
  /** Takes the color of the line of this name. */
  like?: string;
}

/**
 * What tells lines apart: a color each, from the first name to the last, and dashes.
 *
 * @param names values of the field `name`
 * @returns the channels `color` and `strokeDash`, which share a legend
 */
export function lineStyles(names: readonly string[], styles: Readonly<Record<string, LineStyle>> = {}) {
  const own = names.filter((name) => !names.includes(styles[name]?.like ?? ''));
  const colorOf = (name: string) =>
    COLORS[own.indexOf(own.includes(name) ? name : (styles[name].like as string)) % COLORS.length];
  const channel = (range: readonly unknown[]) => ({
    field: 'name',
    title: null,
    scale: { domain: names, range },
  });
  return {
    color: channel(names.map(colorOf)),
    strokeDash: channel(names.map((name) => (styles[name]?.dashed ? DASHES : [1, 0]))),
  };
}
