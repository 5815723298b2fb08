// Draws an animated SVG of a terminal. The content of each row is drawn once, and shown for as long as it was there.

/** @typedef {{ column: number; text: string; color: number; dim: boolean; bold: boolean }} Run */
/** @typedef {{ at: number; rows: Run[][] }} Frame at in seconds */
/** @typedef {{ from: number; to?: number; content: string }} Stretch without `to`, it lasts to the end */

const CHARACTER = 8;
const LINE = 18;
const MARGIN = 14;
const BAR = 30;
/** The terminal's eight colors and their bright forms, on a dark ground that is readable in light pages too. */
const COLORS = ['#484f58', '#ff7b72', '#3fb950', '#d29922', '#58a6ff', '#bc8cff', '#39c5cf', '#c9d1d9'];
const BRIGHT = ['#6e7681', '#ffa198', '#56d364', '#e3b341', '#79c0ff', '#d2a8ff', '#56d4dd', '#ffffff'];
const TEXT = '#c9d1d9';

/**
 * Draws the frames as one SVG, which repeats after `seconds`.
 *
 * @param {{ frames: Frame[]; seconds: number; columns: number; rows: number }} recording
 */
export function animation({ frames, seconds, columns, rows }) {
  const width = columns * CHARACTER + 2 * MARGIN;
  const height = rows * LINE + BAR + MARGIN;
  const percent = (at) => `${Number(((100 * at) / seconds).toFixed(2))}%`;
  const keyframes = new Map();
  const name = (from, to) => {
    const key = `${percent(from)} ${to === undefined ? '' : percent(to)}`;
    if (!keyframes.has(key)) keyframes.set(key, { name: `k${keyframes.size}`, from, to });
    return keyframes.get(key).name;
  };

  const body = [];
  for (let y = 0; y < rows; y++) {
    for (const { from, to, content } of stretches(frames, y)) {
      // Without animations, the last picture is shown.
      const hidden = to === undefined ? '' : ' class="h"';
      const place = `transform="translate(${MARGIN} ${BAR + (y + 1) * LINE - 4})"`;
      body.push(`<g ${place}${hidden} style="animation-name:${name(from, to)}">${content}</g>`);
    }
  }
  const rules = [...keyframes.values()].map(({ name, from, to }) => {
    const end = to === undefined ? '' : `${percent(to)}{visibility:hidden}`;
    const begin = from === 0 ? '' : '0%{visibility:hidden}';
    return `@keyframes ${name}{${begin}${percent(from)}{visibility:visible}${end}}`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>A terminal in which bd-edge trains a network, exports it, deploys it to an emulated Raspberry Pi Pico and checks it there</title>
<style>
text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:${TEXT};white-space:pre}
.b{font-weight:700}.d{opacity:.6}.h{visibility:hidden}
g{animation:${seconds.toFixed(2)}s step-end infinite}
${rules.join('\n')}
@media (prefers-reduced-motion:reduce){g{animation:none}}
</style>
<rect width="${width}" height="${height}" rx="8" fill="#0d1117" stroke="#30363d"/>
<circle cx="18" cy="16" r="5" fill="#ff5f57"/><circle cx="36" cy="16" r="5" fill="#febc2e"/><circle cx="54" cy="16" r="5" fill="#28c840"/>
${body.join('\n')}
</svg>
`;
}

/**
 * Returns the contents of row `y` over time, without the times when it was empty.
 *
 * @param {Frame[]} frames
 * @param {number} y
 */
function stretches(frames, y) {
  /** @type {Stretch[]} */
  const found = [];
  for (const { at, rows } of frames) {
    const content = drawn(rows[y]);
    const last = found.at(-1);
    if (last && last.to === undefined) {
      if (last.content === content) continue;
      last.to = at;
    }
    if (content !== '') found.push({ from: at, content });
  }
  return found;
}

/**
 * Draws a row. Blocks of progress bars become rectangles, because their width depends on the font.
 *
 * @param {Run[]} runs
 */
function drawn(runs) {
  return runs
    .flatMap((run) =>
      Array.from(run.text.matchAll(/█+|░+|[^█░]+/g), ({ 0: text, index }) => ({
        ...run,
        text,
        column: run.column + index,
      })),
    )
    .map(({ text, column, color, dim, bold }) => {
      const fill = color < 0 ? TEXT : ([...COLORS, ...BRIGHT][color] ?? TEXT);
      const inner = text.trim();
      if (inner === '') return '';
      const x = (column + text.indexOf(inner)) * CHARACTER;
      const length = inner.length * CHARACTER;
      if (/[█░]/.test(inner))
        return `<rect x="${x}" y="-11" width="${length}" height="13" fill="${fill}"${inner[0] === '░' ? ' opacity=".25"' : ''}/>`;
      const classes = [bold && 'b', dim && 'd'].filter(Boolean).join(' ');
      const style = `${classes && ` class="${classes}"`}${fill === TEXT ? '' : ` style="fill:${fill}"`}`;
      return `<text x="${x}" textLength="${length}"${style}>${escaped(inner)}</text>`;
    })
    .join('');
}

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
