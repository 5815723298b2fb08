/**
 * Charts as SVG text, drawn by Vega-Lite (https://vega.github.io/vega-lite/docs) in a common style.
 */
import { printable, printableLine } from '@bd-edge/sdk/internal';
import type { Config, TopLevelSpec } from 'vega-lite';

/** Colors that people with color vision deficiencies can distinguish (Okabe and Ito 2008). */
const COLORS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#7f7f7f'];
const DASHES = [5, 4];

/** Text and lines have the color of the text around the picture, or black. */
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

/** Loads the library when it is first needed, since that takes 0.1 s. */
const vega = () => Promise.all([import('vega'), import('vega-lite')]);

/**
 * Draws a chart.
 *
 * @param spec a Vega-Lite specification with its data
 * @param background a color, or null for a transparent background
 * @returns an SVG document, the same for the same chart; names in it cannot change the direction of text
 * @throws {Error} from Vega-Lite if the specification is not valid
 */
export async function drawChart(spec: object, background: string | null = 'white'): Promise<string> {
  const [{ parse, View }, { compile }] = await vega();
  const chart = {
    padding: 8,
    ...(withPrintableTexts(spec) as object),
    background: background ?? 'transparent',
    config: STYLE,
  };
  const view = new View(parse(compile(chart as TopLevelSpec).spec), { renderer: 'none' });
  try {
    // An expression may have made others of escapes.
    return printable(`${await view.toSVG()}\n`);
  } finally {
    view.finalize();
  }
}

/** Names in a chart are from files. Some characters would end an expression of Vega-Lite, or turn the text around. */
function withPrintableTexts(value: unknown): unknown {
  if (typeof value === 'string') return printableLine(value);
  if (Array.isArray(value)) return value.map(withPrintableTexts);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withPrintableTexts(inner)]));
}

export interface LineStyle {
  dashed?: boolean;
  /** The name of a line whose color this one has too. */
  like?: string;
}

/**
 * Returns the encodings that distinguish lines: a color for each name, and dashes.
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
