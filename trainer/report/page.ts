/** The frame of a report: one self-contained HTML page that follows the light or dark color scheme of the system. */
import { escape } from './html.js';

export function page(title: string, sections: readonly string[]): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escape(title)}</title><style>${STYLE}</style></head>
<body><h1>${escape(title)}</h1>
${sections.join('\n')}
</body></html>
`;
}

export function section(title: string, body: string): string {
  return `<section><h2>${escape(title)}</h2>${body}</section>`;
}

const STYLE = `
:root { color-scheme: light dark; --ink: #222; --page: #fff; --right: #0072b2; --wrong: #d55e00 }
@media (prefers-color-scheme: dark) { :root { --ink: #ddd; --page: #181818 } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page); max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem }
table { border-collapse: collapse; font-variant-numeric: tabular-nums }
th, td { padding: .15rem .7rem .15rem 0; text-align: left; font-weight: normal } th { opacity: .7 }
.wide { overflow-x: auto }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(24rem, 100%), 1fr)); gap: 1rem }
.gallery { display: flex; flex-wrap: wrap; gap: 1rem } .gallery img { width: 7rem; image-rendering: pixelated }
figure { margin: 0 } figcaption, details { font-size: .85rem; opacity: .8 } svg { max-width: 100%; height: auto }
`;
